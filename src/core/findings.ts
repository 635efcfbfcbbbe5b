import type { FINDINGS, PublicationCode } from './codes.ts';
import type { PublicationSeen, SecretId } from './model.ts';
import type { Situation } from './slots.ts';

/** What a person should know although nothing is held for it. */
export interface Finding {
  readonly code: keyof typeof FINDINGS | PublicationCode;
  readonly secrets: readonly SecretId[];
  /** The secret versions that it is about; empty where it is about none in particular. */
  readonly versions: readonly string[];
}

/** Findings of one look; a publication that is not required and cannot be used is skipped, and said. */
export function findingsOf({ active, observation: { publications } }: Situation): readonly Finding[] {
  const ambiguous = publications.filter(({ current }) => current.is === 'keyed' && current.ambiguousAuth);
  const skipped = publications.filter(({ required, current }) => !required && current.is === 'unusable');
  const codes = [...new Set(skipped.flatMap((p) => unusableCode(p) ?? []))];
  const foreign = publications.filter(isWrittenByOther);
  return [
    ...(active === null ? [{ code: 'NothingPublished', secrets: [], versions: [] } as const] : []),
    ...about('AmbiguousAuth', ambiguous),
    ...about(
      'WrittenByOther',
      foreign,
      foreign.flatMap(({ current }) => current.version ?? []),
    ),
    ...codes.flatMap((code) =>
      about(
        code,
        skipped.filter((p) => unusableCode(p) === code),
      ),
    ),
  ];
}

const about = (
  code: Finding['code'],
  publications: readonly PublicationSeen[],
  versions: readonly string[] = [],
): readonly Finding[] =>
  publications.length === 0 ? [] : [{ code, secrets: publications.map((p) => p.secret), versions }];

/** Somebody has written since we did: a deployment, say, that will put an old key back at its next run. */
function isWrittenByOther({ versions, current }: PublicationSeen): boolean {
  const written = versions.find((v) => v.version === current.version);
  return written !== undefined && !written.isMarked && versions.some((v) => v.isMarked && v !== written);
}

/** Why its current version cannot be used; null where it can. */
export const unusableCode = ({ current }: PublicationSeen): PublicationCode | null =>
  current.is === 'unusable' ? current.code : null;

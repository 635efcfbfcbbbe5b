import type { FINDINGS, PublicationCode } from './codes.ts';
import type { PublicationSeen, SecretId } from './model.ts';
import type { Situation } from './slots.ts';

/** What a person should know although nothing is held for it. */
export interface Finding {
  readonly code: keyof typeof FINDINGS | PublicationCode;
  readonly secrets: readonly SecretId[];
}

/** Findings of one look; a publication that is not required and cannot be used is skipped, and said. */
export function findingsOf({ active, observation: { publications } }: Situation): readonly Finding[] {
  const ambiguous = publications.filter(({ current }) => current.is === 'keyed' && current.ambiguousAuth);
  const skipped = publications.filter(({ required, current }) => !required && current.is === 'unusable');
  const codes = [...new Set(skipped.flatMap((p) => unusableCode(p) ?? []))];
  return [
    ...(active === null ? [{ code: 'NothingPublished', secrets: [] } as const] : []),
    ...(ambiguous.length === 0 ? [] : [{ code: 'AmbiguousAuth', secrets: ambiguous.map((p) => p.secret) } as const]),
    ...codes.map((code) => ({ code, secrets: skipped.filter((p) => unusableCode(p) === code).map((p) => p.secret) })),
  ];
}

/** Why its current version cannot be used; null where it can. */
export const unusableCode = ({ current }: PublicationSeen): PublicationCode | null =>
  current.is === 'unusable' ? current.code : null;

import type { PublicationCode } from './codes.ts';
import { isNearExpiry } from './expiry.ts';
import type { FindingCode } from './finding-codes.ts';
import { overdueSince } from './key-age.ts';
import { type PublicationSeen, type SecretId, SLOTS } from './model.ts';
import type { ResourcePosture, Surroundings } from './posture.ts';
import { postureFindings } from './posture-findings.ts';
import type { Situation } from './slots.ts';
import { sharedKeys, vaultFindings } from './vault-findings.ts';

/** What a person should know although nothing is held for it. */
export interface Finding {
  readonly code: FindingCode | PublicationCode;
  readonly secrets: readonly SecretId[];
  /** The secret versions that it is about; empty where it is about none in particular. */
  readonly versions: readonly string[];
  /** What else it was seen in; left out where there is nothing more. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Where a look has what its findings are made of. */
export interface Seen {
  readonly situation: Situation;
  readonly posture: ResourcePosture;
  /** null until they were asked. */
  readonly surroundings: Surroundings | null;
}

type Inspection = (seen: Seen) => readonly Finding[];

/** Each is asked; the order is that of the report where severity does not decide. */
const inspections = [
  nothingPublished,
  keyAges,
  sightings,
  ambiguousAuth,
  writtenByOther,
  deadKeys,
  unusable,
  secretExpiry,
  pinned,
  ({ situation, surroundings }) => sharedKeys(situation, surroundings),
  ({ situation, surroundings }) => vaultFindings(situation, surroundings),
  ({ posture, surroundings }) => postureFindings(posture, surroundings?.diagnostics ?? null),
] as const satisfies readonly Inspection[];

/** Findings of one look. Pure: the same look always finds the same. */
export const findingsOf = (seen: Seen): readonly Finding[] => inspections.flatMap((inspect) => inspect(seen));

function nothingPublished({ situation: { active, observation } }: Seen): readonly Finding[] {
  if (active !== null || observation.resource.localAuthDisabled) return [];
  return [{ code: 'NothingPublished', secrets: [], versions: [] }];
}

function keyAges({ situation: { ages, observation, slots, target, now } }: Seen): readonly Finding[] {
  if (observation.resource.localAuthDisabled) return [];
  const aged = SLOTS.map((slot, i) => ({ slot, age: ages[slot], fingerprint: slots[i]?.fingerprint }));
  const overdue = aged.filter(({ age }) => overdueSince(age, target.policy, now) !== null);
  const unknown = aged.filter(({ age }) => age.madeAfter === null);
  const named = (those: typeof aged) => ({ keys: those.map(({ slot, fingerprint }) => ({ slot, fingerprint })) });
  return [
    ...(overdue.length > 0 ? [{ code: 'KeyOverdue', secrets: [], versions: [], detail: named(overdue) } as const] : []),
    ...(unknown.length > 0
      ? [{ code: 'KeyAgeUnknown', secrets: [], versions: [], detail: named(unknown) } as const]
      : []),
  ];
}

/** What was seen of others, one finding a kind. */
function sightings({ situation: { state } }: Seen): readonly Finding[] {
  const codes = [...new Set(state.sightings.map(({ code }) => code))];
  return codes.map((code) => {
    const seen = state.sightings.filter((each) => each.code === code);
    return {
      code,
      secrets: [],
      versions: [],
      detail: { seen: seen.map(({ who, at, detail }) => ({ who, at, detail })) },
    };
  });
}

function ambiguousAuth({ situation: { observation } }: Seen): readonly Finding[] {
  const isAmbiguous = ({ current }: PublicationSeen): boolean => current.is === 'keyed' && current.ambiguousAuth;
  return about('AmbiguousAuth', observation.publications.filter(isAmbiguous));
}

/** Somebody has written since we did: a deployment, say, that will put an old key back at its next run. */
function writtenByOther({ situation: { observation } }: Seen): readonly Finding[] {
  return about('WrittenByOther', observation.publications.filter(isWrittenByOther), true);
}

function isWrittenByOther({ versions, current }: PublicationSeen): boolean {
  const written = versions.find((v) => v.version === current.version);
  return written !== undefined && !written.isMarked && versions.some((v) => v.isMarked && v !== written);
}

/** Without local authentication every key is dead, which is said by the verdict. */
function deadKeys({ situation: { observation } }: Seen): readonly Finding[] {
  if (observation.resource.localAuthDisabled) return [];
  const { primary, secondary } = observation.keys;
  const isDead = ({ current }: PublicationSeen): boolean =>
    current.is === 'keyed' && current.fingerprint !== primary && current.fingerprint !== secondary;
  return about('PublishesDeadKey', observation.publications.filter(isDead), true);
}

/** One that cannot be used is said; where it is required the target is held for it as well. */
function unusable({ situation: { observation } }: Seen): readonly Finding[] {
  const unused = observation.publications.filter(({ current }) => current.is === 'unusable');
  const codes = [...new Set(unused.flatMap((p) => unusableCode(p) ?? []))];
  return codes.flatMap((code) =>
    about(
      code,
      unused.filter((p) => unusableCode(p) === code),
    ),
  );
}

function secretExpiry({ situation: { observation, now, target } }: Seen): readonly Finding[] {
  const keyed = observation.publications.filter(({ current }) => current.is === 'keyed');
  const near = keyed.filter(({ expiresAt }) => expiresAt !== null && isNearExpiry(expiresAt, target.policy, now));
  return [
    ...about(
      'SecretWithoutExpiry',
      keyed.filter(({ expiresAt }) => expiresAt === null),
      true,
    ),
    ...about('SecretNearExpiry', near, true),
  ];
}

function pinned({ situation: { state } }: Seen): readonly Finding[] {
  const those = state.troubles.filter(({ is }) => is === 'pinned');
  if (those.length === 0) return [];
  const consumers = [...new Set(those.map(({ consumer }) => consumer))];
  const secrets = [...new Set(those.map(({ secret }) => secret))];
  const versions = [...new Set(those.flatMap(({ detail }) => detail ?? []))];
  return [{ code: 'ConsumerPinned', secrets, versions, detail: { consumers } }];
}

/** @param ofVersions whether it is about what the current versions hold */
function about(
  code: Finding['code'],
  publications: readonly PublicationSeen[],
  ofVersions = false,
): readonly Finding[] {
  if (publications.length === 0) return [];
  const versions = ofVersions ? publications.flatMap(({ current }) => current.version ?? []) : [];
  return [{ code, secrets: publications.map((p) => p.secret), versions }];
}

/** Why its current version cannot be used; null where it can. */
export const unusableCode = ({ current }: PublicationSeen): PublicationCode | null =>
  current.is === 'unusable' ? current.code : null;

import type { Duration, Instant, Interval, Observation, Policy, SecretId, Slot, Target, TargetState } from './model.ts';

/**
 * What an age rests on. `recorded`: our own regeneration, or two looks of ours between which somebody else changed the
 * key. `activity-log`: its entry of a regeneration. `embedded`: newer keys carry their month. `published`: the first
 * version that carried it, so not younger than that. `resource`: not older than its resource.
 */
export type AgeBasis = 'recorded' | 'embedded' | 'activity-log' | 'published' | 'resource';

/** When a key was made. SignalR does not tell, so it is an interval; a bound that nobody knows is null. */
export interface KeyAge {
  readonly madeAfter: Instant | null;
  readonly madeBefore: Instant | null;
  /** The strongest of what the bounds rest on. */
  readonly basis: AgeBasis | null;
}

type Bound = { readonly basis: AgeBasis | null; readonly after: Instant | null; readonly before: Instant | null };

/** @param state must have learned `observation` */
export function keyAge(
  slot: Slot,
  state: TargetState,
  observation: Pick<Observation, 'resource' | 'embeddedMonths'>,
): KeyAge {
  const key = state.keys[slot];
  if (key === null) return { madeAfter: null, madeBefore: null, basis: null };
  if (key.recordedAt !== null) return { madeAfter: key.recordedAt, madeBefore: key.recordedAt, basis: 'recorded' };
  const month = observation.embeddedMonths[slot];
  const { createdAt } = observation.resource;
  const published = firstPublished(key.fingerprint, state);
  const logged = credible(key.logged ?? null, month, published);
  const bounds = consistent([
    { basis: key.notSeenAt === null ? null : 'recorded', after: key.notSeenAt, before: key.firstSeenAt },
    { basis: logged === null ? null : 'activity-log', after: logged?.from ?? null, before: logged?.to ?? null },
    { basis: month === null ? null : 'embedded', after: month?.from ?? null, before: month?.to ?? null },
    { basis: published === null ? null : 'published', after: null, before: published },
    { basis: createdAt === null ? null : 'resource', after: createdAt, before: null },
  ]);
  return { ...within(bounds), basis: bounds.find((bound) => bound.basis !== null)?.basis ?? null };
}

/** Strongest first: what contradicts a stronger one is dropped, for no key was made before it was made. */
const consistent = (bounds: readonly Bound[]): readonly Bound[] =>
  bounds.reduce<readonly Bound[]>((kept, bound) => {
    const all = kept.concat(bound);
    const { madeAfter, madeBefore } = within(all);
    return (madeAfter ?? Number.NEGATIVE_INFINITY) > (madeBefore ?? Number.POSITIVE_INFINITY) ? kept : all;
  }, []);

function within(bounds: readonly Bound[]): Pick<KeyAge, 'madeAfter' | 'madeBefore'> {
  const after = bounds.flatMap((bound) => bound.after ?? []);
  const before = bounds.flatMap((bound) => bound.before ?? []);
  return {
    madeAfter: after.length === 0 ? null : Math.max(...after),
    madeBefore: before.length === 0 ? null : Math.min(...before),
  };
}

const DAY: Duration = 24 * 60 * 60_000;

/**
 * The service may make keys that its log does not show, and the log calls an operation succeeded that changed nothing:
 * the month in the key itself, or a version that carried it before, then speaks against the log.
 */
function credible(logged: Interval | null, month: Interval | null, published: Instant | null): Interval | null {
  if (logged?.from == null || logged.to === null) return logged;
  if (published !== null && published < logged.from) return null;
  if (month === null) return logged;
  const isTooEarly = month.from !== null && logged.to < month.from - DAY;
  const isTooLate = month.to !== null && logged.from > month.to + DAY;
  return isTooEarly || isTooLate ? null : logged;
}

function firstPublished(fingerprint: string, state: TargetState): Instant | null {
  const secrets = Object.keys(state.publications) as SecretId[];
  const since = secrets.flatMap(
    // Stryker disable next-line OptionalChaining: each is one of the keys.
    (secret) => state.publications[secret]?.carried.find((key) => key.fingerprint === fingerprint)?.since ?? [],
  );
  return since.length === 0 ? null : Math.min(...since);
}

/**
 * When a key's rotation is due. The youngest it can be counts; where only the oldest it can be is past `rotateAfter`,
 * policy decides: never by itself, or at the target's own point of `adoptionSpread`, so that a fleet of unknown keys is
 * not rotated all at once.
 *
 * @returns null where it is never due by itself
 */
export function keyDueAt(age: KeyAge, policy: Policy, adoptedAt: Instant): Instant | null {
  const certain = age.madeBefore === null ? null : age.madeBefore + policy.rotateAfter;
  if (policy.unknownAge === 'report') return certain;
  // Stryker disable next-line ConditionalExpression: null adds up to a duration, which is before every adoption.
  const possible = Math.max(age.madeAfter === null ? adoptedAt : age.madeAfter + policy.rotateAfter, adoptedAt);
  return certain === null ? possible : Math.min(certain, possible);
}

/** Where in `adoptionSpread` the target stands. Its day does not move when others come or go. */
export function adoptionPoint(
  { spread, policy }: Pick<Target, 'spread' | 'policy'>,
  firstObservedAt: Instant,
): Instant {
  const within: Duration = Math.floor(spread * policy.adoptionSpread);
  return firstObservedAt + within;
}

/** Since when a key may be older than is allowed: the oldest that it can be counts. null before that, or where nobody knows. */
export function overdueSince(age: KeyAge, policy: Policy, now: Instant): Instant | null {
  const at = overdueAt(age, policy);
  return at !== null && at <= now ? at : null;
}

/** When a key may be older than is allowed, past or to come. null where nobody knows. */
export const overdueAt = ({ madeAfter }: KeyAge, { maxKeyAge }: Policy): Instant | null =>
  madeAfter === null ? null : madeAfter + maxKeyAge;

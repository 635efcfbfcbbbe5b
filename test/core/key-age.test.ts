import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newKey } from '../../local/azure/keys.ts';
import { embeddedMonth } from '../../src/app/embedded-month.ts';
import { SecretValue } from '../../src/app/secret-value.ts';
import { parseRotationFile } from '../../src/config.ts';
import { adoptionPoint, keyAge, keyDueAt, overdueSince } from '../../src/core/key-age.ts';
import type { Interval, RememberedKey } from '../../src/core/model.ts';
import { aFingerprint, aPolicy, aScene, DAY, HOUR, NOON, type Scene } from '../support/scene.ts';

const P0 = aFingerprint('p0');
const aKey = (own: Partial<RememberedKey> = {}): RememberedKey => ({
  fingerprint: P0,
  firstSeenAt: NOON - 10 * DAY,
  notSeenAt: null,
  recordedAt: null,
  settlesAt: null,
  ...own,
});
const september: Interval = { from: Date.parse('2026-09-01T00:00:00Z'), to: Date.parse('2026-10-01T00:00:00Z') - 1 };

/** The age of the primary key as the chain sees it. */
function ageOf(key: RememberedKey, arrange: (scene: Scene) => void = () => undefined) {
  const scene = aScene()
    .publishesSlot('chat', 'secondary')
    .knows({ keys: { primary: key, secondary: null } });
  arrange(scene);
  const { state, observation } = scene.situation();
  return keyAge('primary', state, observation);
}

describe('the age of a key', () => {
  it('is exact where we made it', () => {
    const age = ageOf(aKey({ recordedAt: NOON - 3 * DAY }));
    expect(age).toEqual({ madeAfter: NOON - 3 * DAY, madeBefore: NOON - 3 * DAY, basis: 'recorded' });
  });

  it('lies between two looks where somebody else changed it', () => {
    const age = ageOf(aKey({ notSeenAt: NOON - 10 * DAY - HOUR }));
    expect(age).toEqual({ madeAfter: NOON - 10 * DAY - HOUR, madeBefore: NOON - 10 * DAY, basis: 'recorded' });
  });

  it('is a month where the key says so itself', () => {
    const age = ageOf(aKey(), (scene) => {
      scene.embeddedMonths = { primary: september, secondary: null };
    });
    expect(age).toEqual({ madeAfter: september.from, madeBefore: september.to, basis: 'embedded' });
  });

  it('is not known at all of a key that no look has seen', () => {
    const { state, observation } = aScene();
    expect(keyAge('primary', state, observation)).toEqual({ madeAfter: null, madeBefore: null, basis: null });
  });

  it('is at least that of the first secret that carried the key', () => {
    const age = ageOf(aKey(), (scene) => {
      scene.publishes('job', [{ key: P0, at: NOON - 12 * DAY }]).publishes('web', [{ key: P0, at: NOON - 15 * DAY }]);
    });
    expect(age).toEqual({ madeAfter: null, madeBefore: NOON - 15 * DAY, basis: 'published' });
  });

  const logged = (from: number, to: number, slot: 'primary' | 'secondary' | null = 'primary') => ({ slot, from, to });

  it.each([
    ['in the same second', NOON - 20 * DAY, 'activity-log'],
    ['later', NOON - 19 * DAY, 'activity-log'],
    ['before that', NOON - 20 * DAY - 1, 'published'],
  ])('rests on the log where the key was published %s', (_, at, basis) => {
    const age = ageOf(aKey(), (scene) => {
      scene.publishes('web', [{ key: P0, at }]);
      scene.regenerations = [logged(NOON - 20 * DAY, NOON - 20 * DAY)];
    });
    expect(age.basis).toBe(basis);
  });

  it.each([
    ['ends a day before the month', -DAY - HOUR, -DAY, 'activity-log'],
    ['ends earlier', -DAY - HOUR, -DAY - 1, 'embedded'],
    ['begins a day after the month', 30 * DAY - 1 + DAY, 32 * DAY, 'activity-log'],
    ['begins later', 30 * DAY + DAY, 32 * DAY, 'embedded'],
  ])('is told by the month in the key where the entry of the log %s', (_, from, to, basis) => {
    const start = september.from ?? 0;
    const age = ageOf(aKey(), (scene) => {
      scene.embeddedMonths = { primary: september, secondary: null };
      scene.regenerations = [logged(start + from, start + to)];
    });
    expect(age.basis).toBe(basis);
  });

  it('is to the second where the activity log shows who made it', () => {
    const age = ageOf(aKey(), (scene) => {
      scene.regenerations = [
        logged(NOON - 40 * DAY, NOON - 40 * DAY + HOUR),
        logged(NOON - 20 * DAY, NOON - 20 * DAY + HOUR),
        logged(NOON - 15 * DAY, NOON - 15 * DAY + HOUR, 'secondary'),
      ];
    });
    expect(age).toEqual({ madeAfter: NOON - 20 * DAY, madeBefore: NOON - 20 * DAY + HOUR, basis: 'activity-log' });
  });

  it.each([
    ['an entry that names no slot', [logged(NOON - 20 * DAY, NOON - 20 * DAY, null)]],
    ['an entry that is younger than the key', [logged(NOON - DAY, NOON - DAY)]],
    ['an empty log', []],
  ])('rests nothing on %s', (_, regenerations) => {
    const age = ageOf(aKey(), (scene) => {
      scene.regenerations = regenerations;
    });
    expect(age.basis).toBeNull();
  });

  it('believes the key itself where the log contradicts it: the service makes keys that no entry shows', () => {
    const age = ageOf(aKey(), (scene) => {
      scene.embeddedMonths = { primary: september, secondary: null };
      scene.regenerations = [logged(NOON - 80 * DAY, NOON - 80 * DAY)];
    });
    expect(age).toMatchObject({ madeBefore: september.to, basis: 'embedded' });
  });

  it('believes a version that carried it before: an operation may succeed and change nothing', () => {
    const scene = aScene().publishesSlot('chat', 'primary');
    scene.regenerations = [logged(NOON - 20 * DAY, NOON - 20 * DAY)];
    const { state, observation } = scene.situation();
    expect(keyAge('primary', state, observation)).toMatchObject({ madeBefore: NOON - 365 * DAY, basis: 'published' });
  });

  it('remembers what the log showed', () => {
    const from = NOON - 20 * DAY;
    const age = ageOf(aKey({ logged: { from, to: from } }));
    expect(age).toEqual({ madeAfter: from, madeBefore: from, basis: 'activity-log' });
  });

  it('is not younger than the first version that carried it', () => {
    const scene = aScene().publishesSlot('chat', 'primary');
    const { state, observation } = scene.situation();
    expect(keyAge('primary', state, observation)).toEqual({
      madeAfter: null,
      madeBefore: NOON - 365 * DAY,
      basis: 'published',
    });
  });

  it('is not older than its resource', () => {
    const age = ageOf(aKey(), (scene) => {
      scene.resource = { ...scene.resource, createdAt: NOON - 400 * DAY };
    });
    expect(age).toEqual({ madeAfter: NOON - 400 * DAY, madeBefore: NOON - 10 * DAY, basis: 'resource' });
  });

  it('is as narrow as all of these together allow', () => {
    const age = ageOf(aKey({ firstSeenAt: (september.from ?? 0) + DAY }), (scene) => {
      scene.embeddedMonths = { primary: september, secondary: null };
      scene.resource = { ...scene.resource, createdAt: (september.from ?? 0) + HOUR };
    });
    expect(age).toEqual({
      madeAfter: (september.from ?? 0) + HOUR,
      madeBefore: (september.from ?? 0) + DAY,
      basis: 'embedded',
    });
  });

  it('is not told by an entry that ended before the key was there, even one that the ledger took for its making', () => {
    const from = NOON - 30 * DAY;
    const age = ageOf(aKey({ notSeenAt: NOON - 10 * DAY - HOUR, logged: { from, to: from } }));
    expect(age).toEqual({ madeAfter: NOON - 10 * DAY - HOUR, madeBefore: NOON - 10 * DAY, basis: 'recorded' });
  });

  it('drops what contradicts something stronger, with its basis', () => {
    const age = ageOf(aKey(), (scene) => {
      scene.resource = { ...scene.resource, createdAt: NOON - DAY };
    });
    expect(age).toEqual({ madeAfter: null, madeBefore: NOON - 10 * DAY, basis: null });
  });

  it('never begins after it ends, whatever the ledger, the log, the key and its resource say', () => {
    const instant = fc.integer({ min: NOON - 90 * DAY, max: NOON });
    const interval = fc.tuple(instant, instant).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
    const maybe = <T>(each: fc.Arbitrary<T>) => fc.option(each, { nil: null });
    fc.assert(
      fc.property(interval, fc.boolean(), maybe(interval), maybe(interval), maybe(instant), (seen, ...told) => {
        const [isNew, logged, month, createdAt] = told;
        const key = aKey({ firstSeenAt: seen.to, notSeenAt: isNew ? seen.from : null, logged });
        const { madeAfter, madeBefore } = ageOf(key, (scene) => {
          scene.embeddedMonths = { primary: month, secondary: null };
          scene.resource = { ...scene.resource, createdAt };
        });
        expect(madeBefore).toBeLessThanOrEqual(seen.to);
        expect(madeAfter ?? 0).toBeLessThanOrEqual(madeBefore ?? 0);
      }),
    );
  });

  it('loses what we recorded when somebody else changes the key', () => {
    const scene = aScene()
      .publishesSlot('chat', 'primary')
      .recorded(NOON - DAY);
    scene.knows({ observedAt: NOON - HOUR });
    scene.keys.secondary = aFingerprint('s9');
    const { state, observation } = scene.situation();
    expect(keyAge('secondary', state, observation)).toEqual({
      madeAfter: NOON - HOUR,
      madeBefore: NOON,
      basis: 'recorded',
    });
  });
});

describe('a key is due', () => {
  const adoptedAt = NOON + 5 * DAY;
  const policy = aPolicy();

  it('when the youngest that it can be is old enough', () => {
    expect(keyDueAt({ madeAfter: null, madeBefore: NOON - 61 * DAY, basis: 'published' }, policy, adoptedAt)).toBe(
      NOON - DAY,
    );
  });

  it('not before the oldest that it can be is old enough', () => {
    const age = { madeAfter: NOON - 20 * DAY, madeBefore: NOON - 10 * DAY, basis: 'embedded' } as const;
    expect(keyDueAt(age, policy, NOON)).toBe(NOON + 40 * DAY);
  });

  it('between the two at its own point of adoptionSpread', () => {
    expect(keyDueAt({ madeAfter: null, madeBefore: NOON, basis: null }, policy, adoptedAt)).toBe(adoptedAt);
    expect(keyDueAt({ madeAfter: NOON - 70 * DAY, madeBefore: NOON, basis: 'resource' }, policy, adoptedAt)).toBe(
      adoptedAt,
    );
  });

  it('under unknownAge report only when it is certain', () => {
    const report = aPolicy({ unknownAge: 'report' });
    expect(keyDueAt({ madeAfter: null, madeBefore: NOON, basis: null }, report, adoptedAt)).toBe(NOON + 60 * DAY);
    expect(keyDueAt({ madeAfter: null, madeBefore: null, basis: null }, report, adoptedAt)).toBeNull();
  });

  it('and overdue when the oldest that it can be is older than is allowed', () => {
    const age = { madeAfter: NOON - 91 * DAY, madeBefore: NOON, basis: 'resource' } as const;
    expect(overdueSince(age, policy, NOON)).toBe(NOON - DAY);
    expect(overdueSince({ ...age, madeAfter: NOON - 90 * DAY }, policy, NOON)).toBe(NOON);
    expect(overdueSince({ ...age, madeAfter: NOON - 89 * DAY }, policy, NOON)).toBeNull();
    expect(overdueSince({ ...age, madeAfter: null }, policy, NOON)).toBeNull();
  });
});

describe('the month in a key', () => {
  it('is read out of the newer form only', () => {
    const month = embeddedMonth(new SecretValue(newKey(84, NOON)));
    expect(month).toEqual({ from: Date.parse('2026-11-01T00:00:00Z'), to: Date.parse('2026-12-01T00:00:00Z') - 1 });
    expect(embeddedMonth(new SecretValue(newKey(84, Date.parse('2024-12-31T23:59:59Z'))))?.to).toBe(
      Date.parse('2025-01-01T00:00:00Z') - 1,
    );
    expect(embeddedMonth(new SecretValue(newKey(44, NOON)))).toBeNull();
    expect(embeddedMonth(new SecretValue('A'.repeat(84)))).toBeNull();
  });
});

describe('a fleet of 1,000 unknown keys', () => {
  const fleet = (count: number) => {
    const targets = Array.from({ length: count }, (_, i) => ({
      name: `t-${i}`,
      resourceId: `/subscriptions/s/resourceGroups/g/providers/Microsoft.SignalRService/signalR/hub-${i}`,
      publications: [{ secret: `https://kv-${i}.vault.azure.net/secrets/chat` }],
      switchover: { unlisted: 'PT25H' },
    }));
    const parsed = parseRotationFile(JSON.stringify({ targets }), { development: false });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
    return parsed.value.targets;
  };

  it('adopts evenly over adoptionSpread', () => {
    const days = new Array<number>(14).fill(0);
    for (const target of fleet(1_000)) {
      const day = Math.floor((adoptionPoint(target, NOON) - NOON) / DAY);
      days[day] = (days[day] ?? 0) + 1;
    }
    // 1,000 over 14 days are 71 a day; with chance alone a day stays within 40 and 105 in all but one of a million fleets.
    expect(days).toHaveLength(14);
    for (const count of days) {
      expect(count).toBeGreaterThan(40);
      expect(count).toBeLessThan(105);
    }
  });

  it('moves nobody when others come or go', () => {
    const spreads = new Map(fleet(1_000).map(({ resourceId, spread }) => [resourceId, spread]));
    for (const { resourceId, spread } of fleet(1_100)) {
      if (spreads.has(resourceId)) expect(spread).toBe(spreads.get(resourceId));
    }
    expect(new Set(spreads.values()).size).toBe(1_000);
  });
});

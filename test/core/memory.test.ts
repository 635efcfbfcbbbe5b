import { describe, expect, it } from 'vitest';
import { remember, unjudgedVersions } from '../../src/core/memory.ts';
import type {
  CarriedKey,
  Current,
  Fingerprint,
  PublicationMemory,
  PublicationSeen,
  VersionSeen,
} from '../../src/core/model.ts';
import { aFingerprint, aSecret, DAY, HOUR, NOON } from '../support/scene.ts';

const P0 = aFingerprint('p0');
const S1 = aFingerprint('s1');

const aVersion = (version: string, at: number, key: VersionSeen['key'], enabled = true): VersionSeen => ({
  version,
  createdAt: at,
  enabled,
  isMarked: false,
  key,
});
const carriedKey = (own: Partial<CarriedKey> = {}): CarriedKey => ({
  fingerprint: P0,
  versions: ['v0'],
  since: NOON - 10 * DAY,
  until: null,
  ...own,
});
const aMemory = (own: Partial<PublicationMemory> = {}): PublicationMemory => ({
  firstSeenAt: NOON - 10 * DAY,
  readableSince: 0,
  judgedThrough: { at: NOON - DAY, versions: ['v1'] },
  carried: [carriedKey()],
  ...own,
});
const unusable = (code: Extract<Current, { is: 'unusable' }>['code'], version: string | null = null): Current => ({
  is: 'unusable',
  code,
  version,
  fingerprint: null,
});
const aPublication = (versions: readonly VersionSeen[], current?: Current): PublicationSeen => ({
  secret: aSecret('chat'),
  required: true,
  managedByAnother: false,
  current: current ?? { is: 'keyed', version: versions.at(-1)?.version ?? '', fingerprint: P0, ambiguousAuth: false },
  text: null,
  expiresAt: null,
  versions,
});

describe('the versions whose key has to be told', () => {
  const versions = [
    aVersion('v0', NOON - 10 * DAY, 'unjudged'),
    aVersion('v1', NOON - DAY, 'unjudged'),
    aVersion('v2', NOON - DAY, 'unjudged'),
    aVersion('v3', NOON - HOUR, 'unjudged'),
  ];
  const named = (memory: PublicationMemory | null, lookback = DAY) =>
    unjudgedVersions(versions, memory, lookback, NOON).map(({ version }) => version);

  it('are those that were in force within lookback, at the first look', () => {
    expect(named(null)).toEqual(['v0', 'v1', 'v2', 'v3']);
    expect(named(null, DAY - 1)).toEqual(['v2', 'v3']);
    expect(named(null, HOUR - 1)).toEqual(['v3']);
    expect(unjudgedVersions(versions.slice(0, 1), null, 0, NOON)).toHaveLength(1);
  });

  it('are those made since, and those of the same second that were not there', () => {
    expect(named(aMemory())).toEqual(['v2', 'v3']);
  });

  it('are also those that nobody could tell, once they are enabled', () => {
    const unknown = (version: string) =>
      aMemory({ carried: [carriedKey(), carriedKey({ fingerprint: 'unknown', versions: [version] })] });
    expect(named(unknown('v1'))).toEqual(['v1', 'v2', 'v3']);
    const disabled = versions.map((version) => ({ ...version, enabled: false }));
    expect(unjudgedVersions(disabled, unknown('v1'), DAY, NOON).map((v) => v.version)).toEqual(['v2', 'v3']);
  });
});

describe('what is remembered of a publication', () => {
  const two = [aVersion('v0', NOON - 10 * DAY, P0), aVersion('v1', NOON - DAY, S1)];

  it('begins with the first look', () => {
    expect(remember(aPublication(two), null, [], NOON)).toEqual({
      firstSeenAt: NOON,
      readableSince: 0,
      judgedThrough: { at: NOON - DAY, versions: ['v1'] },
      carried: [
        { fingerprint: P0, versions: ['v0'], since: NOON - 10 * DAY, until: NOON - DAY },
        { fingerprint: S1, versions: ['v1'], since: NOON - DAY, until: null },
      ],
    });
  });

  it('is judged through all versions of the newest second', () => {
    const same = [...two, aVersion('v2', NOON - DAY, S1)];
    expect(remember(aPublication(same), null, [], NOON)).toMatchObject({
      judgedThrough: { at: NOON - DAY, versions: ['v1', 'v2'] },
      carried: [{ versions: ['v0'] }, { versions: ['v1', 'v2'], since: NOON - DAY }],
    });
  });

  it('outlives a purge of its versions', () => {
    const memory = aMemory({ carried: [carriedKey({ versions: ['gone'] })] });
    expect(remember(aPublication([aVersion('v1', NOON - DAY, S1)]), memory, [], NOON)?.carried).toEqual([
      carriedKey({ versions: ['gone'], until: NOON }),
      { fingerprint: S1, versions: ['v1'], since: NOON - DAY, until: null },
    ]);
  });

  it('takes nothing from a version that was not read again', () => {
    const memory = aMemory({ carried: [carriedKey({ versions: ['v0', 'v1'] })] });
    const again = two.map((version) => ({ ...version, key: 'unjudged' as const }));
    expect(remember(aPublication(again), memory, [], NOON)?.carried).toEqual(memory.carried);
    expect(remember(aPublication(two.map((v) => ({ ...v, key: P0 }))), memory, [], NOON)?.carried).toEqual(
      memory.carried,
    );
  });

  it('takes up a key again that comes back', () => {
    const back = [...two, aVersion('v2', NOON - HOUR, P0)];
    expect(remember(aPublication(back), null, [], NOON)?.carried).toEqual([
      { fingerprint: P0, versions: ['v0', 'v2'], since: NOON - 10 * DAY, until: null },
      { fingerprint: S1, versions: ['v1'], since: NOON - DAY, until: NOON - HOUR },
    ]);
  });

  it('keeps the twenty newest versions of a key', () => {
    const many = Array.from({ length: 22 }, (_, i) => aVersion(`v${i}`, NOON - DAY + i, P0));
    const [key] = remember(aPublication(many), null, [], NOON)?.carried ?? [];
    expect(key?.versions).toEqual(many.slice(2).map(({ version }) => version));
  });

  it('tells a version that nobody could tell, once its key is known', () => {
    const unknown = carriedKey({ fingerprint: 'unknown', versions: ['v0', 'v1'], until: NOON - DAY });
    const seen = aPublication([...two, aVersion('v2', NOON, S1)]);
    const memory = aMemory({ carried: [unknown, carriedKey({ fingerprint: 'none', versions: ['v0'], until: 0 })] });
    const first = {
      ...seen,
      versions: seen.versions.map((v) => (v.version === 'v1' ? { ...v, key: 'unjudged' as const } : v)),
    };
    expect(remember(first, memory, [], NOON)?.carried).toMatchObject([
      { fingerprint: 'unknown', versions: ['v1'] },
      { fingerprint: 'none', versions: ['v0'] },
      { fingerprint: P0, versions: ['v0'] },
      { fingerprint: S1, versions: ['v2'] },
    ]);
    expect(remember(seen, memory, [], NOON)?.carried).toMatchObject([
      { fingerprint: 'none' },
      { fingerprint: P0 },
      { fingerprint: S1, versions: ['v1', 'v2'] },
    ]);
    const still = { ...seen, versions: seen.versions.map((v) => ({ ...v, key: 'unknown' as const })) };
    expect(remember(still, memory, [], NOON)?.carried).toMatchObject([
      { fingerprint: 'unknown', versions: ['v0', 'v1', 'v2'] },
      { fingerprint: 'none' },
    ]);
  });
});

describe('a secret that cannot be used', () => {
  it.each(['SecretMissing', 'SecretDeleted'] as const)('was carried until the look that found it so: %s', (code) => {
    const memory = aMemory({ carried: [carriedKey(), carriedKey({ fingerprint: S1, until: NOON - HOUR })] });
    expect(remember(aPublication([], unusable(code)), memory, [], NOON)).toEqual({
      ...memory,
      readableSince: null,
      carried: [carriedKey({ until: NOON }), carriedKey({ fingerprint: S1, until: NOON - HOUR })],
    });
  });

  it('may be carried all the same while nobody can read it', () => {
    const memory = aMemory();
    expect(remember(aPublication([], unusable('PublicationUnreadable')), memory, [], NOON)).toEqual({
      ...memory,
      readableSince: null,
    });
    expect(remember(aPublication([]), memory, [], NOON)?.carried).toEqual(memory.carried);
    expect(remember(aPublication([], unusable('SecretMissing')), null, [], NOON)).toBeNull();
  });

  it('is superseded from the look that finds its current version disabled, and not to be read', () => {
    const versions = [aVersion('v0', NOON - DAY, P0, false)];
    const disabled = aPublication(versions, unusable('SecretDisabled', 'v0'));
    expect(remember(disabled, null, [], NOON)).toMatchObject({ readableSince: null, carried: [{ until: NOON }] });
    expect(remember(disabled, aMemory(), [], NOON)).toMatchObject({ readableSince: null, carried: [{ until: NOON }] });
    const foreign = aPublication(versions, unusable('ForeignEndpoint', 'v0'));
    expect(remember(foreign, null, [], NOON)).toMatchObject({ readableSince: 0, carried: [{ until: null }] });
  });

  it('is readable from the look that finds it so again', () => {
    const seen = aPublication([aVersion('v0', NOON - DAY, P0)]);
    expect(remember(seen, aMemory({ readableSince: null }), [], NOON)?.readableSince).toBe(NOON);
    expect(remember(seen, aMemory({ readableSince: NOON - HOUR }), [], NOON)?.readableSince).toBe(NOON - HOUR);
  });

  describe('that was gone', () => {
    const seen = aPublication([aVersion('v0', NOON - 10 * DAY, 'unjudged'), aVersion('v1', NOON - HOUR, S1)]);
    const until = (before: number, versions = ['v0']) =>
      remember(seen, aMemory({ carried: [carriedKey({ versions, until: before })] }), [], NOON)?.carried[0]?.until;

    it('may have been back until it was superseded', () => {
      expect(until(NOON - DAY)).toBe(NOON - HOUR);
    });

    it('was superseded when the list says so, although a later look found it gone: that may have been a lie', () => {
      expect(until(NOON - 1)).toBe(NOON - HOUR);
    });

    it('may have been carried after that by a version that is not there any more', () => {
      expect(until(NOON - 1, ['v0', 'purged'])).toBe(NOON - 1);
      expect(until(NOON - DAY, ['v0', 'purged'])).toBe(NOON - HOUR);
    });
  });
});

describe('what may be forgotten of a publication', () => {
  /** Ten dead keys, each superseded a day after the one before, in no order. */
  const order = [3, 9, 0, 7, 5, 1, 8, 2, 6, 4];
  const dead = order.map((day) =>
    carriedKey({ fingerprint: aFingerprint(`dead${day}`), versions: [`d${day}`], until: NOON - (20 - day) * DAY }),
  );
  const others = [
    carriedKey({ fingerprint: 'none', versions: ['n'], until: NOON - 300 * DAY }),
    carriedKey({ fingerprint: 'unknown', versions: ['u'], until: NOON - 300 * DAY }),
  ];
  const seen = aPublication([aVersion('v1', NOON - DAY, S1)]);
  const kept = (live: readonly Fingerprint[]) =>
    remember(seen, aMemory({ carried: [...others, ...dead] }), live, NOON)?.carried.map((k) => k.versions[0]);

  it('are all dead keys but the eight that were left last', () => {
    expect(kept([])).toEqual(['n', 'u', 'd3', 'd9', 'd7', 'd5', 'd8', 'd2', 'd6', 'd4', 'v1']);
  });

  it('is none that is still alive, however long ago it was left', () => {
    expect(kept([aFingerprint('dead0')])).toContain('d0');
    expect(kept([aFingerprint('dead0')])).not.toContain('d1');
  });
});

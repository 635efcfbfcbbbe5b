import { describe, expect, it } from 'vitest';
import { contentOf, isOutdated, keyShown, renewSince, type Shown, takeUp, withdraw } from '../../src/core/evidence.ts';
import type { CarriedKey, Evidence, PublicationMemory, Shows } from '../../src/core/model.ts';
import { aFingerprint, aSecret, DAY, HOUR, NOON } from '../support/scene.ts';

const P0 = aFingerprint('p0');
const S1 = aFingerprint('s1');
const chat = aSecret('chat');
const other = aSecret('other');
const onOld: Shows = { by: 'fingerprint', fingerprint: P0 };
const onNew: Shows = { by: 'fingerprint', fingerprint: S1 };

const shown = (shows: Shows, at = NOON, own: Partial<Shown> = {}): Shown => ({
  consumer: 'web',
  secret: chat,
  shows,
  at,
  wasAsked: true,
  ...own,
});
const anEvidence = (own: Partial<Evidence> = {}): Evidence => ({
  ...shown(onOld, NOON - HOUR),
  since: NOON - DAY,
  before: [],
  ...own,
});

describe('what a consumer shows', () => {
  it('is kept for each consumer and secret by itself', () => {
    const job = anEvidence({ consumer: 'job' });
    const elsewhere = anEvidence({ secret: other });
    expect(takeUp([job, elsewhere], shown(onNew))).toEqual([
      job,
      elsewhere,
      { ...shown(onNew), since: NOON, before: [] },
    ]);
    const web = anEvidence();
    expect(takeUp([job, web, elsewhere], shown(onOld))).toEqual([job, { ...web, at: NOON }, elsewhere]);
  });

  it('changes nothing where it is older than what is known', () => {
    const known = [anEvidence({ at: NOON })];
    expect(takeUp(known, shown(onNew, NOON - 1))).toBe(known);
    expect(takeUp(known, shown(onNew, NOON))).toMatchObject([{ shows: onNew }]);
  });

  it('becomes history once it shows something else', () => {
    const [evidence] = takeUp([anEvidence({ before: [{ shows: onNew, until: NOON - DAY }] })], shown(onNew));
    expect(evidence).toEqual({
      ...shown(onNew),
      since: NOON,
      before: [
        { shows: onNew, until: NOON - DAY },
        { shows: onOld, until: NOON },
      ],
    });
  });

  it('keeps the eight latest changes of mind', () => {
    const before = Array.from({ length: 8 }, (_, i) => ({ shows: onNew, until: NOON - DAY + i }));
    const [evidence] = takeUp([anEvidence({ before })], shown(onNew));
    expect(evidence?.before).toEqual([...before.slice(1), { shows: onOld, until: NOON }]);
  });

  it.each<[string, Evidence, Shown, number]>([
    ['goes on within the hour', anEvidence(), shown(onOld), NOON - DAY],
    ['begins anew after a gap, as nobody knows what was between', anEvidence(), shown(onOld, NOON + 1), NOON + 1],
    [
      'speaks until the next one where it is an ack',
      anEvidence(),
      shown(onOld, NOON + DAY, { wasAsked: false }),
      NOON - DAY,
    ],
  ])('%s', (_, before, next, since) => {
    expect(takeUp([before], next)).toMatchObject([{ since, before: [] }]);
  });

  it.each<[Shows, Shows, boolean]>([
    [{ by: 'version', version: 'v0' }, { by: 'version', version: 'v0' }, true],
    [{ by: 'version', version: 'v0' }, { by: 'version', version: 'v1' }, false],
    [{ by: 'version', version: P0 }, onOld, false],
    [{ by: 'started', startedAt: NOON }, { by: 'started', startedAt: NOON }, true],
    [{ by: 'started', startedAt: NOON }, { by: 'started', startedAt: NOON + 1 }, false],
    [{ by: 'entra' }, { by: 'entra' }, true],
    [{ by: 'idle' }, { by: 'nothing' }, false],
  ])('of %j and then of %j is the same: %s', (first, second, isSame) => {
    const [evidence] = takeUp([anEvidence({ shows: first })], shown(second));
    expect(evidence?.since).toBe(isSame ? NOON - DAY : NOON);
  });

  it.each<[Shows, string | number | null]>([
    [{ by: 'version', version: 'v0' }, 'v0'],
    [onOld, P0],
    [{ by: 'started', startedAt: NOON }, NOON],
    [{ by: 'idle' }, null],
    [{ by: 'nothing' }, null],
    [{ by: 'entra' }, null],
  ])('of %j has the content %j', (shows, content) => {
    expect(contentOf(shows)).toBe(content);
  });
});

describe('an answer that shows nothing', () => {
  const nothing = { consumer: 'web', secret: chat, at: NOON };

  it('takes back what an earlier answer showed', () => {
    const job = anEvidence({ consumer: 'job', wasAsked: false });
    expect(withdraw([job, anEvidence()], nothing)).toEqual([
      job,
      { ...nothing, shows: { by: 'nothing' }, wasAsked: true, since: NOON, before: [{ shows: onOld, until: NOON }] },
    ]);
  });

  it.each([
    ['an ack', anEvidence({ wasAsked: false })],
    ['what another consumer showed', anEvidence({ consumer: 'job' })],
    ['what it showed of another secret', anEvidence({ secret: other })],
  ])('takes back nothing of %s', (_, evidence) => {
    const known = [evidence];
    expect(withdraw(known, nothing)).toBe(known);
  });
});

const aMemory = (carried: readonly Partial<CarriedKey>[], newestAt = NOON - 2 * HOUR): PublicationMemory => ({
  firstSeenAt: NOON - DAY,
  readableSince: 0,
  judgedThrough: { at: newestAt, versions: [] },
  carried: carried.map((key) => ({ fingerprint: P0, versions: [], since: 0, until: null, ...key })),
});

describe('the same before and after a new version', () => {
  it.each([
    ['counts from when it was shown after it', NOON - 2 * HOUR, NOON - HOUR],
    ['made as it was last shown counts from then', NOON - HOUR, NOON - HOUR],
    ['made later says nothing yet', NOON - HOUR + 1, NOON - DAY],
    ['made as it was first shown takes nothing away', NOON - DAY, NOON - DAY],
  ])('%s', (_, newestAt, since) => {
    expect(renewSince(anEvidence(), aMemory([], newestAt))).toEqual(anEvidence({ since }));
  });

  it('is as it was where the ledger knows no version', () => {
    expect(renewSince(anEvidence(), undefined)).toEqual(anEvidence());
  });
});

describe('the key that is shown', () => {
  const memory = aMemory([
    { fingerprint: P0, versions: ['v0', 'v1'] },
    { fingerprint: 'none', versions: ['v2'] },
    { fingerprint: 'unknown', versions: ['v3'] },
  ]);

  it.each<[Shows, string | null]>([
    [{ by: 'entra' }, 'entra'],
    [onNew, S1],
    [{ by: 'version', version: 'v1' }, P0],
    [{ by: 'version', version: 'v2' }, 'entra'],
    [{ by: 'version', version: 'v3' }, null],
    [{ by: 'version', version: 'v4' }, null],
    [{ by: 'started', startedAt: NOON }, null],
    [{ by: 'idle' }, null],
  ])('by %j is %j', (shows, key) => {
    expect(keyShown(shows, memory)).toBe(key);
  });

  it('by a version is not known without a memory', () => {
    expect(keyShown({ by: 'version', version: 'v0' }, undefined)).toBeNull();
  });
});

describe('what is shown is outdated', () => {
  const memory = aMemory([
    { fingerprint: P0, versions: ['v0'], until: NOON },
    { fingerprint: S1, versions: ['v1'] },
  ]);

  it.each<[Shows, boolean]>([
    [{ by: 'version', version: 'v0' }, true],
    [{ by: 'version', version: 'v1' }, false],
    [{ by: 'version', version: 'v2' }, false],
    [onOld, true],
    [onNew, false],
    [{ by: 'fingerprint', fingerprint: aFingerprint('other') }, false],
    [{ by: 'entra' }, false],
  ])('by %j: %s', (shows, is) => {
    expect(isOutdated(shows, memory)).toBe(is);
  });

  it('only where something newer is known', () => {
    expect(isOutdated(onOld, aMemory([{ until: NOON }]))).toBe(false);
    expect(isOutdated(onOld, undefined)).toBe(false);
  });
});

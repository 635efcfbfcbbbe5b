import { describe, expect, it } from 'vitest';
import { learn } from '../../src/core/learn.ts';
import type {
  FailedRegeneration,
  PublicationMemory,
  PublishIntent,
  RememberedKey,
  Sighting,
  Tip,
  Trouble,
} from '../../src/core/model.ts';
import { aFingerprint, aScene, aSecret, DAY, HOUR, MINUTE, NOON, type Scene } from '../support/scene.ts';

const P0 = aFingerprint('p0');
const S0 = aFingerprint('s0');
const DEAD = aFingerprint('dead');
const chat = aSecret('chat');

const usual = (): Scene => aScene().publishesSlot('chat', 'primary').hasConsumer('web');
const learned = (scene: Scene) => learn(scene.state, scene.observation, scene.target, scene.now);

const aKey = (own: Partial<RememberedKey> = {}): RememberedKey => ({
  fingerprint: P0,
  firstSeenAt: NOON - DAY,
  notSeenAt: null,
  recordedAt: null,
  settlesAt: null,
  ...own,
});

describe('a look', () => {
  it('remembers when the first and the newest was', () => {
    expect(learned(usual())).toMatchObject({ firstObservedAt: NOON, observedAt: NOON, name: 'chat-prod' });
    const again = usual().knows({ firstObservedAt: NOON - DAY, observedAt: NOON - HOUR, name: 'before' });
    expect(learned(again)).toMatchObject({ firstObservedAt: NOON - DAY, observedAt: NOON, name: 'chat-prod' });
  });

  it('learns nothing of the keys where local authentication is off', () => {
    const scene = usual().knows({ keys: { primary: aKey({ fingerprint: DEAD }), secondary: null }, troubles: [] });
    scene.resource = { ...scene.resource, localAuthDisabled: true };
    expect(learned(scene)).toEqual({ ...scene.state, observedAt: NOON });
  });

  it('takes whoever joined a rotation along until its end', () => {
    const scene = usual().rotates({ condemns: [P0] });
    expect(learned(scene).rotation?.participants).toEqual({
      publications: scene.target.publications,
      consumers: scene.target.consumers,
    });
  });
});

describe('what was reported', () => {
  const aTip = (at: number): Tip => ({
    id: `${at}`,
    at,
    who: 'ann',
    why: null,
    fingerprint: P0,
    slot: null,
    reportedAt: at,
    onTimeout: null,
    trusted: true,
  });
  const sighting = (code: Sighting['code'], at: number): Sighting => ({ code, at, who: null, detail: null });

  it('is not meant any more after a week', () => {
    const scene = usual().knows({ tips: [aTip(NOON - 7 * DAY), aTip(NOON - 7 * DAY + 1)] });
    expect(learned(scene).tips.map(({ at }) => at)).toEqual([NOON - 7 * DAY + 1]);
    scene.resource = { ...scene.resource, localAuthDisabled: true };
    expect(learned(scene).tips.map(({ at }) => at)).toEqual([NOON - 7 * DAY + 1]);
  });

  it('of others is told for as long as it is recent', () => {
    const [old, recent] = [
      sighting('KeysListedByStranger', NOON - 30 * DAY),
      sighting('KeysListedByStranger', NOON - 29 * DAY),
    ];
    expect(learned(usual().knows({ sightings: [old, recent] })).sightings).toEqual([recent]);
  });

  it('of a consumer is forgotten with it', () => {
    const trouble = (consumer: string): Trouble => ({ consumer, secret: chat, is: 'broken', detail: null });
    const scene = usual().knows({ troubles: [trouble('web'), trouble('gone')] });
    scene.shows('web', 'chat', { by: 'entra' }).shows('gone', 'chat', { by: 'entra' });
    const { troubles, evidence } = learned(scene);
    expect(troubles).toEqual([trouble('web')]);
    expect(evidence.map(({ consumer }) => consumer)).toEqual(['web']);
  });
});

describe('a key', () => {
  it('that somebody changed loses its recorded age, and keeps what may still come of our own request', () => {
    const before = aKey({ fingerprint: DEAD, recordedAt: NOON - DAY, settlesAt: NOON + MINUTE });
    const scene = usual().knows({ keys: { primary: before, secondary: null }, observedAt: NOON - HOUR });
    expect(learned(scene).keys).toEqual({
      primary: aKey({ firstSeenAt: NOON, notSeenAt: NOON - HOUR, settlesAt: NOON + MINUTE }),
      secondary: aKey({ fingerprint: S0, firstSeenAt: NOON }),
    });
  });

  it('that is there still is known as before', () => {
    const scene = usual().knows({ keys: { primary: aKey(), secondary: null } });
    expect(learned(scene).keys.primary).toEqual(aKey());
  });

  const entry = { slot: 'primary', from: NOON - 2 * DAY, to: NOON - 2 * DAY } as const;

  it('that we recorded needs no log', () => {
    const own = aKey({ recordedAt: NOON - DAY });
    const scene = usual().knows({ keys: { primary: own, secondary: null } });
    scene.regenerations = [entry];
    expect(learned(scene).keys.primary).toEqual(own);
    expect(learned(scene).keys.secondary).toMatchObject({ logged: null });
  });

  it('keeps what the log has shown, where it shows nothing any more', () => {
    const logged = { from: entry.from, to: entry.to };
    const scene = usual().knows({ keys: { primary: aKey({ logged }), secondary: null } });
    scene.regenerations = [];
    expect(learned(scene).keys.primary).toMatchObject({ logged });
  });
});

describe('a memory of a secret', () => {
  /** Ten dead keys, of which a memory may forget two. */
  const crowded = (oldest: typeof P0): PublicationMemory => ({
    firstSeenAt: NOON - DAY,
    readableSince: 0,
    judgedThrough: { at: 0, versions: [] },
    carried: Array.from({ length: 10 }, (_, i) => ({
      fingerprint: i === 0 ? oldest : aFingerprint(`dead${i}`),
      versions: [`d${i}`],
      since: i,
      until: NOON - DAY + i,
    })),
  });
  const keeps = (scene: Scene, fingerprint: typeof P0): boolean => {
    const { publications } = learned(scene.knows({ publications: { [chat]: crowded(fingerprint) } }));
    return publications[chat]?.carried.some((key) => key.fingerprint === fingerprint) ?? false;
  };

  it('forgets a dead key and none that matters', () => {
    expect(keeps(usual(), DEAD)).toBe(false);
    expect(keeps(usual(), S0)).toBe(true);
    expect(keeps(usual().knows({ keys: { primary: aKey({ fingerprint: DEAD }), secondary: null } }), DEAD)).toBe(true);
    expect(keeps(usual().rotates({ condemns: [DEAD] }), DEAD)).toBe(true);
    const regenerated = [{ slot: 'primary', from: DEAD, to: P0, at: NOON, dead: null }] as const;
    expect(keeps(usual().rotates({ condemns: [], regenerated }), DEAD)).toBe(true);
  });

  it('stays although the secret is not listed any more', () => {
    const other = aSecret('other');
    const { publications } = learned(usual().knows({ publications: { [other]: crowded(DEAD) } }));
    expect(publications[other]).toEqual(crowded(DEAD));
    expect(publications[chat]?.carried).toMatchObject([{ fingerprint: P0, versions: ['chat-v0'] }]);
  });
});

describe('an order', () => {
  const rollBack = { slot: 'primary', fingerprint: P0, who: 'ann', why: 'x', until: NOON + DAY } as const;

  it('to go back stands while its key is there', () => {
    expect(learned(usual().knows({ rollBack })).rollBack).toEqual(rollBack);
    expect(learned(usual().knows({ rollBack: { ...rollBack, fingerprint: DEAD } })).rollBack).toBeNull();
  });

  it('to pause ends at its time', () => {
    expect(learned(usual().knows({ pausedUntil: NOON + 1 })).pausedUntil).toBe(NOON + 1);
    expect(learned(usual().knows({ pausedUntil: NOON })).pausedUntil).toBeNull();
    expect(learned(usual()).pausedUntil).toBeNull();
  });

  it('that changed no key counts while the key is there', () => {
    const failed: FailedRegeneration = { slot: 'primary', fingerprint: P0, count: 1, lastAt: NOON };
    expect(learned(usual().knows({ failed })).failed).toEqual(failed);
    expect(learned(usual().knows({ failed: { ...failed, slot: 'secondary' } })).failed).toBeNull();
  });
});

describe('an announced publication', () => {
  const publishing: PublishIntent = {
    kind: 'publish',
    secret: chat,
    slot: 'primary',
    fingerprint: P0,
    proof: 'live',
    basedOn: 'v-before',
    ours: 'chat-v0',
    known: [],
    basedOnCreatedAt: NOON - 400 * DAY,
    startedAt: NOON,
  };

  it('has ended once the secret is read and nothing of somebody else waits in it', () => {
    expect(learned(usual().knows({ publishing })).publishing).toBeNull();
    expect(
      learned(usual().publishesUnusable('other', 'PublicationUnreadable').knows({ publishing })).publishing,
    ).toBeNull();
  });

  it('is open while its answer was lost and it may still come', () => {
    const lost = { ...publishing, ours: null, known: ['chat-v0'] };
    expect(learned(usual().knows({ publishing: lost })).publishing).not.toBeNull();
    const long = { ...lost, startedAt: NOON - usual().policy.verification.settle };
    expect(learned(usual().knows({ publishing: long })).publishing).toBeNull();
  });

  it('is open while something of somebody else waits in it', () => {
    const scene = aScene()
      .publishes('chat', [
        { key: DEAD, at: NOON - MINUTE },
        { key: P0, at: NOON },
      ])
      .knows({ publishing: { ...publishing, ours: 'chat-v1' } });
    expect(learned(scene).publishing).not.toBeNull();
  });

  it.each([
    ['PublicationUnreadable', true],
    ['SecretDisabled', true],
    ['SecretDeleted', true],
    ['SecretMissing', true],
    ['ForeignEndpoint', false],
  ] as const)('while the secret is %s is open: %s', (code, isOpen) => {
    const scene = aScene().publishesUnusable('chat', code).knows({ publishing });
    expect(learned(scene).publishing !== null).toBe(isOpen);
  });

  it('is open while the secret is not looked at', () => {
    expect(learned(aScene().publishesSlot('other', 'primary').knows({ publishing })).publishing).toEqual(publishing);
  });
});

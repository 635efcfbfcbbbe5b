import { describe, expect, it } from 'vitest';
import { NO_CONTROL } from '../../src/core/control.ts';
import type { Condemned, Freeze, Tip } from '../../src/core/model.ts';
import { aFingerprint, aPolicy, aScene, aSecret, DAY, HOUR, MINUTE, NOON, type Scene } from '../support/scene.ts';

const P0 = aFingerprint('p0');
const S0 = aFingerprint('s0');
const S1 = aFingerprint('s1');

const aTip = (own: Partial<Tip> = {}): Tip => ({
  id: 'tip',
  at: NOON,
  who: 'ann',
  why: null,
  fingerprint: null,
  slot: null,
  reportedAt: NOON,
  onTimeout: null,
  trusted: true,
  ...own,
});
/** Of something that may publish events. */
const anEvent = (own: Partial<Tip> = {}): Tip => aTip({ trusted: false, ...own });

/** Consumers on the primary, young keys, and a report. */
const told = (...tips: Tip[]): Scene =>
  aScene()
    .publishesSlot('chat', 'primary')
    .hasConsumer('web')
    .recorded(NOON - DAY)
    .knows({ tips });

const believed = { onTimeout: 'hold', keepsSoak: false, since: NOON } as const;
const leaked = (fingerprint: Condemned['fingerprint'], compromise: Condemned['compromise'] = believed): Condemned => ({
  fingerprint,
  reason: 'KeyCompromised',
  compromise: compromise ?? believed,
});

describe('a report of a compromise', () => {
  it('of the active key condemns it, and has the other one made new before it is published', () => {
    const tip = aTip({ fingerprint: P0 });
    expect(told(tip).decide()).toEqual({
      kind: 'condemn',
      reason: 'KeyCompromised',
      class: 'active',
      condemned: [leaked(P0), { fingerprint: S0, reason: 'Requested' }],
      requests: [],
      passes: [],
      tip,
    });
  });

  it.each<[string, Partial<Tip>, string, Condemned[]]>([
    ['of the standby condemns it alone', { fingerprint: S0 }, 'standby', [leaked(S0)]],
    ['that names no key condemns both', {}, 'both', [leaked(P0), leaked(S0)]],
    ['of a slot means the key in it', { slot: 'secondary' }, 'standby', [leaked(S0)]],
    ['of a key that is in no slot changes nothing', { fingerprint: aFingerprint('dead') }, 'dead', []],
    [
      'means the key that the slot held then, with a margin for clocks',
      { slot: 'secondary', reportedAt: NOON - DAY - 5 * MINUTE },
      'standby',
      [leaked(S0)],
    ],
    [
      'is answered already by a key that was made after it',
      { slot: 'secondary', reportedAt: NOON - DAY - 5 * MINUTE - 1 },
      'dead',
      [],
    ],
    [
      'means the key that it names however early it came',
      { fingerprint: S0, reportedAt: NOON - 90 * DAY },
      'standby',
      [leaked(S0)],
    ],
    [
      'goes as far as the person says',
      { fingerprint: S0, onTimeout: 'retire' },
      'standby',
      [leaked(S0, { ...believed, onTimeout: 'retire' })],
    ],
  ])('%s', (_, own, found, condemned) => {
    expect(told(aTip(own)).decide()).toMatchObject({ kind: 'condemn', class: found, condemned });
  });

  it('of a slot means the key of an unknown age in it, whenever it came', () => {
    const scene = aScene().publishesSlot('chat', 'primary').hasConsumer('web');
    scene.knows({ tips: [aTip({ slot: 'secondary', reportedAt: NOON - 400 * DAY })] });
    expect(scene.decide()).toMatchObject({ class: 'standby', condemned: [leaked(S0)] });
  });

  it('goes as far as policy says where the person does not', () => {
    const scene = told(aTip({ fingerprint: S0 }));
    scene.policy = aPolicy({ compromise: { ...scene.policy.compromise, onTimeout: 'retire' } });
    expect(scene.decide()).toMatchObject({ condemned: [leaked(S0, { ...believed, onTimeout: 'retire' })] });
  });

  it('that came as an event cuts nobody off, whatever it asks for, unless policy trusts events', () => {
    const scene = told(anEvent({ fingerprint: S0, onTimeout: 'retire' }));
    expect(scene.decide()).toMatchObject({ condemned: [leaked(S0, { ...believed, keepsSoak: true })] });
    scene.policy = aPolicy({ compromise: { ...scene.policy.compromise, trustEvents: true } });
    expect(scene.decide()).toMatchObject({ condemned: [leaked(S0, { ...believed, onTimeout: 'retire' })] });
  });

  it('of either key of a split target means both', () => {
    const scene = told(aTip({ fingerprint: S0 })).publishesSlot('other', 'secondary');
    expect(scene.decide()).toMatchObject({
      class: 'both',
      condemned: [leaked(S0)],
    });
  });

  it('passes every brake, and names it', () => {
    const scene = told(aTip({ fingerprint: S0 }));
    const freeze: Freeze = { scope: 'fleet', until: NOON + DAY, who: 'bob', why: 'sales' };
    scene.control = {
      freezes: [freeze],
      fleet: { paused: true, flight: 'full', group: 'taken' },
      window: { isOpen: false, opensAt: null },
    };
    expect(scene.decide()).toMatchObject({
      kind: 'condemn',
      passes: ['freeze', 'pause', 'maxInFlight', 'group', 'window'],
    });
  });

  it('is answered before the target is held for a secret that cannot be used, but not before it can be read', () => {
    const foreign = told(aTip({ fingerprint: S0 })).publishesUnusable('other', 'ForeignEndpoint');
    expect(foreign.decide()).toMatchObject({ kind: 'condemn', condemned: [leaked(S0)] });
    const unreadable = told(aTip({ fingerprint: S0 })).publishesUnusable('other', 'PublicationUnreadable');
    expect(unreadable.decide()).toMatchObject({ kind: 'hold', code: 'PublicationUnreadable' });
  });

  it('has its answer where local authentication is off', () => {
    const tip = aTip();
    const scene = told(tip);
    scene.resource = { ...scene.resource, localAuthDisabled: true };
    expect(scene.decide()).toEqual({
      kind: 'condemn',
      reason: 'KeyCompromised',
      class: 'dead',
      condemned: [],
      requests: [],
      passes: [],
      tip,
    });
    scene.knows({ tips: [] });
    expect(scene.decide()).toMatchObject({ kind: 'hold', code: 'LocalAuthDisabled' });
  });

  it('is answered once for all that say the same, by the one of the latest time', () => {
    const [early, late] = [aTip({ id: 'early', reportedAt: NOON - HOUR }), aTip({ id: 'late' })];
    expect(told(early, late).decide()).toMatchObject({ tip: { id: 'late' } });
    expect(told(late, early).decide()).toMatchObject({ tip: { id: 'late' } });
    expect(told(aTip({ id: 'first' }), aTip({ id: 'second' })).decide()).toMatchObject({ tip: { id: 'first' } });
  });

  it.each<Partial<Tip>>([{ trusted: false }, { onTimeout: 'retire' }, { fingerprint: S0 }, { slot: 'primary' }])(
    'is another one where it says or may do something else: %j',
    (own) => {
      const other = aTip({ id: 'other', reportedAt: NOON - HOUR, ...own });
      expect(told(other, aTip()).decide()).toMatchObject({ tip: { id: 'other' } });
    },
  );
});

describe('a report during a rotation', () => {
  it('makes of a key that is condemned already one that leaked, and leaves the other as it is', () => {
    const scene = told(aTip({ fingerprint: P0 })).rotates({ condemns: [P0, S0] });
    expect(scene.decide()).toMatchObject({ class: 'active', condemned: [leaked(P0)] });
  });

  it('does not condemn what the rotation has just made', () => {
    const scene = told(aTip({ fingerprint: P0 }));
    const regenerated = { slot: 'secondary', from: S1, to: S0, at: NOON, dead: 'refused' } as const;
    scene.rotates({ condemns: [P0], regenerated: [regenerated] });
    expect(scene.decide()).toMatchObject({ condemned: [leaked(P0)] });
  });

  it.each<[string, Tip, Condemned['compromise'], Condemned['compromise']]>([
    [
      'an event takes back nothing of what a person said',
      anEvent({ fingerprint: S0 }),
      { onTimeout: 'retire', keepsSoak: false, since: NOON - HOUR },
      { onTimeout: 'retire', keepsSoak: false, since: NOON - HOUR },
    ],
    [
      'a person goes further than an event, from when it was first said',
      aTip({ fingerprint: S0, onTimeout: 'retire' }),
      { onTimeout: 'hold', keepsSoak: true, since: NOON - HOUR },
      { onTimeout: 'retire', keepsSoak: false, since: NOON - HOUR },
    ],
    [
      'a second event is as good as the first',
      anEvent({ fingerprint: S0 }),
      { onTimeout: 'hold', keepsSoak: true, since: NOON - HOUR },
      { onTimeout: 'hold', keepsSoak: true, since: NOON - HOUR },
    ],
  ])('%s', (_, tip, before, after) => {
    const scene = told(tip).rotates({ condemns: [S0] });
    const { rotation } = scene.state;
    if (rotation !== null) scene.knows({ rotation: { ...rotation, condemned: [leaked(S0, before)] } });
    expect(scene.decide()).toMatchObject({ kind: 'condemn', condemned: [leaked(S0, after)] });
  });
});

describe('reports that have to wait', () => {
  const unpublished = (...tips: Tip[]): Scene =>
    aScene()
      .publishes('chat', [{ key: 'none', at: NOON - DAY }], { current: { is: 'passwordless', version: 'chat-v0' } })
      .recorded(NOON - DAY)
      .knows({ tips });

  it('of an event are not believed where nobody knows who uses the keys', () => {
    const scene = unpublished(anEvent({ fingerprint: S0 }), anEvent({ id: 'second', fingerprint: P0 }));
    expect(scene.decide()).toEqual({
      kind: 'hold',
      code: 'CompromiseUnconfirmed',
      detail: { tips: ['tip', 'second'] },
      wakeAt: NOON + HOUR,
    });
    expect(unpublished(aTip({ fingerprint: S0 })).decide()).toMatchObject({ kind: 'condemn' });
    expect(unpublished(anEvent({ fingerprint: aFingerprint('dead') })).decide()).toMatchObject({ class: 'dead' });
  });

  const threeAnswers = [NOON - 50 * MINUTE, NOON - 20 * MINUTE, NOON - 10 * MINUTE];

  it('and name no key are answered three times an hour', () => {
    const scene = told(aTip()).knows({ compromisedAt: threeAnswers });
    expect(scene.decide()).toEqual({
      kind: 'hold',
      code: 'TooManyTips',
      detail: { tips: ['tip'] },
      wakeAt: NOON + 10 * MINUTE,
    });
    scene.now = NOON + 10 * MINUTE;
    expect(scene.decide()).toMatchObject({ kind: 'condemn', class: 'both' });
  });

  it.each([
    ['name the key', { fingerprint: P0 }, threeAnswers],
    ['are the third of the hour', {}, [NOON - HOUR, ...threeAnswers.slice(1)]],
  ])('are answered at once where they %s', (_, own, compromisedAt) => {
    expect(told(aTip(own)).knows({ compromisedAt }).decide()).toMatchObject({ kind: 'condemn' });
  });

  it('are answered at once where they make nothing known a leak that was none', () => {
    const scene = told(aTip({ onTimeout: 'retire' })).rotates({ condemns: [P0, S0] });
    const { rotation } = scene.state;
    if (rotation !== null) scene.knows({ rotation: { ...rotation, condemned: [leaked(P0), leaked(S0)] } });
    const after = { ...believed, onTimeout: 'retire' } as const;
    expect(scene.knows({ compromisedAt: threeAnswers }).decide()).toMatchObject({
      kind: 'condemn',
      condemned: [leaked(P0, after), leaked(S0, after)],
    });
    if (rotation !== null) scene.knows({ rotation: { ...rotation, condemned: [leaked(P0)] } });
    expect(scene.decide()).not.toMatchObject({ kind: 'condemn' });
  });

  it('for something else in the way are looked at each minute, and those that wait anyhow are not', () => {
    const unreadable = (...tips: Tip[]) => told(...tips).publishesUnusable('other', 'PublicationUnreadable');
    expect(unreadable(aTip()).decide()).toMatchObject({ code: 'PublicationUnreadable', wakeAt: NOON + MINUTE });
    expect(unreadable().decide()).toMatchObject({ code: 'PublicationUnreadable', wakeAt: NOON + HOUR });
    const waiting = unreadable(aTip()).knows({ compromisedAt: threeAnswers });
    expect(waiting.decide()).toMatchObject({ code: 'PublicationUnreadable', wakeAt: NOON + HOUR });
  });

  it('are told apart by what they wait for', () => {
    const [many, unconfirmed] = [aTip({ id: 'many' }), anEvent({ id: 'event', fingerprint: S0 })];
    const scene = unpublished(many, unconfirmed).knows({ compromisedAt: threeAnswers });
    expect(scene.decide()).toMatchObject({ code: 'TooManyTips', detail: { tips: ['many'] } });
  });

  it('are not looked at later than anything else', () => {
    const scene = told(aTip()).knows({ compromisedAt: threeAnswers });
    scene.policy = aPolicy({ observeEvery: 5 * MINUTE });
    expect(scene.decide()).toMatchObject({ code: 'TooManyTips', wakeAt: NOON + 5 * MINUTE });
  });

  it('hold nothing else up', () => {
    const scene = told(aTip())
      .knows({ compromisedAt: threeAnswers })
      .recorded(NOON - 90 * DAY);
    expect(scene.decide()).toMatchObject({ kind: 'condemn', reason: 'KeyTooOld' });
    const others = told(aTip(), aTip({ id: 'named', fingerprint: S0 })).knows({ compromisedAt: threeAnswers });
    expect(others.decide()).toMatchObject({ tip: { id: 'named' } });
  });
});

/** The primary leaked; consumers are on the secondary since then, and `web` is not shown to be. */
const leaving = (compromise: Condemned['compromise'], at = NOON - 20 * MINUTE): Scene => {
  const scene = aScene();
  scene.keys.secondary = S1;
  scene
    .publishes('chat', [
      { key: P0, at: NOON - 300 * DAY },
      { key: S1, at },
    ])
    .hasConsumer('web')
    .rotates({ condemns: [P0], left: [P0], startedAt: at });
  const { rotation } = scene.state;
  return rotation === null ? scene : scene.knows({ rotation: { ...rotation, condemned: [leaked(P0, compromise)] } });
};

describe('a leaked key that is still used', () => {
  const since = NOON - 20 * MINUTE;
  const hold = { onTimeout: 'hold', keepsSoak: false, since } as const;
  const retire = { ...hold, onTimeout: 'retire' } as const;

  it('is held for at its deadline, and looked at each minute', () => {
    expect(leaving(hold).decide()).toMatchObject({ kind: 'hold', code: 'Stalled', wakeAt: NOON + MINUTE });
  });

  it('is waited for until then, with a look every five minutes', () => {
    const scene = leaving({ ...hold, since: NOON - MINUTE });
    expect(scene.decide()).toMatchObject({ kind: 'await-consumers', wakeAt: NOON + 5 * MINUTE });
    scene.policy = aPolicy({ observeEvery: 2 * MINUTE });
    expect(scene.decide()).toMatchObject({ kind: 'await-consumers', wakeAt: NOON + 2 * MINUTE });
    scene.now = NOON + 14 * MINUTE - 1;
    expect(scene.decide()).toMatchObject({ kind: 'await-consumers', wakeAt: NOON + 14 * MINUTE });
    scene.now = NOON + 14 * MINUTE;
    expect(scene.decide()).toMatchObject({ kind: 'hold', code: 'Stalled' });
  });

  it('is regenerated at its deadline where a person would rather cut its users off, and says whom', () => {
    expect(leaving(retire).decide()).toEqual({
      kind: 'regenerate',
      stage: 'begin',
      slot: 'primary',
      role: 'outgoing',
      fingerprint: P0,
      because: 'KeyCompromised',
      attempt: 1,
      without: { soak: true, consumers: ['web'] },
    });
    const early = leaving({ ...retire, since: NOON - 15 * MINUTE + 1 });
    expect(early.decide()).toMatchObject({ kind: 'await-consumers' });
  });

  it('is not regenerated while a secret carries it or cannot be read', () => {
    const carried = leaving(retire).publishesSlot('other', 'primary').knows({ activeSlot: 'secondary' });
    expect(carried.probed({ [S1]: 'accepted' }).decide()).toMatchObject({ kind: 'align', slot: 'secondary' });
    const unreadable = leaving(retire).publishesUnusable('other', 'PublicationUnreadable');
    expect(unreadable.decide()).toMatchObject({ kind: 'hold', code: 'PublicationUnreadable', wakeAt: NOON + MINUTE });
  });

  it('is not regenerated while it is published, however long ago that was to end', () => {
    const stuck = aScene();
    stuck.keys.secondary = S1;
    stuck
      .publishesSlot('chat', 'primary')
      .hasConsumer('web')
      .rotates({ condemns: [P0], startedAt: NOON - DAY });
    const { rotation } = stuck.state;
    if (rotation !== null)
      stuck.knows({ rotation: { ...rotation, condemned: [leaked(P0, { ...retire, since: NOON - DAY })] } });
    expect(stuck.probed({ [S1]: 'unreachable' }, 'unreachable').decide()).toMatchObject({
      kind: 'hold',
      code: 'DataPlaneUnreachable',
    });
  });

  it('is regenerated at the very instant of its deadline', () => {
    expect(leaving({ ...retire, since: NOON - 15 * MINUTE }).decide()).toMatchObject({ kind: 'regenerate' });
  });

  it('is regenerated without the soak once its users have left, unless only an event speaks', () => {
    const left = (compromise: Condemned['compromise'], at: number) =>
      leaving(compromise).shows('web', 'chat', { by: 'fingerprint', fingerprint: S1 }, at).decide();
    const soaking = left(hold, NOON - 10 * MINUTE);
    expect(soaking).toMatchObject({ kind: 'regenerate', without: { soak: true, consumers: [] } });
    expect(left({ ...hold, keepsSoak: true }, NOON - 10 * MINUTE)).toMatchObject({
      kind: 'soak',
      until: NOON + 50 * MINUTE,
    });
  });

  it('says nothing of a soak that has passed', () => {
    const scene = leaving(hold, NOON - 3 * HOUR).shows(
      'web',
      'chat',
      { by: 'fingerprint', fingerprint: S1 },
      NOON - HOUR,
    );
    const decision = scene.decide();
    expect(decision).toMatchObject({ kind: 'regenerate', stage: 'begin' });
    expect(decision).not.toHaveProperty('without');
  });

  it('does not wait for a window or for a freeze to end', () => {
    const scene = leaving(retire);
    scene.control = {
      ...NO_CONTROL,
      freezes: [{ scope: 'fleet', until: NOON + DAY, who: 'bob', why: 'sales' }],
      window: { isOpen: false, opensAt: NOON + DAY },
    };
    expect(scene.decide()).toMatchObject({ kind: 'regenerate' });
  });
});

describe('a leaked key that is published', () => {
  /** The primary was published an hour ago in place of the secondary, and then it leaked. */
  const scene = (): Scene => {
    const retreating = aScene()
      .publishes('chat', [
        { key: S0, at: NOON - 300 * DAY },
        { key: P0, at: NOON - HOUR },
      ])
      .hasConsumer('web')
      .rotates({ condemns: [P0, S0], left: [S0] });
    const { rotation } = retreating.state;
    const condemned = [leaked(P0), { fingerprint: S0, reason: 'KeyTooOld' } as const];
    return rotation === null ? retreating : retreating.knows({ rotation: { ...rotation, condemned } });
  };

  it('gives way at once to the one that consumers are leaving', () => {
    expect(
      scene()
        .probed({ [S0]: 'accepted' })
        .decide(),
    ).toEqual({
      kind: 'publish',
      slot: 'secondary',
      fingerprint: S0,
      proof: 'live',
      writes: [{ secret: aSecret('chat'), basedOn: null }],
    });
  });

  it('stays where both have leaked, until one is made new', () => {
    const both = scene();
    const { rotation } = both.state;
    if (rotation !== null) both.knows({ rotation: { ...rotation, condemned: [leaked(P0), leaked(S0)] } });
    expect(both.decide()).toMatchObject({ kind: 'await-consumers', slot: 'secondary' });
  });

  it('is not handed to a secret with a dead key while a vacant one can be made new first', () => {
    const broken = aScene()
      .publishesSlot('chat', 'primary')
      .publishes('broken', [{ key: aFingerprint('dead'), at: NOON - DAY }])
      .hasConsumer('web')
      .rotates({ condemns: [P0, S0] });
    const { rotation } = broken.state;
    if (rotation !== null) broken.knows({ rotation: { ...rotation, condemned: [leaked(P0), leaked(S0)] } });
    expect(broken.decide()).toMatchObject({ kind: 'regenerate', slot: 'secondary' });
  });

  it('moves on although another target of its group is on the move', () => {
    const made = aScene();
    made.keys.secondary = S1;
    made
      .publishesSlot('chat', 'primary')
      .hasConsumer('web')
      .rotates({ condemns: [P0] });
    const { rotation } = made.state;
    if (rotation !== null) made.knows({ rotation: { ...rotation, condemned: [leaked(P0)] } });
    made.control = { ...NO_CONTROL, fleet: { ...NO_CONTROL.fleet, group: 'taken' } };
    expect(made.probed({ [S1]: 'accepted' }).decide()).toMatchObject({ kind: 'publish', slot: 'secondary' });
    made.rotates({ condemns: [P0] });
    expect(made.decide()).toEqual({ kind: 'wait', for: 'group', wakeAt: NOON + HOUR });
  });
});

import { describe, expect, it } from 'vitest';
import { type Control, freezeInForce, NO_CONTROL } from '../../src/core/control.ts';
import type { Freeze, PendingRequest } from '../../src/core/model.ts';
import { aFingerprint, aPolicy, aScene, aSecret, DAY, HOUR, MINUTE, NOON, type Scene } from '../support/scene.ts';

const P0 = aFingerprint('p0');
const S0 = aFingerprint('s0');

const aRequest = (own: Partial<PendingRequest> = {}): PendingRequest => ({
  id: 'q',
  at: NOON,
  who: 'ann',
  why: null,
  acceptUnknownConsumers: false,
  force: false,
  ...own,
});
const aFreeze = (own: Partial<Freeze> = {}): Freeze => ({
  scope: 'target',
  until: NOON + DAY,
  who: 'bob',
  why: 'x',
  ...own,
});
/** Keys that are due. */
const due = (): Scene =>
  aScene()
    .publishesSlot('chat', 'primary')
    .hasConsumer('web')
    .recorded(NOON - 60 * DAY);
const young = (...pending: PendingRequest[]): Scene =>
  aScene()
    .publishesSlot('chat', 'primary')
    .hasConsumer('web')
    .recorded(NOON - DAY)
    .knows({ pending });
const under = (scene: Scene, control: Partial<Control>): Scene => {
  scene.control = { ...NO_CONTROL, ...control };
  return scene;
};
const fleet = (own: Partial<Control['fleet']>): Partial<Control> => ({ fleet: { ...NO_CONTROL.fleet, ...own } });

describe('a freeze', () => {
  it('is the one that ends last, of those in force', () => {
    const [short, long] = [aFreeze({ until: NOON + HOUR }), aFreeze({ scope: 'fleet' })];
    expect(freezeInForce({ ...NO_CONTROL, freezes: [short, long] }, NOON)).toBe(long);
    expect(freezeInForce({ ...NO_CONTROL, freezes: [long, short] }, NOON)).toBe(long);
    expect(freezeInForce({ ...NO_CONTROL, freezes: [long, aFreeze()] }, NOON)).toBe(long);
    expect(freezeInForce({ ...NO_CONTROL, freezes: [short, long] }, NOON + DAY)).toBeNull();
    expect(freezeInForce(NO_CONTROL, NOON)).toBeNull();
  });

  it.each([
    ['a rotation that is due', due()],
    ['a rotation that a person asked for', young(aRequest({ force: true }))],
    [
      'the next step of one that runs',
      aScene()
        .publishesSlot('chat', 'primary')
        .hasConsumer('web')
        .rotates({ condemns: [P0, S0] }),
    ],
    ['the alignment of a split target', due().publishesSlot('other', 'secondary')],
  ])('holds %s', (_, scene) => {
    const freeze = aFreeze({ until: NOON + 10 * MINUTE });
    expect(under(scene, { freezes: [freeze] }).decide()).toEqual({
      kind: 'hold',
      code: 'Frozen',
      detail: { freeze },
      wakeAt: NOON + 10 * MINUTE,
    });
    expect(under(scene, { freezes: [aFreeze()] }).decide()).toMatchObject({ code: 'Frozen', wakeAt: NOON + HOUR });
  });

  it('is not felt where nothing is due', () => {
    expect(under(young(), { freezes: [aFreeze()] }).decide()).toMatchObject({ kind: 'nothing-due' });
  });
});

describe('the brakes of the fleet', () => {
  it.each([
    ['a pause', { paused: true }, { kind: 'hold', code: 'FleetPaused', detail: {}, wakeAt: NOON + HOUR }],
    ['too many in flight', { flight: 'full' }, { kind: 'wait', for: 'fleet', wakeAt: NOON + HOUR }],
  ] as const)('by %s stop a scheduled start, and not what a person asks for', (_, own, decision) => {
    expect(under(due(), fleet(own)).decide()).toEqual(decision);
    expect(under(young(aRequest()), fleet(own)).decide()).toMatchObject({ kind: 'condemn' });
    expect(under(young(), fleet(own)).decide()).toMatchObject({ kind: 'nothing-due' });
  });

  it('let a target go that finds them free', () => {
    expect(due().decide()).toMatchObject({ kind: 'condemn', reason: 'KeyTooOld', requests: [] });
  });
});

describe('another target of the group on the move', () => {
  const taken = fleet({ group: 'taken' });

  it('keeps the publications of a split target together on the slot in use', () => {
    const split = due()
      .publishesSlot('other', 'secondary')
      .rotates({ condemns: [P0] });
    expect(
      under(split, taken)
        .probed({ [P0]: 'accepted' })
        .decide(),
    ).toMatchObject({ kind: 'align', slot: 'primary' });
    expect(
      under(split, {})
        .probed({ [S0]: 'accepted' })
        .decide(),
    ).toMatchObject({ kind: 'align', slot: 'secondary' });
  });

  it('does not hold one back whose publications have begun to move', () => {
    const split = due()
      .publishesSlot('other', 'secondary')
      .rotates({ condemns: [P0], left: [P0] });
    expect(
      under(split, taken)
        .probed({ [S0]: 'accepted' })
        .decide(),
    ).toMatchObject({ kind: 'align', slot: 'secondary' });
  });
});

describe('a request', () => {
  it('for a target that publishes no key needs a person who accepts that nobody knows its consumers', () => {
    const keyless = (own: Partial<PendingRequest>) =>
      aScene()
        .publishes('chat', [{ key: 'none', at: NOON - DAY }], { current: { is: 'passwordless', version: 'chat-v0' } })
        .recorded(NOON - DAY)
        .knows({ pending: [aRequest(own)] });
    expect(keyless({}).decide()).toMatchObject({
      kind: 'nothing-due',
      finding: 'NothingPublished',
      wakeAt: NOON + HOUR,
    });
    expect(keyless({ acceptUnknownConsumers: true }).decide()).toMatchObject({ kind: 'condemn', reason: 'Requested' });
  });

  it('that could not be heard in a week is not meant any more', () => {
    expect(young(aRequest({ at: NOON - 7 * DAY + 1 })).decide()).toMatchObject({ kind: 'condemn' });
    expect(young(aRequest({ at: NOON - 7 * DAY })).decide()).toMatchObject({ kind: 'nothing-due' });
  });
});

describe('the date of a secret', () => {
  const near = aRequest({ id: 'event', reason: 'SecretNearExpiry' });
  const dated = (expiresAt: number | null, ...pending: PendingRequest[]): Scene => {
    const scene = aScene().recorded(NOON - DAY);
    scene.publishes('chat', [{ key: scene.keys.primary, at: NOON - DAY }], { expiresAt });
    scene.publishes('far', [{ key: scene.keys.primary, at: NOON - DAY }], { expiresAt: NOON + 80 * DAY });
    return scene.hasConsumer('web').knows({ pending });
  };

  it.each([
    ['that is near', NOON + 30 * DAY - 1, 'condemn'],
    ['that nobody has set', null, 'condemn'],
    ['that is far, whatever the event says', NOON + 30 * DAY, 'nothing-due'],
  ])('%s', (_, expiresAt, kind) => {
    expect(dated(expiresAt, near).decide()).toMatchObject({ kind });
  });

  it('is the reason where nobody asked besides', () => {
    expect(dated(NOON, near).decide()).toMatchObject({ reason: 'SecretNearExpiry', requests: [{ id: 'event' }] });
    expect(dated(NOON, near, aRequest()).decide()).toMatchObject({ reason: 'Requested' });
    expect(dated(NOON + 80 * DAY, near, aRequest()).decide()).toMatchObject({ requests: [{ id: 'q' }] });
  });

  it('waits for the end of the pause after a rollback', () => {
    const paused = dated(NOON, near).knows({ pausedUntil: NOON + HOUR });
    expect(paused.decide()).toMatchObject({ kind: 'nothing-due' });
    paused.now = NOON + HOUR;
    expect(paused.decide()).toMatchObject({ kind: 'condemn', reason: 'SecretNearExpiry' });
  });
});

describe('what holds a target', () => {
  it('is another installation that writes its secrets, by name', () => {
    const scene = young();
    scene.publishes('other', [{ key: P0, at: NOON - DAY }], { managedByAnother: true });
    expect(scene.decide()).toEqual({
      kind: 'hold',
      code: 'ManagedByAnother',
      detail: { secrets: [aSecret('other')] },
      wakeAt: NOON + HOUR,
    });
    const urgent = scene.rotates({ condemns: [P0] });
    const { rotation } = urgent.state;
    const condemned = [{ fingerprint: P0, reason: 'KeyCompromised' } as const];
    if (rotation !== null) urgent.knows({ rotation: { ...rotation, condemned } });
    expect(urgent.decide()).toMatchObject({ code: 'ManagedByAnother', wakeAt: NOON + HOUR });
  });

  it('is local authentication that is off', () => {
    const scene = young();
    scene.resource = { ...scene.resource, localAuthDisabled: true };
    expect(scene.decide()).toEqual({ kind: 'hold', code: 'LocalAuthDisabled', detail: {}, wakeAt: NOON + HOUR });
  });

  it('is each secret that cannot be used in the same way', () => {
    const scene = young()
      .publishesUnusable('a', 'ForeignEndpoint')
      .publishesUnusable('b', 'SecretMissing')
      .publishesUnusable('c', 'ForeignEndpoint');
    expect(scene.decide()).toEqual({
      kind: 'hold',
      code: 'ForeignEndpoint',
      detail: { secrets: [aSecret('a'), aSecret('c')] },
      wakeAt: NOON + HOUR,
    });
  });

  it.each(['SecretMissing', 'SecretDeleted', 'SecretDisabled'] as const)(
    'is no secret that is not required and not there: %s',
    (code) => {
      const scene = young().publishesUnusable('other', code, { required: false, key: aFingerprint('dead') });
      expect(scene.decide()).toMatchObject({ kind: 'nothing-due' });
    },
  );

  it('is a resource that is busy, for a minute at a time', () => {
    const scene = young();
    scene.resource = { ...scene.resource, ready: false };
    expect(scene.decide()).toEqual({ kind: 'wait', for: 'resource', wakeAt: NOON + MINUTE });
    scene.policy = aPolicy({ observeEvery: MINUTE / 2 });
    expect(scene.decide()).toMatchObject({ wakeAt: NOON + MINUTE / 2 });
  });
});

describe('before a key is regenerated', () => {
  const rotating = (): Scene =>
    aScene()
      .publishesSlot('chat', 'primary')
      .hasConsumer('web')
      .rotates({ condemns: [P0, S0] });

  it('a request of unknown end for either slot is waited out', () => {
    const key = (fingerprint: typeof P0, settlesAt: number | null) => ({
      fingerprint,
      firstSeenAt: NOON - DAY,
      notSeenAt: null,
      recordedAt: null,
      settlesAt,
    });
    const scene = rotating().knows({ keys: { primary: key(P0, NOON + MINUTE), secondary: key(S0, null) } });
    expect(scene.decide()).toEqual({ kind: 'wait', for: 'settle', wakeAt: NOON + MINUTE });
    scene.now = NOON + MINUTE;
    expect(scene.decide()).toMatchObject({ kind: 'regenerate', slot: 'secondary' });
  });

  it('one that did not change it is told with its slot, and tried a day after the last time', () => {
    const failed = { slot: 'secondary', fingerprint: S0, count: 3, lastAt: NOON - 23.5 * HOUR } as const;
    expect(rotating().knows({ failed }).decide()).toEqual({
      kind: 'hold',
      code: 'KeyUnchanged',
      detail: { slot: 'secondary', fingerprint: S0 },
      wakeAt: NOON + HOUR / 2,
    });
    const early = { ...failed, lastAt: NOON };
    expect(rotating().knows({ failed: early }).decide()).toMatchObject({ wakeAt: NOON + HOUR });
    expect(
      rotating()
        .knows({ failed: { ...early, count: 2 } })
        .decide(),
    ).toMatchObject({ attempt: 3 });
    const primary = { ...early, slot: 'primary', fingerprint: P0 } as const;
    expect(rotating().knows({ failed: primary }).decide()).toMatchObject({ slot: 'secondary', attempt: 1 });
  });

  it('the standby goes before a slot that was left', () => {
    const dead = aFingerprint('dead');
    const scene = aScene()
      .publishes('chat', [{ key: dead, at: NOON - 300 * DAY }], {
        current: { is: 'passwordless', version: 'chat-v0' },
      })
      .rotates({ condemns: [P0, S0], left: [P0] });
    expect(scene.decide()).toMatchObject({ kind: 'regenerate', slot: 'secondary', role: 'standby' });
  });
});

describe('whoever is awaited although rotation.json no longer names them', () => {
  const awaited = (): Scene => {
    const scene = aScene();
    scene.keys.secondary = aFingerprint('s1');
    return scene
      .publishes('chat', [
        { key: P0, at: NOON - 300 * DAY },
        { key: aFingerprint('s1'), at: NOON - HOUR },
      ])
      .hasConsumer('web')
      .hasConsumer('job')
      .rotates({ condemns: [P0], left: [P0], startedAt: NOON - HOUR });
  };
  const started = (scene: Scene): Scene => {
    const { rotation } = scene.state;
    const { publications, consumers } = scene.target;
    return rotation === null
      ? scene
      : scene.knows({ rotation: { ...rotation, participants: { publications, consumers } } });
  };

  it('is said by name', () => {
    const scene = started(awaited());
    expect(scene.decide()).toMatchObject({
      kind: 'await-consumers',
      awaiting: [{ consumer: 'web' }, { consumer: 'job' }],
    });
    scene.consumers = scene.consumers.filter(({ name }) => name === 'job');
    expect(scene.decide()).toMatchObject({
      kind: 'hold',
      code: 'ConfigurationChanged',
      detail: { awaiting: [{ consumer: 'web', secret: aSecret('chat') }] },
      wakeAt: NOON + HOUR,
    });
  });

  it('counts although its list of secrets was shortened', () => {
    const scene = started(awaited());
    scene.consumers = scene.consumers.map((consumer) => ({ ...consumer, reads: [] }));
    expect(scene.decide()).toMatchObject({ awaiting: [{ consumer: 'web' }, { consumer: 'job' }] });
  });

  it('is not the reader that nobody listed', () => {
    const scene = awaited();
    scene.consumers = [];
    scene.policy = aPolicy({ switchover: { ...aPolicy().switchover, unlisted: 'hold' } });
    expect(scene.decide()).toMatchObject({ kind: 'await-consumers', awaiting: [{ consumer: 'unlisted' }] });
  });
});

import { describe, expect, it } from 'vitest';
import type { Fingerprint, PendingRequest, PublishIntent, RegenerateIntent } from '../../src/core/model.ts';
import {
  aFingerprint,
  aPolicy,
  aScene,
  aSecret,
  DAY,
  HOUR,
  MINUTE,
  NOON,
  type Scene,
  SECOND,
} from '../support/scene.ts';

/** Asked for a minute ago, on top of what the secret held for long; of the answer nothing is known. */
const aPublishIntent = (own: Partial<PublishIntent> = {}): PublishIntent => ({
  kind: 'publish',
  slot: 'secondary',
  proof: 'live',
  secret: aSecret('chat'),
  fingerprint: S1,
  basedOn: 'chat-v0',
  ours: null,
  known: ['chat-v0'],
  basedOnCreatedAt: NOON - 300 * DAY,
  startedAt: NOON - MINUTE,
  ...own,
});

const aRequest = (own: Partial<PendingRequest> = {}): PendingRequest => ({
  id: 'q',
  at: NOON,
  who: 'ann',
  why: null,
  acceptUnknownConsumers: false,
  force: false,
  ...own,
});
const P0 = aFingerprint('p0');
const S0 = aFingerprint('s0');
const S1 = aFingerprint('s1');
const DEAD = aFingerprint('dead');

/** Consumers on the primary, nobody ever on the secondary. */
const usual = (): Scene => aScene().publishesSlot('chat', 'primary').hasConsumer('web');
/** The same with both keys condemned. */
const rotating = (): Scene => usual().rotates({ condemns: [P0, S0] });
/** The secondary was regenerated; nobody has it yet. */
const regenerated = (): Scene => {
  const scene = rotating();
  scene.keys.secondary = S1;
  const key = { fingerprint: S1, firstSeenAt: NOON, notSeenAt: null, recordedAt: NOON, settlesAt: null };
  return scene.knows({ keys: { primary: null, secondary: key } });
};
/** Published an hour ago; the primary's consumers are awaited. */
const published = (at = NOON - HOUR): Scene => {
  const scene = aScene();
  scene.keys.secondary = S1;
  return scene
    .publishes('chat', [
      { key: P0, at: NOON - 300 * DAY },
      { key: S1, at },
    ])
    .hasConsumer('web')
    .rotates({ condemns: [P0, S0], left: [P0], startedAt: at });
};
/** Nothing condemned is alive any more. */
const closing = (): Scene => {
  const scene = aScene();
  scene.keys = { primary: aFingerprint('p1'), secondary: S1 };
  const gone = { slot: 'primary', from: P0, to: scene.keys.primary, at: NOON, dead: null } as const;
  return scene
    .publishes('chat', [
      { key: P0, at: NOON - 300 * DAY },
      { key: S1, at: NOON - 3 * HOUR },
    ])
    .hasConsumer('web')
    .shows('web', 'chat', { by: 'fingerprint', fingerprint: S1 }, NOON - 2 * HOUR)
    .rotates({ condemns: [P0, S0], regenerated: [gone], left: [P0] });
};

describe('an open intent', () => {
  const intent = (own: Partial<RegenerateIntent> = {}): RegenerateIntent => ({
    slot: 'secondary',
    role: 'standby',
    fingerprintBefore: S0,
    startedAt: NOON - MINUTE,
    attempt: 1,
    operationUrl: null,
    ...own,
  });

  it('is waited for while its operation runs, even if the key has changed already', () => {
    const scene = rotating().knows({ intent: intent() });
    scene.keys.secondary = S1;
    scene.operation = 'running';
    expect(scene.decide()).toMatchObject({ kind: 'wait', for: 'operation' });
  });

  it('is waited for while the resource is busy', () => {
    const scene = rotating().knows({ intent: intent() });
    scene.resource = { ...scene.resource, ready: false, state: 'Updating' };
    expect(scene.decide()).toMatchObject({ kind: 'wait', for: 'operation' });
  });

  it('is closed once the key has changed, by whomever', () => {
    const scene = rotating().knows({ intent: intent() });
    scene.keys.secondary = S1;
    expect(scene.decide()).toEqual({
      kind: 'regenerate',
      stage: 'seen',
      slot: 'secondary',
      role: 'standby',
      from: S0,
      to: S1,
    });
  });

  it('with the key unchanged is waited for until settle has passed, and then given up', () => {
    const scene = rotating().knows({ intent: intent() });
    expect(scene.decide()).toMatchObject({ kind: 'wait', for: 'settle' });
    scene.now = NOON - MINUTE + 5 * MINUTE;
    expect(scene.decide()).toMatchObject({ kind: 'regenerate', stage: 'unchanged', slot: 'secondary' });
  });

  it('comes before a hold for a publication', () => {
    const scene = rotating().publishesUnusable('other', 'ForeignEndpoint').knows({ intent: intent() });
    scene.keys.secondary = S1;
    expect(scene.decide()).toMatchObject({ kind: 'regenerate', stage: 'seen' });
  });
});

describe('holds', () => {
  it('stop everything where local authentication is off', () => {
    const scene = usual();
    scene.resource = { ...scene.resource, localAuthDisabled: true };
    expect(scene.decide()).toMatchObject({ kind: 'hold', code: 'LocalAuthDisabled' });
  });

  it('wait for a resource that is not ready', () => {
    const scene = usual();
    scene.resource = { ...scene.resource, ready: false, state: 'Updating' };
    expect(scene.decide()).toMatchObject({ kind: 'wait', for: 'resource', wakeAt: NOON + MINUTE });
  });

  it.each(['ForeignEndpoint', 'NotAConnectionString', 'SecretDisabled', 'PublicationUnreadable'] as const)(
    'stop a rotation for %s and name the secret',
    (code) => {
      const decision = rotating().publishesUnusable('other', code).decide();
      expect(decision).toMatchObject({ kind: 'hold', code, detail: { secrets: [aSecret('other')] } });
    },
  );

  it('skip a disabled publication that nobody requires', () => {
    const scene = usual()
      .recorded(NOON - DAY)
      .publishesUnusable('other', 'SecretDisabled', { required: false, key: DEAD });
    expect(scene.decide()).toMatchObject({ kind: 'nothing-due' });
  });

  it('do not skip an unreadable one', () => {
    const scene = usual().publishesUnusable('other', 'PublicationUnreadable', { required: false });
    expect(scene.decide()).toMatchObject({ kind: 'hold', code: 'PublicationUnreadable' });
  });

  it('do not stop the repair of another publication', () => {
    const scene = usual()
      .publishes('broken', [{ key: DEAD, at: NOON - DAY }])
      .publishesUnusable('other', 'ForeignEndpoint');
    scene.probed({ [P0]: 'accepted' });
    expect(scene.decide()).toMatchObject({ kind: 'repair', writes: [{ secret: aSecret('broken'), basedOn: null }] });
  });
});

describe('a dead key in a publication', () => {
  const broken = (): Scene => usual().publishes('broken', [{ key: DEAD, at: NOON - DAY }]);

  it('is replaced by the active one while nothing is condemned', () => {
    expect(
      broken()
        .probed({ [P0]: 'accepted' })
        .decide(),
    ).toMatchObject({ kind: 'repair', slot: 'primary', fingerprint: P0, proof: 'live' });
  });

  it('is replaced by the key that is not condemned', () => {
    const scene = broken().rotates({ condemns: [P0] });
    expect(scene.probed({ [S0]: 'accepted' }).decide()).toMatchObject({
      kind: 'repair',
      slot: 'secondary',
      fingerprint: S0,
    });
  });

  it('is repaired in a target whose publications all carry it', () => {
    const scene = aScene()
      .publishes('chat', [{ key: DEAD, at: NOON - DAY }])
      .hasConsumer('web')
      .knows({ activeSlot: 'secondary' });
    expect(scene.probed({ [S0]: 'accepted' }).decide()).toMatchObject({ kind: 'repair', slot: 'secondary' });
  });
});

describe('a split target', () => {
  const split = (): Scene => usual().publishesSlot('other', 'secondary');

  it('is aligned to the slot that the ledger knows as active', () => {
    const scene = split()
      .knows({ activeSlot: 'secondary' })
      .probed({ [S0]: 'accepted' });
    expect(scene.decide()).toMatchObject({ kind: 'align', slot: 'secondary', writes: [{ secret: aSecret('chat') }] });
  });

  it('is aligned to the slot that most required publications carry where the ledger knows none', () => {
    const scene = split()
      .publishesSlot('third', 'secondary')
      .probed({ [S0]: 'accepted' });
    expect(scene.decide()).toMatchObject({ kind: 'align', slot: 'secondary', writes: [{ secret: aSecret('chat') }] });
  });

  it('is aligned to the first publication on a tie', () => {
    expect(
      split()
        .probed({ [P0]: 'accepted' })
        .decide(),
    ).toMatchObject({ kind: 'align', slot: 'primary' });
  });

  it('in the middle of a publish is finished forward', () => {
    const scene = split()
      .rotates({ condemns: [P0] })
      .knows({ activeSlot: 'secondary' })
      .probed({ [S0]: 'accepted' });
    expect(scene.decide()).toMatchObject({ kind: 'align', slot: 'secondary', writes: [{ secret: aSecret('chat') }] });
  });
});

describe('beginning', () => {
  it('condemns both keys where the age of one is not recorded', () => {
    expect(usual().decide()).toMatchObject({
      kind: 'condemn',
      reason: 'KeyTooOld',
      condemned: [{ fingerprint: P0 }, { fingerprint: S0 }],
    });
  });

  it('waits for the due time of the older key', () => {
    const scene = usual().recorded(NOON - 59 * DAY);
    expect(scene.decide()).toEqual({ kind: 'nothing-due', finding: null, dueAt: NOON + DAY, wakeAt: NOON + HOUR });
    scene.now = NOON + DAY;
    expect(scene.decide()).toMatchObject({ kind: 'condemn', reason: 'KeyTooOld' });
  });

  it('condemns young keys where a person asked', () => {
    const scene = usual()
      .recorded(NOON - DAY)
      .knows({ pending: [aRequest()] });
    expect(scene.decide()).toMatchObject({ kind: 'condemn', reason: 'Requested', requests: [{ id: 'q' }] });
  });

  it('rotates nothing where no publication carries a key', () => {
    const scene = aScene().publishes('chat', [{ key: 'none', at: NOON - DAY }], {
      current: { is: 'passwordless', version: 'chat-v0' },
    });
    expect(scene.decide()).toMatchObject({ kind: 'nothing-due', finding: 'NothingPublished' });
  });
});

describe('regenerating', () => {
  it('takes the vacant slot, which is the standby', () => {
    expect(rotating().decide()).toMatchObject({
      kind: 'regenerate',
      stage: 'begin',
      slot: 'secondary',
      role: 'standby',
      attempt: 1,
    });
  });

  it('takes the primary where consumers are on the secondary', () => {
    const scene = aScene()
      .publishesSlot('chat', 'secondary')
      .hasConsumer('web')
      .rotates({ condemns: [P0, S0] });
    expect(scene.decide()).toMatchObject({ kind: 'regenerate', slot: 'primary', role: 'standby' });
  });

  it('takes the slot that was left once it is vacant, and calls it outgoing', () => {
    const scene = published(NOON - 3 * HOUR).shows(
      'web',
      'chat',
      { by: 'fingerprint', fingerprint: S1 },
      NOON - 2 * HOUR,
    );
    expect(scene.decide()).toMatchObject({ kind: 'regenerate', slot: 'primary', role: 'outgoing' });
  });

  it('holds after three successes that changed nothing, and tries again a day later', () => {
    const failed = { slot: 'secondary', fingerprint: S0, count: 3, lastAt: NOON - HOUR } as const;
    const scene = rotating().knows({ failed });
    expect(scene.decide()).toMatchObject({ kind: 'hold', code: 'KeyUnchanged' });
    scene.now = NOON + 23 * HOUR;
    expect(scene.decide()).toMatchObject({ kind: 'regenerate', stage: 'begin', attempt: 4 });
  });

  it('counts anew once somebody has changed the key', () => {
    const scene = rotating().knows({ failed: { slot: 'secondary', fingerprint: DEAD, count: 3, lastAt: NOON } });
    expect(scene.decide()).toMatchObject({ kind: 'regenerate', attempt: 1 });
  });
});

describe('publishing', () => {
  it('asks the data plane first', () => {
    expect(regenerated().decide()).toEqual({ kind: 'ask', keys: [S1], consumers: [] });
  });

  it('takes a key that is accepted while a random one is refused', () => {
    expect(
      regenerated()
        .probed({ [S1]: 'accepted' })
        .decide(),
    ).toMatchObject({
      kind: 'publish',
      slot: 'secondary',
      fingerprint: S1,
      proof: 'live',
      writes: [{ secret: aSecret('chat'), basedOn: null }],
    });
  });

  it('waits while the new key is refused, and holds after within', () => {
    const scene = regenerated().probed({ [S1]: 'refused' });
    expect(scene.decide()).toMatchObject({ kind: 'wait', for: 'new-key-live', wakeAt: NOON + SECOND });
    scene.now = NOON + 10 * MINUTE;
    expect(scene.decide()).toMatchObject({
      kind: 'hold',
      code: 'NewKeyRefused',
      detail: { slot: 'secondary', fingerprint: S1 },
    });
  });

  it.each(['unreachable', 'forbidden'] as const)('holds where the data plane is %s', (answer) => {
    expect(
      regenerated()
        .probed({ [S1]: answer }, answer)
        .decide(),
    ).toMatchObject({ kind: 'hold', code: 'DataPlaneUnreachable' });
  });

  it('does not believe a data plane that accepts a random key', () => {
    expect(
      regenerated()
        .probed({ [S1]: 'accepted' }, 'accepted')
        .decide(),
    ).toMatchObject({ kind: 'hold', code: 'DataPlaneUnreachable' });
  });

  it('goes on unproved after settle where policy says when-reachable', () => {
    const scene = regenerated().probed({ [S1]: 'unreachable' }, 'unreachable');
    scene.policy = aPolicy({ verification: { ...scene.policy.verification, mode: 'when-reachable' } });
    expect(scene.decide()).toMatchObject({ kind: 'wait', for: 'settle' });
    scene.now = NOON + 5 * MINUTE;
    expect(scene.decide()).toMatchObject({ kind: 'publish', proof: 'unproved' });
  });

  it('waits out settle after a regeneration whose end is unknown', () => {
    const key = { fingerprint: S1, firstSeenAt: NOON, notSeenAt: null, recordedAt: NOON, settlesAt: NOON + 4 * MINUTE };
    const scene = regenerated()
      .knows({ keys: { primary: null, secondary: key } })
      .probed({ [S1]: 'accepted' });
    expect(scene.decide()).toMatchObject({ kind: 'wait', for: 'settle' });
  });

  it('writes again what somebody else wrote in between, based on theirs', () => {
    const scene = aScene();
    scene.keys.secondary = S1;
    scene
      .publishes('chat', [
        { key: P0, at: NOON - 300 * DAY },
        { key: P0, at: NOON - MINUTE },
        { key: S1, at: NOON - SECOND, isMarked: true },
      ])
      .hasConsumer('web')
      .rotates({ condemns: [P0, S0] })
      .knows({
        publishing: aPublishIntent(),
      })
      .probed({ [S1]: 'accepted' });
    expect(scene.decide()).toMatchObject({ kind: 'repair', writes: [{ secret: aSecret('chat'), basedOn: 'chat-v1' }] });
  });
});

describe('a publication of unknown end', () => {
  const asked = (own: Partial<PublishIntent> = {}): Scene => {
    const scene = aScene();
    scene.keys.secondary = S1;
    return scene
      .publishes('chat', [{ key: P0, at: NOON - 300 * DAY }])
      .hasConsumer('web')
      .rotates({ condemns: [P0] })
      .knows({
        publishing: aPublishIntent(own),
      })
      .probed({ [S1]: 'accepted' });
  };

  it('is waited for until settle: nothing is written over it, and its key is not replaced', () => {
    expect(asked().decide()).toEqual({ kind: 'wait', for: 'settle', wakeAt: NOON + 6 * SECOND });
    const late = asked({ startedAt: NOON - 5 * MINUTE + SECOND });
    expect(late.decide()).toEqual({ kind: 'wait', for: 'settle', wakeAt: NOON + SECOND });
  });

  it('is asked for again once it has not come by then', () => {
    expect(asked({ startedAt: NOON - 5 * MINUTE }).decide()).toMatchObject({ kind: 'publish', slot: 'secondary' });
  });
});

describe('what somebody else wrote while we published', () => {
  /** Theirs came between what we read and what we wrote. */
  const interrupted = (fingerprint: Fingerprint): Scene => {
    const scene = aScene();
    scene.keys.secondary = S1;
    return scene
      .publishes('chat', [
        { key: P0, at: NOON - 300 * DAY },
        { key: DEAD, at: NOON - MINUTE },
        { key: fingerprint, at: NOON - SECOND },
      ])
      .hasConsumer('web')
      .rotates({ condemns: [P0] })
      .knows({
        publishing: aPublishIntent({ fingerprint, ours: 'chat-v2' }),
      });
  };
  const written = { kind: 'repair', writes: [{ secret: aSecret('chat'), basedOn: 'chat-v1' }] };

  it('gets the key that we meant, although it is condemned', () => {
    const scene = interrupted(P0);
    expect(scene.probed({ [P0]: 'accepted' }).decide()).toMatchObject({ ...written, fingerprint: P0 });
  });

  it('gets the one that a dead key is repaired with, where ours is gone or has leaked', () => {
    const gone = interrupted(aFingerprint('gone'));
    expect(gone.probed({ [S1]: 'accepted' }).decide()).toMatchObject({ ...written, fingerprint: S1 });
    const leaked = interrupted(P0);
    const { rotation } = leaked.state;
    const condemned = [{ fingerprint: P0, reason: 'KeyCompromised' } as const];
    if (rotation !== null) leaked.knows({ rotation: { ...rotation, condemned } });
    expect(leaked.probed({ [S1]: 'accepted' }).decide()).toMatchObject({ ...written, fingerprint: S1 });
  });

  it('is nothing to act on where we publish nothing, or were alone', () => {
    expect(interrupted(S1).knows({ publishing: null }).decide()).not.toMatchObject({ kind: 'repair' });
  });
});

describe('a condemned key in use', () => {
  it('is awaited, with the names of those who are missing', () => {
    expect(published().decide()).toMatchObject({
      kind: 'await-consumers',
      slot: 'primary',
      awaiting: [{ consumer: 'web', secret: aSecret('chat'), shows: null }],
      wakeAt: NOON + HOUR,
    });
  });

  it('soaks once everybody has left', () => {
    const scene = published().shows('web', 'chat', { by: 'fingerprint', fingerprint: S1 }, NOON - MINUTE);
    expect(scene.decide()).toMatchObject({ kind: 'soak', slot: 'primary', wakeAt: NOON - MINUTE + HOUR });
  });

  it('wakes when an elapsed consumer has had its time', () => {
    const scene = published();
    scene.consumers = [];
    scene.hasConsumer('job', { kind: 'elapsed', after: 70 * MINUTE });
    expect(scene.decide()).toMatchObject({ kind: 'await-consumers', wakeAt: NOON + 10 * MINUTE });
  });

  it('stalls after maxWait and stays alive for ever', () => {
    const stalled = published(NOON - 7 * DAY);
    const secret = aSecret('chat');
    stalled.now = NOON - 7 * DAY;
    const seen = stalled.situation().state.publications[secret];
    stalled.now = NOON;
    if (seen !== undefined) stalled.knows({ publications: { [secret]: seen } });
    expect(stalled.decide()).toMatchObject({
      kind: 'hold',
      code: 'Stalled',
      detail: { awaiting: [{ consumer: 'web' }] },
    });
    stalled.now = NOON + 1000 * DAY;
    expect(stalled.decide()).toMatchObject({ kind: 'hold', code: 'Stalled' });
  });

  it('goes on by itself when the evidence comes after the stall', () => {
    const scene = published(NOON - 8 * DAY).shows('web', 'chat', { by: 'fingerprint', fingerprint: S1 }, NOON - MINUTE);
    expect(scene.decide()).toMatchObject({ kind: 'soak' });
  });

  it('is awaited before the first regeneration where a publication was moved off the standby yesterday', () => {
    const scene = aScene()
      .publishes('chat', [
        { key: S0, at: NOON - 300 * DAY },
        { key: P0, at: NOON - DAY },
      ])
      .hasConsumer('web')
      .rotates({ condemns: [P0, S0] });
    expect(scene.decide()).toMatchObject({ kind: 'await-consumers', slot: 'secondary' });
  });
});

describe('closing', () => {
  const both = (old: 'accepted' | 'refused' | 'unreachable' | 'unavailable', fresh = 'accepted' as const) =>
    ({ [P0]: old, [aFingerprint('p1')]: fresh }) as Record<Fingerprint, typeof old>;

  it('asks about the old key and its successor', () => {
    expect(closing().decide()).toEqual({ kind: 'ask', keys: [P0, aFingerprint('p1')], consumers: [] });
  });

  it('confirms a key that is refused while its successor is accepted', () => {
    expect(closing().probed(both('refused')).decide()).toEqual({
      kind: 'confirm-dead',
      deaths: [{ fingerprint: P0, proof: 'refused' }],
    });
  });

  it('calls a key replaced where it cannot be tried', () => {
    expect(closing().probed(both('unavailable')).decide()).toMatchObject({ deaths: [{ proof: 'replaced' }] });
  });

  it.each([
    ['the old key is accepted', both('accepted'), 'refused'],
    ['a random key is accepted', both('refused'), 'accepted'],
  ] as const)('waits while %s, and holds after within', (_, probes, control) => {
    const scene = closing().probed(probes, control);
    expect(scene.decide()).toMatchObject({ kind: 'wait', for: 'old-key-dead' });
    scene.now = NOON + 10 * MINUTE;
    expect(scene.decide()).toMatchObject({ kind: 'hold', code: 'OldKeyStillAccepted', detail: { fingerprint: P0 } });
  });

  it('holds where the successor is refused', () => {
    const scene = closing().probed({ [P0]: 'refused', [aFingerprint('p1')]: 'refused' });
    scene.now = NOON + 10 * MINUTE;
    expect(scene.decide()).toMatchObject({ kind: 'hold', code: 'NewKeyRefused' });
  });

  it('holds where the data plane cannot be asked, and goes on unproved if policy says so', () => {
    const scene = closing().probed(both('unreachable'), 'unreachable');
    expect(scene.decide()).toMatchObject({ kind: 'hold', code: 'DataPlaneUnreachable' });
    scene.policy = aPolicy({ verification: { ...scene.policy.verification, mode: 'when-reachable' } });
    expect(scene.decide()).toMatchObject({ kind: 'wait', for: 'settle' });
    scene.now = NOON + 5 * MINUTE;
    expect(scene.decide()).toMatchObject({ kind: 'confirm-dead', deaths: [{ proof: 'unproved' }] });
  });

  it('disables superseded versions with a dead key, and no others', () => {
    const scene = closing();
    const regenerated = scene.state.rotation?.regenerated.map((r) => ({ ...r, dead: 'refused' as const })) ?? [];
    scene.rotates({ condemns: [P0, S0], regenerated });
    expect(scene.decide()).toEqual({
      kind: 'disable-old-versions',
      versions: [{ secret: aSecret('chat'), version: 'chat-v0' }],
    });
  });

  it('completes when all is shown and disabled', () => {
    const scene = usual()
      .recorded(NOON)
      .rotates({ condemns: [DEAD], regenerated: [] });
    expect(scene.decide()).toEqual({ kind: 'complete' });
  });
});

describe('a human', () => {
  it('who regenerated the active key leads to a repair with the live one', () => {
    const scene = rotating();
    scene.keys.primary = aFingerprint('p9');
    scene.probed({ [aFingerprint('p9')]: 'accepted' });
    expect(scene.decide()).toMatchObject({ kind: 'repair', slot: 'primary', fingerprint: aFingerprint('p9') });
  });

  it('who regenerated the standby has done that step', () => {
    const scene = rotating();
    scene.keys.secondary = S1;
    scene.probed({ [S1]: 'accepted' });
    expect(scene.decide()).toMatchObject({ kind: 'publish', slot: 'secondary', fingerprint: S1 });
  });
});

import { describe, expect, it } from 'vitest';
import type { EvidenceSource, Nudged, Trouble } from '../../src/core/model.ts';
import { aFingerprint, aScene, aSecret, DAY, HOUR, MINUTE, NOON, type Scene, SECOND } from '../support/scene.ts';

const P0 = aFingerprint('p0');
const S1 = aFingerprint('s1');
const SITE: EvidenceSource = { kind: 'app-service-reference', resourceId: '/site', setting: null, nudge: 'restart' };

/** The secondary was published an hour ago; an App Service app has not been seen since. */
function published(evidence: EvidenceSource = SITE, at = NOON - HOUR): Scene {
  const scene = aScene();
  scene.keys.secondary = S1;
  return scene
    .publishes('chat', [
      { key: P0, at: NOON - 300 * DAY },
      { key: S1, at },
    ])
    .hasConsumer('web', evidence)
    .rotates({ condemns: [P0, aFingerprint('s0')], left: [P0], startedAt: at });
}
const onOld = (scene: Scene): Scene => scene.shows('web', 'chat', { by: 'version', version: 'chat-v0' }, NOON);
const onNew = (scene: Scene, at = NOON): Scene => scene.shows('web', 'chat', { by: 'version', version: 'chat-v1' }, at);
const asked = (scene: Scene): Scene => {
  scene.asked = ['web'];
  return scene.knows({ asked: { web: NOON } });
};
const pushed = (how: Nudged['how'], at: number, more: readonly Nudged[] = []): Nudged[] => [
  ...more,
  { consumer: 'web', how, fingerprint: S1, at },
];
const withNudges = (scene: Scene, nudges: readonly Nudged[]): Scene => {
  const { rotation } = scene.state;
  return rotation === null ? scene : scene.knows({ rotation: { ...rotation, nudges } });
};
const trouble = (is: Trouble['is']): readonly Trouble[] => [
  { consumer: 'web', secret: aSecret('chat'), is, detail: null },
];

describe('a consumer that has to be asked', () => {
  it('is asked as soon as its key is awaited', () => {
    expect(published().decide()).toEqual({ kind: 'ask', keys: [], consumers: ['web'] });
  });

  it.each([
    ['30 s after the first time', NOON - HOUR + SECOND, NOON - HOUR + 31 * SECOND],
    ['as long after as it has been awaited', NOON - 55 * MINUTE, NOON - 50 * MINUTE],
    ['15 min after at most', NOON - 10 * MINUTE, NOON + 5 * MINUTE],
  ])('is asked again %s', (_, lastAsked, next) => {
    const scene = onOld(published({ ...SITE, nudge: 'none' }).knows({ asked: { web: lastAsked } }));
    scene.now = next - SECOND;
    expect(scene.decide()).toMatchObject({ kind: 'await-consumers', wakeAt: next });
    scene.now = next;
    expect(scene.decide()).toMatchObject({ kind: 'ask', consumers: ['web'] });
  });

  it('is asked once more before its old key is regenerated', () => {
    const scene = published(SITE, NOON - 3 * HOUR).knows({ asked: { web: NOON - MINUTE } });
    onNew(scene, NOON - 2 * HOUR);
    expect(scene.decide()).toEqual({ kind: 'ask', keys: [], consumers: ['web'] });
    scene.asked = ['web'];
    expect(scene.decide()).toMatchObject({ kind: 'regenerate', slot: 'primary' });
  });

  it('that flipped back is awaited again', () => {
    const scene = asked(published(SITE, NOON - 3 * HOUR));
    expect(onOld(scene).decide()).toMatchObject({ kind: 'nudge' });
  });
});

describe('a nudge', () => {
  it('refreshes the references of an app that is on the old version', () => {
    expect(asked(onOld(published())).decide()).toEqual({
      kind: 'nudge',
      consumer: 'web',
      how: 'refresh',
      fingerprint: S1,
    });
  });

  it('is given once, and restarts the app where that is allowed and the refresh did not help', () => {
    const scene = withNudges(asked(onOld(published())), pushed('refresh', NOON - MINUTE));
    expect(scene.decide()).toMatchObject({ kind: 'await-consumers' });
    withNudges(scene, pushed('refresh', NOON - 2 * MINUTE));
    expect(scene.decide()).toMatchObject({ kind: 'nudge', how: 'restart' });
    withNudges(scene, pushed('restart', NOON, pushed('refresh', NOON - 2 * MINUTE)));
    expect(scene.decide()).toMatchObject({ kind: 'await-consumers' });
  });

  it.each(['none', 'refresh'] as const)('goes no further than %s', (nudge) => {
    const scene = asked(onOld(published({ ...SITE, nudge })));
    withNudges(scene, nudge === 'none' ? [] : pushed('refresh', NOON - 5 * MINUTE));
    expect(scene.decide()).toMatchObject({ kind: 'await-consumers' });
  });

  it('is counted for each app and each key by itself', () => {
    const others: Nudged[] = [
      { consumer: 'api', how: 'refresh', fingerprint: S1, at: NOON - HOUR },
      { consumer: 'web', how: 'refresh', fingerprint: aFingerprint('older'), at: NOON - HOUR },
    ];
    expect(withNudges(onOld(asked(published())), others).decide()).toMatchObject({ kind: 'nudge', how: 'refresh' });
    const restarted = [...others, ...pushed('refresh', NOON - 20 * MINUTE), ...pushed('restart', NOON - 9 * MINUTE)];
    expect(withNudges(onOld(asked(published())), restarted).decide()).toMatchObject({ kind: 'await-consumers' });
    const scene = onOld(asked(published({ kind: 'ack', principalId: null }).hasConsumer('api', SITE)));
    expect(scene.decide()).not.toMatchObject({ kind: 'nudge' });
  });

  it('is not given to one that has switched, or is pinned to a version', () => {
    expect(asked(onNew(published())).decide()).toMatchObject({ kind: 'soak' });
    expect(
      asked(onOld(published()))
        .knows({ troubles: trouble('pinned') })
        .decide(),
    ).toMatchObject({ kind: 'hold', code: 'ConsumerPinned' });
  });

  it('that helped nothing in ten minutes is said as ReferenceStuck', () => {
    const pushes = pushed('restart', NOON - 10 * MINUTE, pushed('refresh', NOON - 20 * MINUTE));
    expect(withNudges(asked(onOld(published())), pushes).decide()).toMatchObject({
      kind: 'hold',
      code: 'ReferenceStuck',
      detail: { awaiting: [{ consumer: 'web' }] },
    });
  });
});

describe('past maxWait', () => {
  it('whatever the trouble, the rotation is stalled', () => {
    const scene = asked(onOld(published(SITE, NOON - 8 * DAY))).knows({ troubles: trouble('pinned') });
    expect(scene.decide()).toMatchObject({
      kind: 'hold',
      code: 'Stalled',
      detail: { awaiting: [{ trouble: { is: 'pinned' } }] },
    });
  });
});

describe('a reference in trouble', () => {
  it('shows nothing, and says why to whoever waits', () => {
    const scene = asked(published({ ...SITE, nudge: 'none' })).knows({ troubles: trouble('broken') });
    expect(scene.decide()).toMatchObject({
      kind: 'await-consumers',
      awaiting: [{ consumer: 'web', trouble: { is: 'broken' } }],
    });
  });
});

describe('a container app', () => {
  const APP: EvidenceSource = { kind: 'container-app', resourceId: '/app' };
  const started = (minutes: number) => {
    const at = NOON - 3 * HOUR;
    return asked(published(APP, at).shows('web', 'chat', { by: 'started', startedAt: at + minutes * MINUTE }));
  };

  it('has switched when every instance started after publishing and stands when the platform has looked again', () => {
    expect(started(5).decide()).toMatchObject({ kind: 'regenerate', slot: 'primary' });
  });

  it('with nothing running has switched when the platform can hand out the old version no more', () => {
    const at = NOON - 3 * HOUR;
    const idle = (since: number) =>
      asked(published(APP, at)).knows({
        evidence: [
          {
            consumer: 'web',
            secret: aSecret('chat'),
            shows: { by: 'idle' },
            since,
            at: NOON,
            before: [],
            wasAsked: true,
          },
        ],
      });
    expect(idle(at + MINUTE).decide()).toMatchObject({ kind: 'regenerate' });
    expect(idle(NOON - MINUTE).decide()).toMatchObject({ kind: 'soak', until: NOON - MINUTE + HOUR });
  });

  it('has not where one started before publishing', () => {
    expect(started(-1).decide()).toMatchObject({ kind: 'await-consumers' });
  });

  it('has not while the platform may still restart it', () => {
    const at = NOON - 20 * MINUTE;
    const early = published(APP, at).shows('web', 'chat', { by: 'started', startedAt: at + MINUTE });
    expect(asked(early).decide()).toMatchObject({ kind: 'await-consumers' });
  });
});

describe('evidence that nobody asked for in an hour', () => {
  it('starts the soak anew', () => {
    const gap = asked(published(SITE, NOON - 3 * HOUR));
    const evidence = {
      consumer: 'web',
      secret: aSecret('chat'),
      shows: { by: 'version', version: 'chat-v1' },
    } as const;
    gap.knows({ evidence: [{ ...evidence, since: NOON, at: NOON, before: [], wasAsked: true }] });
    expect(gap.decide()).toMatchObject({ kind: 'soak' });
  });
});

describe('a rollback', () => {
  const order = { slot: 'primary', fingerprint: P0, who: 'ann', why: 'it broke', until: NOON + DAY } as const;

  it('publishes the outgoing key again once it is proved live', () => {
    const scene = published().knows({ rollBack: order });
    expect(scene.decide()).toMatchObject({ kind: 'ask', keys: [P0] });
    expect(scene.probed({ [P0]: 'accepted' }).decide()).toMatchObject({
      kind: 'roll-back',
      slot: 'primary',
      fingerprint: P0,
      writes: [{ secret: aSecret('chat') }],
    });
  });

  it('writes none of the publications that carry the key already', () => {
    const scene = published().publishesSlot('other', 'primary').knows({ rollBack: order, activeSlot: 'secondary' });
    expect(scene.probed({ [P0]: 'accepted' }).decide()).toMatchObject({
      kind: 'roll-back',
      writes: [{ secret: aSecret('chat') }],
    });
    const back = published().knows({ rollBack: { ...order, slot: 'secondary', fingerprint: S1 } });
    expect(back.probed({ [S1]: 'accepted' }).decide()).toMatchObject({
      kind: 'roll-back',
      slot: 'secondary',
      writes: [],
    });
  });

  it('passes a freeze and a shut window', () => {
    const scene = published()
      .knows({ rollBack: order })
      .probed({ [P0]: 'accepted' });
    const freeze = { scope: 'target', until: NOON + DAY, who: 'ann', why: 'x' } as const;
    scene.control = { ...scene.control, freezes: [freeze], window: { isOpen: false, opensAt: null } };
    expect(scene.decide()).toMatchObject({ kind: 'roll-back' });
  });

  it('is dropped when somebody has regenerated the key', () => {
    const scene = published().knows({ rollBack: order });
    scene.keys.primary = aFingerprint('p9');
    expect(scene.situation().state.rollBack).toBeNull();
  });

  it('pauses scheduled rotations until its time, and not what a person asks for', () => {
    const scene = aScene()
      .publishesSlot('chat', 'primary')
      .hasConsumer('web')
      .knows({ pausedUntil: NOON + DAY });
    expect(scene.decide()).toMatchObject({ kind: 'nothing-due', dueAt: NOON + DAY });
    scene.now = NOON + DAY;
    expect(scene.decide()).toMatchObject({ kind: 'condemn' });
  });
});

describe('a reader that is given up', () => {
  const givenUp = (scene: Scene, consumer: string, fingerprint = P0): Scene => {
    const { rotation } = scene.state;
    const entry = { consumer, fingerprint, who: 'ann', why: 'gone' };
    return rotation === null ? scene : scene.knows({ rotation: { ...rotation, givenUp: [entry] } });
  };

  it('is not waited for, and not for the tokens that it signed', () => {
    expect(givenUp(asked(published(SITE, NOON - 2 * HOUR)), 'web').decide()).toMatchObject({
      kind: 'regenerate',
      slot: 'primary',
    });
  });

  it('is so for that key only', () => {
    expect(givenUp(asked(onOld(published())), 'web', aFingerprint('other')).decide()).toMatchObject({ kind: 'nudge' });
  });

  it('leaves everybody else awaited', () => {
    const scene = givenUp(published({ kind: 'ack', principalId: null }).hasConsumer('api'), 'web');
    expect(scene.decide()).toMatchObject({ kind: 'await-consumers', awaiting: [{ consumer: 'api' }] });
  });
});

describe('outside the windows', () => {
  const shut = (scene: Scene): Scene => {
    scene.control = { ...scene.control, window: { isOpen: false, opensAt: NOON + 10 * MINUTE } };
    return scene;
  };
  const pending = (force: boolean) => [
    { id: 'q', at: NOON, who: 'ann', why: null, acceptUnknownConsumers: false, force },
  ];

  it('nothing begins that is due or asked for, unless a person insists', () => {
    const scene = shut(aScene().publishesSlot('chat', 'primary').hasConsumer('web'));
    expect(scene.decide()).toEqual({ kind: 'wait', for: 'window', wakeAt: NOON + 10 * MINUTE });
    expect(scene.knows({ pending: pending(false) }).decide()).toMatchObject({ kind: 'wait', for: 'window' });
    expect(scene.knows({ pending: pending(true) }).decide()).toMatchObject({ kind: 'condemn' });
  });

  it('no key is regenerated, unless a person insisted', () => {
    const scene = shut(asked(onNew(published(SITE, NOON - 3 * HOUR), NOON - 2 * HOUR)));
    expect(scene.decide()).toMatchObject({ kind: 'wait', for: 'window' });
    const { rotation } = scene.state;
    if (rotation !== null) scene.knows({ rotation: { ...rotation, ignoresWindows: true } });
    expect(scene.decide()).toMatchObject({ kind: 'regenerate' });
  });

  it('a dead key is repaired all the same', () => {
    const scene = shut(
      aScene()
        .publishes('chat', [{ key: aFingerprint('dead'), at: NOON - DAY }])
        .hasConsumer('web'),
    );
    expect(scene.probed({ [P0]: 'accepted' }).decide()).toMatchObject({ kind: 'repair' });
  });
});

import { describe, expect, it } from 'vitest';
import type { Fingerprint, ProbeResult, Regenerated } from '../../src/core/model.ts';
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

const [P0, P1, S0, S1] = ['p0', 'p1', 's0', 's1'].map((name) => aFingerprint(name)) as [
  Fingerprint,
  Fingerprint,
  Fingerprint,
  Fingerprint,
];

/** Both slots were regenerated; consumers are on the secondary. */
const closing = (dead: { primary?: Regenerated['dead']; secondary?: Regenerated['dead'] } = {}): Scene => {
  const scene = aScene();
  scene.keys = { primary: P1, secondary: S1 };
  const gone = (slot: 'primary' | 'secondary', from: Fingerprint, at: number): Regenerated => ({
    slot,
    from,
    to: scene.keys[slot],
    at,
    dead: dead[slot] ?? null,
  });
  return scene
    .publishes('chat', [
      { key: P0, at: NOON - 300 * DAY },
      { key: S1, at: NOON - 3 * HOUR },
    ])
    .hasConsumer('web')
    .shows('web', 'chat', { by: 'fingerprint', fingerprint: S1 }, NOON - 2 * HOUR)
    .rotates({ condemns: [P0, S0], regenerated: [gone('secondary', S0, NOON), gone('primary', P0, NOON)], left: [P0] });
};
const answers = (own: Record<string, ProbeResult>) => own as Record<Fingerprint, ProbeResult>;
const allWell = answers({ [P0]: 'refused', [S0]: 'refused', [P1]: 'accepted', [S1]: 'accepted' });

describe('the death of regenerated keys', () => {
  it('is asked for all of them at once, and confirmed at once', () => {
    expect(closing().decide()).toEqual({ kind: 'ask', keys: [S0, S1, P0, P1], consumers: [] });
    expect(closing().probed(allWell).decide()).toEqual({
      kind: 'confirm-dead',
      deaths: [
        { fingerprint: S0, proof: 'refused' },
        { fingerprint: P0, proof: 'refused' },
      ],
    });
  });

  it('is asked again where one answer is missing', () => {
    expect(
      closing({ secondary: 'refused' })
        .probed(answers({ [P0]: 'refused' }))
        .decide(),
    ).toMatchObject({
      kind: 'ask',
      keys: [P0, P1],
    });
    expect(
      closing({ secondary: 'refused' })
        .probed(answers({ [P1]: 'accepted' }))
        .decide(),
    ).toMatchObject({
      kind: 'ask',
      keys: [P0, P1],
    });
  });

  it('of one waits for the other', () => {
    const scene = closing().probed({ ...allWell, [P0]: 'accepted' });
    expect(scene.decide()).toEqual({ kind: 'wait', for: 'old-key-dead', wakeAt: NOON + SECOND });
    scene.now = NOON + 5 * MINUTE;
    expect(scene.decide()).toEqual({ kind: 'wait', for: 'old-key-dead', wakeAt: NOON + 5.5 * MINUTE });
  });

  it('is taken for granted after settle where policy lets it, and looked for until then', () => {
    const scene = closing({ secondary: 'refused' }).probed(
      answers({ [P0]: 'unreachable', [P1]: 'unreachable' }),
      'unreachable',
    );
    scene.policy = aPolicy({ verification: { ...scene.policy.verification, mode: 'when-reachable' } });
    scene.now = NOON + 4 * MINUTE;
    expect(scene.decide()).toEqual({ kind: 'wait', for: 'settle', wakeAt: NOON + 4.4 * MINUTE });
    scene.now = NOON + 5 * MINUTE - SECOND;
    expect(scene.decide()).toEqual({ kind: 'wait', for: 'settle', wakeAt: NOON + 5 * MINUTE });
    scene.now = NOON + 5 * MINUTE;
    expect(scene.decide()).toEqual({ kind: 'confirm-dead', deaths: [{ fingerprint: P0, proof: 'unproved' }] });
  });
});

describe('versions with a dead key', () => {
  const dead = { primary: 'refused', secondary: 'refused' } as const;

  it('are disabled where the key is told by the listing or by what is remembered', () => {
    const scene = closing(dead);
    scene.publishes('other', [
      { key: 'unjudged', at: NOON - 200 * DAY },
      { key: 'unjudged', at: NOON - 150 * DAY },
      { key: S0, at: NOON - 100 * DAY, enabled: false },
      { key: S1, at: NOON - 3 * HOUR },
    ]);
    const other = aSecret('other');
    const carried = (fingerprint: Fingerprint, version: string) => ({
      fingerprint,
      versions: [version],
      since: 0,
      until: NOON - 3 * HOUR,
    });
    scene.knows({
      publications: {
        [other]: {
          firstSeenAt: NOON - 200 * DAY,
          readableSince: 0,
          judgedThrough: { at: NOON - 120 * DAY, versions: [] },
          carried: [carried(P0, 'other-v0'), carried(aFingerprint('older'), 'other-v1')],
        },
      },
    });
    scene.shows('web', 'other', { by: 'fingerprint', fingerprint: S1 }, NOON - 2 * HOUR);
    expect(scene.decide()).toEqual({
      kind: 'disable-old-versions',
      versions: [
        { secret: aSecret('chat'), version: 'chat-v0' },
        { secret: other, version: 'other-v0' },
      ],
    });
  });

  it('stay while they are current, and the rotation is not complete before its keys are shown to be dead', () => {
    const scene = aScene();
    scene.keys = { primary: P1, secondary: S1 };
    const regenerated = [{ slot: 'primary', from: P0, to: P1, at: NOON, dead: 'refused' }] as const;
    scene.publishes('chat', [{ key: P0, at: NOON - DAY }], {
      current: { is: 'passwordless', version: 'chat-v0' },
    });
    expect(scene.rotates({ condemns: [P0], regenerated }).decide()).toEqual({ kind: 'complete' });
  });

  it('stay while their key is not shown to be dead', () => {
    const scene = closing({ secondary: 'refused' }).probed(answers({ [P0]: 'unreachable', [P1]: 'accepted' }));
    expect(scene.decide()).toMatchObject({ kind: 'hold', code: 'DataPlaneUnreachable' });
  });
});

describe('a new key that is not answered for', () => {
  it('is looked for until settle has passed', () => {
    const scene = aScene();
    scene.keys.secondary = S1;
    scene
      .publishesSlot('chat', 'primary')
      .hasConsumer('web')
      .rotates({ condemns: [P0] });
    scene.probed(answers({ [S1]: 'unreachable' }), 'unreachable');
    const key = { fingerprint: S1, firstSeenAt: NOON, notSeenAt: null, recordedAt: NOON, settlesAt: null };
    scene.knows({ keys: { primary: null, secondary: key } });
    scene.policy = aPolicy({ verification: { ...scene.policy.verification, mode: 'when-reachable' } });
    scene.now = NOON + 4 * MINUTE;
    expect(scene.decide()).toMatchObject({ kind: 'wait', for: 'settle', wakeAt: NOON + 4.4 * MINUTE });
    scene.now = NOON + 5 * MINUTE - SECOND;
    expect(scene.decide()).toMatchObject({ kind: 'wait', for: 'settle', wakeAt: NOON + 5 * MINUTE });
    scene.knows({ keys: { primary: null, secondary: { ...key, settlesAt: NOON + 6 * MINUTE } } });
    scene.now = NOON + 6 * MINUTE - SECOND;
    expect(scene.decide()).toMatchObject({ kind: 'wait', for: 'settle', wakeAt: NOON + 6 * MINUTE });
  });
});

describe('a split target', () => {
  const split = (): Scene =>
    aScene().publishesSlot('chat', 'primary').publishesSlot('other', 'secondary').hasConsumer('web');

  it('is on the slot that the ledger knows', () => {
    expect(split().knows({ activeSlot: 'primary' }).situation().active?.name).toBe('primary');
    expect(split().knows({ activeSlot: 'secondary' }).situation().active?.name).toBe('secondary');
  });

  it('is on the slot that most required publications carry', () => {
    expect(split().publishesSlot('third', 'primary').situation().active?.name).toBe('primary');
    expect(split().publishesSlot('third', 'secondary').situation().active?.name).toBe('secondary');
  });

  it('is on the slot of the first publication with a key, on a tie', () => {
    const scene = aScene()
      .publishes('none', [{ key: 'none', at: NOON - DAY }], { current: { is: 'passwordless', version: 'none-v0' } })
      .publishesSlot('other', 'secondary')
      .publishesSlot('chat', 'primary');
    expect(scene.situation().active?.name).toBe('secondary');
    expect(split().situation().active?.name).toBe('primary');
  });
});

describe('readers of a target that publishes no key', () => {
  const probe = { kind: 'probe', url: 'https://web.example', instances: 1, times: 1 } as const;
  const keyless = (): Scene => {
    const scene = aScene().recorded(NOON - DAY);
    for (const name of ['chat', 'other']) {
      scene.publishes(name, [{ key: 'none', at: NOON - DAY }], {
        current: { is: 'passwordless', version: `${name}-v0` },
      });
    }
    return scene.hasConsumer('web', probe);
  };
  const shown = (scene: Scene, at: number): Scene =>
    scene.shows('web', 'chat', { by: 'entra' }, at).shows('web', 'other', { by: 'entra' }, at);

  it('are asked again where one of their secrets was not spoken of for a day', () => {
    const scene = keyless()
      .shows('web', 'chat', { by: 'entra' }, NOON)
      .knows({ asked: { web: NOON - DAY } });
    expect(scene.decide()).toMatchObject({ kind: 'ask', consumers: ['web'] });
    expect(scene.shows('web', 'other', { by: 'entra' }, NOON).decide()).toMatchObject({ kind: 'nothing-due' });
    const others = keyless().shows('job', 'chat', { by: 'entra' }, NOON).shows('job', 'other', { by: 'entra' }, NOON);
    expect(others.knows({ asked: { web: NOON - DAY } }).decide()).toMatchObject({ kind: 'ask' });
  });

  it.each([
    ['observeEvery', { observeEvery: 15 * HOUR }],
    ['the lifetime of a token', { switchover: { ...aPolicy().switchover, tokenLifetime: 15 * HOUR } }],
  ])('are asked no more often than twice %s', (_, own) => {
    const scene = shown(keyless(), NOON - 29 * HOUR).knows({ asked: { web: NOON - 29 * HOUR } });
    expect(scene.decide()).toMatchObject({ kind: 'ask' });
    scene.policy = aPolicy(own);
    expect(scene.decide()).toMatchObject({ kind: 'nothing-due' });
    scene.now = NOON + HOUR;
    expect(scene.decide()).toMatchObject({ kind: 'ask' });
  });
});

describe('when to ask again', () => {
  const probe = (name: string) => ({ kind: 'probe', url: `https://${name}.example`, instances: 1, times: 1 }) as const;
  const awaited = (): Scene => {
    const scene = aScene();
    scene.keys.secondary = S1;
    return scene
      .publishes('chat', [
        { key: P0, at: NOON - 300 * DAY },
        { key: S1, at: NOON - HOUR },
      ])
      .hasConsumer('web', probe('web'))
      .hasConsumer('job', probe('job'))
      .rotates({ condemns: [P0], left: [P0], startedAt: NOON - HOUR });
  };

  it('is at once for whoever was not asked since the wait began', () => {
    expect(awaited().decide()).toMatchObject({ kind: 'ask', consumers: ['web', 'job'] });
    const one = awaited().knows({ asked: { web: NOON - HOUR - 1, job: NOON - MINUTE } });
    expect(one.decide()).toMatchObject({ kind: 'ask', consumers: ['web'] });
    const begun = awaited().knows({ asked: { web: NOON - HOUR, job: NOON - MINUTE } });
    expect(begun.decide()).toMatchObject({ kind: 'ask', consumers: ['web'] });
  });

  it('is when the first of all is due', () => {
    const both = awaited().knows({ asked: { web: NOON - 5 * MINUTE, job: NOON - 10 * MINUTE } });
    expect(both.decide()).toMatchObject({ kind: 'await-consumers', wakeAt: NOON + 5 * MINUTE });
  });

  it('is not twice in one look', () => {
    const scene = awaited();
    scene.asked = ['web', 'job'];
    expect(scene.decide()).toMatchObject({ kind: 'await-consumers', wakeAt: NOON + HOUR });
  });
});

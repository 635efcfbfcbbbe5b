import { describe, expect, it } from 'vitest';
import { aFingerprint, aScene, aSecret, DAY, HOUR, MINUTE, NOON, type Scene } from '../support/scene.ts';

const OLD = aFingerprint('p0');
const NEW = aFingerprint('s0');

/** Consumers moved from the primary to the secondary key an hour and a minute ago. */
const moved = (at = NOON - HOUR - MINUTE): Scene =>
  aScene().publishes('chat', [
    { key: OLD, at: NOON - 300 * DAY },
    { key: NEW, at },
  ]);
const primary = (scene: Scene) => scene.situation().slots[0];
const by = (fingerprint = NEW) => ({ by: 'fingerprint', fingerprint }) as const;

describe('a slot is vacant', () => {
  it('when no publication ever carried its key', () => {
    expect(aScene().publishesSlot('chat', 'secondary').situation().slots[0].vacancy.vacant).toBe(true);
  });

  it('when every reader acknowledged another key since it was superseded, and the soak has passed', () => {
    const scene = moved(NOON - 2 * HOUR)
      .hasConsumer('web')
      .shows('web', 'chat', by(), NOON - HOUR);
    expect(primary(scene).vacancy).toMatchObject({ vacant: true, soaksUntil: NOON });
  });

  it('when an elapsed consumer had its time, and the soak has passed', () => {
    const scene = moved(NOON - 3 * HOUR).hasConsumer('job', { kind: 'elapsed', after: 2 * HOUR });
    expect(primary(scene).vacancy.vacant).toBe(true);
  });

  it('when its last version was superseded before the ledger saw the publication and longer ago than lookback', () => {
    const scene = moved(NOON - 31 * DAY).hasConsumer('web');
    expect(primary(scene).vacancy.vacant).toBe(true);
  });

  it('when a reader says that it uses Entra', () => {
    const scene = moved(NOON - 3 * HOUR)
      .hasConsumer('web')
      .shows('web', 'chat', { by: 'entra' }, NOON - 2 * HOUR);
    expect(primary(scene).vacancy.vacant).toBe(true);
  });
});

describe('a slot is not vacant', () => {
  it('while a publication carries its key', () => {
    const scene = aScene().publishesSlot('chat', 'primary').hasConsumer('web');
    expect(primary(scene).vacancy).toMatchObject({ vacant: false, carriedBy: [aSecret('chat')] });
  });

  it('while a publication cannot be read, required or not', () => {
    const scene = aScene()
      .publishesSlot('a', 'secondary')
      .publishesUnusable('b', 'PublicationUnreadable', { required: false });
    expect(primary(scene).vacancy).toMatchObject({ vacant: false, unreadable: [aSecret('b')] });
  });

  it('while a reader has shown nothing since its key was superseded', () => {
    const scene = moved()
      .hasConsumer('web')
      .shows('web', 'chat', by(), NOON - 2 * HOUR);
    expect(primary(scene).vacancy.awaiting).toMatchObject([{ consumer: 'web', secret: aSecret('chat') }]);
  });

  it('while an acknowledged version is unknown', () => {
    const scene = moved().hasConsumer('web').shows('web', 'chat', { by: 'version', version: 'from-elsewhere' });
    expect(primary(scene).vacancy.vacant).toBe(false);
  });

  it('while tokens signed with its key may live', () => {
    const scene = moved()
      .hasConsumer('web')
      .shows('web', 'chat', by(), NOON - 59 * MINUTE);
    expect(primary(scene).vacancy).toMatchObject({ vacant: false, awaiting: [], soaksUntil: NOON + MINUTE });
  });

  it('while the newest evidence of anybody shows its key, whatever the versions say', () => {
    const scene = aScene().publishesSlot('chat', 'secondary').hasConsumer('web').shows('web', 'chat', by(OLD));
    expect(primary(scene).vacancy.awaiting).toMatchObject([{ consumer: 'web' }]);
  });

  it('for readers that nobody listed, until the stated time has passed', () => {
    const scene = moved(NOON - 25 * HOUR);
    scene.policy = { ...scene.policy, switchover: { ...scene.policy.switchover, unlisted: 25 * HOUR } };
    expect(primary(scene).vacancy).toMatchObject({ awaiting: [], soaksUntil: NOON + HOUR });
    scene.now = NOON - MINUTE;
    expect(primary(scene).vacancy.awaiting).toMatchObject([{ consumer: 'unlisted', expectedAt: NOON }]);
  });

  it('for readers that nobody listed under hold, for ever', () => {
    const scene = moved(NOON - 29 * DAY);
    scene.policy = { ...scene.policy, switchover: { ...scene.policy.switchover, unlisted: 'hold' } };
    expect(primary(scene).vacancy.awaiting).toMatchObject([{ consumer: 'unlisted', expectedAt: null }]);
  });

  it('while a disabled version without a tag may have carried its key, which counts for both slots', () => {
    const scene = aScene()
      .publishes('chat', [
        { key: 'unknown', at: NOON - 3 * DAY, enabled: false },
        { key: aFingerprint('dead'), at: NOON - 2 * DAY },
      ])
      .hasConsumer('web');
    expect(scene.situation().slots.map((slot) => slot.vacancy.vacant)).toEqual([false, false]);
  });

  it('after a purge of the version that carried its key', () => {
    const before = moved().hasConsumer('web').situation().state;
    const after = aScene().publishes('chat', [{ key: 'unjudged', at: NOON - HOUR }], {
      current: { is: 'passwordless', version: 'chat-v0' },
    });
    after.hasConsumer('web').knows({ publications: before.publications });
    expect(primary(after).vacancy.vacant).toBe(false);
  });

  it('when a reader acknowledges the same before and after a version with the key, until it soaked from the later time', () => {
    const scene = aScene()
      .publishes('chat', [
        { key: NEW, at: NOON - 10 * DAY },
        { key: OLD, at: NOON - 2 * HOUR },
        { key: NEW, at: NOON - 90 * MINUTE },
      ])
      .hasConsumer('web');
    scene.knows({
      evidence: [
        {
          consumer: 'web',
          secret: aSecret('chat'),
          shows: by(),
          since: NOON - 5 * DAY,
          at: NOON - MINUTE,
          before: [],
          wasAsked: false,
        },
      ],
    });
    expect(primary(scene).vacancy.soaksUntil).toBe(NOON - MINUTE + HOUR);
  });
});

describe('the readers of two publications', () => {
  it('are asked for each one that they read', () => {
    const scene = aScene();
    for (const name of ['a', 'b']) {
      scene.publishes(name, [
        { key: OLD, at: NOON - 300 * DAY },
        { key: NEW, at: NOON - 3 * HOUR },
      ]);
    }
    scene.hasConsumer('web').shows('web', 'a', by(), NOON - 2 * HOUR);
    expect(primary(scene).vacancy.awaiting).toMatchObject([{ consumer: 'web', secret: aSecret('b') }]);
  });

  it('do not speak for each other', () => {
    const scene = moved().hasConsumer('web').hasConsumer('api').shows('web', 'chat', by());
    expect(primary(scene).vacancy.awaiting).toMatchObject([{ consumer: 'api' }]);
  });
});

describe('a disabled version that nobody can tell', () => {
  it('counts for its own slot only once somebody has enabled it', () => {
    const disabled = aScene().publishesUnusable('chat', 'SecretDisabled').hasConsumer('web');
    const { publications } = disabled.situation().state;
    const enabled = aScene()
      .publishes('chat', [{ key: OLD, at: NOON - DAY }])
      .hasConsumer('web')
      .knows({ publications });
    expect(disabled.situation().slots.map((slot) => slot.vacancy.vacant)).toEqual([false, false]);
    expect(enabled.situation().slots.map((slot) => slot.vacancy.vacant)).toEqual([false, true]);
  });
});

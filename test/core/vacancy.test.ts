import { describe, expect, it } from 'vitest';
import type { Current } from '../../src/core/model.ts';
import { idleAfter, startedAfter } from '../../src/core/vacancy.ts';
import { aFingerprint, aPolicy, aScene, aSecret, DAY, HOUR, MINUTE, NOON, type Scene } from '../support/scene.ts';

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

  it('while one publication carries its key and another cannot be read: neither makes up for the other', () => {
    const scene = aScene().publishesSlot('a', 'primary').publishesUnusable('b', 'PublicationUnreadable');
    expect(primary(scene).vacancy).toMatchObject({
      vacant: false,
      carriedBy: [aSecret('a')],
      unreadable: [aSecret('b')],
    });
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

describe('the soak of a reader', () => {
  it('counts from its word after the key was superseded, although a newer version carries the same key again', () => {
    const scene = aScene()
      .publishes('chat', [
        { key: NEW, at: NOON - 10 * DAY },
        { key: OLD, at: NOON - 5 * HOUR },
        { key: NEW, at: NOON - 3 * HOUR },
        { key: NEW, at: NOON - HOUR },
      ])
      .hasConsumer('web');
    const shown = { consumer: 'web', secret: aSecret('chat'), shows: by(), before: [], wasAsked: false };
    scene.knows({ evidence: [{ ...shown, since: NOON - 5 * DAY, at: NOON - 2 * HOUR }] });
    expect(primary(scene).vacancy).toMatchObject({ awaiting: [], soaksUntil: NOON - HOUR });
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

describe('what is known of a slot', () => {
  const evidenceOf = (scene: Scene) => primary(scene).vacancy;

  it('names who is awaited, with what they last showed and what stands in their way', () => {
    const scene = moved()
      .hasConsumer('web')
      .hasConsumer('job')
      .shows('web', 'chat', by(OLD), NOON - HOUR);
    const trouble = { consumer: 'job', secret: aSecret('chat'), is: 'broken', detail: null } as const;
    const others = [
      { ...trouble, consumer: 'web', secret: aSecret('other') },
      { ...trouble, secret: aSecret('other') },
    ];
    scene.knows({ troubles: [...others, trouble] });
    expect(evidenceOf(scene)).toMatchObject({
      vacant: false,
      awaiting: [
        { consumer: 'web', secret: aSecret('chat'), trouble: null, shows: by(OLD), expectedAt: null },
        { consumer: 'job', secret: aSecret('chat'), trouble, shows: null, expectedAt: null },
      ],
      readers: ['web', 'job'],
      supersededAt: NOON - HOUR - MINUTE,
      soaksUntil: null,
    });
  });

  it('is when the last publication was moved off its key, and nothing where none was', () => {
    const scene = moved(NOON - 3 * HOUR).publishes('other', [
      { key: OLD, at: NOON - 300 * DAY },
      { key: NEW, at: NOON - 2 * HOUR },
    ]);
    expect(evidenceOf(scene).supersededAt).toBe(NOON - 2 * HOUR);
    expect(evidenceOf(aScene().publishesSlot('chat', 'secondary'))).toMatchObject({
      supersededAt: null,
      soaksUntil: null,
      readers: [],
    });
  });

  it('has no end of the soak while somebody is awaited', () => {
    const scene = moved(NOON - 2 * HOUR)
      .hasConsumer('web')
      .hasConsumer('job')
      .shows('web', 'chat', by(), NOON - HOUR);
    expect(evidenceOf(scene)).toMatchObject({ awaiting: [{ consumer: 'job' }], soaksUntil: null });
  });

  it('counts the soak from the first sight of the new key, not from the newest', () => {
    const scene = moved(NOON - 3 * HOUR).hasConsumer('web');
    const shown = { consumer: 'web', secret: aSecret('chat'), shows: by(), before: [], wasAsked: false };
    scene.knows({ evidence: [{ ...shown, since: NOON - 2 * HOUR, at: NOON - MINUTE }] });
    expect(evidenceOf(scene)).toMatchObject({ vacant: true, soaksUntil: NOON - HOUR });
    scene.knows({ evidence: [{ ...shown, since: NOON - 3 * HOUR, at: NOON - MINUTE }] });
    expect(evidenceOf(scene).soaksUntil).toBe(NOON - 2 * HOUR);
    scene.knows({ evidence: [{ ...shown, since: NOON - 3 * HOUR, at: NOON - 3 * HOUR }] });
    expect(evidenceOf(scene).soaksUntil).toBe(NOON - 2 * HOUR);
    scene.knows({ evidence: [{ ...shown, since: NOON - 4 * HOUR, at: NOON - 3 * HOUR - 1 }] });
    expect(evidenceOf(scene)).toMatchObject({ awaiting: [{ consumer: 'web' }] });
  });

  it('owes a soak to whoever showed its key last, whatever the versions say', () => {
    const scene = moved(NOON - 40 * DAY).hasConsumer('web');
    const shown = {
      consumer: 'web',
      secret: aSecret('chat'),
      shows: by(),
      since: NOON - DAY,
      at: NOON,
      wasAsked: true,
    };
    const before = [
      { shows: by(OLD), until: NOON - MINUTE },
      { shows: by(aFingerprint('other')), until: NOON },
    ];
    scene.knows({ evidence: [{ ...shown, before }] });
    expect(evidenceOf(scene)).toMatchObject({ vacant: false, soaksUntil: NOON - MINUTE + HOUR });
    scene.knows({ evidence: [{ ...shown, before: [{ shows: { by: 'version', version: 'gone' }, until: NOON }] }] });
    expect(evidenceOf(scene)).toMatchObject({ vacant: false, soaksUntil: NOON + HOUR });
  });

  it('believes a version that nobody knows to carry any key', () => {
    const scene = moved(NOON - 40 * DAY)
      .hasConsumer('web')
      .hasConsumer('job')
      .shows('job', 'chat', { by: 'version', version: 'gone' });
    scene.shows('stranger', 'chat', by(OLD));
    expect(evidenceOf(scene)).toMatchObject({
      vacant: false,
      awaiting: [{ consumer: 'job', shows: { by: 'version', version: 'gone' }, trouble: null, expectedAt: null }],
    });
  });

  it('names each who shows its key once, for the secret that it is shown of', () => {
    const scene = moved()
      .publishes('other', [{ key: NEW, at: NOON - 300 * DAY }])
      .hasConsumer('web')
      .hasConsumer('job')
      .shows('web', 'chat', by(OLD))
      .shows('web', 'other', by(OLD))
      .shows('job', 'other', by(OLD));
    const named = evidenceOf(scene).awaiting.map(({ consumer, secret }) => `${consumer} ${secret.split('/').at(-1)}`);
    expect(named).toEqual(['web chat', 'job chat', 'web other', 'job other']);
  });

  it('names whoever shows its key, although their time has passed or they were not known to read the secret', () => {
    const passed = moved(NOON - 3 * HOUR)
      .hasConsumer('job', { kind: 'elapsed', after: HOUR })
      .shows('job', 'chat', by(OLD));
    expect(evidenceOf(passed)).toMatchObject({ vacant: false, awaiting: [{ consumer: 'job', shows: by(OLD) }] });
    const other = moved(NOON - 3 * HOUR)
      .hasConsumer('web')
      .publishesSlot('other', 'secondary');
    other.hasConsumer('job', undefined, [aSecret('other')]).shows('job', 'chat', by(OLD));
    expect(evidenceOf(other).awaiting).toMatchObject([
      { consumer: 'web' },
      { consumer: 'job', secret: aSecret('chat') },
    ]);
  });

  it('takes a word for a key that is nowhere for a slip of the pen', () => {
    const scene = moved(NOON - 3 * HOUR)
      .hasConsumer('web')
      .shows('web', 'chat', by(aFingerprint('typo')), NOON - 2 * HOUR);
    expect(evidenceOf(scene)).toMatchObject({ awaiting: [{ consumer: 'web' }] });
  });

  it('takes a word for a key that some version carried, or either slot has', () => {
    const third = aFingerprint('third');
    const scene = aScene()
      .publishes('chat', [
        { key: third, at: NOON - 300 * DAY },
        { key: OLD, at: NOON - 200 * DAY },
        { key: NEW, at: NOON - 3 * HOUR },
      ])
      .hasConsumer('web');
    expect(evidenceOf(scene.shows('web', 'chat', by(third), NOON - 2 * HOUR)).vacant).toBe(true);
    const back = aScene()
      .publishes('chat', [
        { key: NEW, at: NOON - 200 * DAY },
        { key: third, at: NOON - 3 * HOUR },
      ])
      .hasConsumer('web')
      .shows('web', 'chat', by(OLD), NOON - 2 * HOUR);
    expect(back.situation().slots[1].vacancy).toMatchObject({ vacant: true });
  });

  it('counts the time of a reader from when its secret could be read, and not while it cannot be', () => {
    const scene = moved(NOON - 5 * HOUR).hasConsumer('job', { kind: 'elapsed', after: 2 * HOUR });
    const { publications } = scene.situation().state;
    const memory = publications[aSecret('chat')];
    if (memory === undefined) throw new Error('The look remembers.');
    const readable = (readableSince: number) =>
      evidenceOf(scene.knows({ publications: { [aSecret('chat')]: { ...memory, readableSince } } }));
    expect(readable(NOON - 2 * HOUR)).toMatchObject({ awaiting: [], soaksUntil: NOON + HOUR });
    expect(readable(NOON - 2 * HOUR + 1)).toMatchObject({ awaiting: [{ consumer: 'job', expectedAt: NOON + 1 }] });
    const gone = aScene();
    gone.publishesUnusable('chat', 'SecretMissing').hasConsumer('job', { kind: 'elapsed', after: HOUR });
    gone.knows({ publications: { [aSecret('chat')]: memory } });
    expect(evidenceOf(gone)).toMatchObject({ vacant: false, awaiting: [{ consumer: 'job', expectedAt: null }] });
  });

  it('is carried by a secret that cannot be used and has its key, unless that is disabled', () => {
    const foreign = aScene().publishesUnusable('chat', 'ForeignEndpoint', { key: OLD });
    expect(evidenceOf(foreign)).toMatchObject({ vacant: false, carriedBy: [aSecret('chat')], unreadable: [] });
    const disabled = aScene().publishesUnusable('chat', 'SecretDisabled', { key: OLD }).hasConsumer('web');
    expect(evidenceOf(disabled)).toMatchObject({ vacant: false, carriedBy: [], awaiting: [{ consumer: 'web' }] });
  });

  it('is carried by a secret that has its key now, although its versions cannot be listed', () => {
    const unlisted = (current: Current) => evidenceOf(aScene().publishes('chat', [], { current }));
    const keyed = { is: 'keyed', version: 'v0', fingerprint: OLD, ambiguousAuth: false } as const;
    expect(unlisted(keyed)).toMatchObject({ vacant: false, carriedBy: [aSecret('chat')] });
    expect(unlisted({ ...keyed, fingerprint: NEW })).toMatchObject({ vacant: true, carriedBy: [] });
    const unusable = { is: 'unusable', version: 'v0', fingerprint: OLD } as const;
    expect(unlisted({ ...unusable, code: 'ForeignEndpoint' })).toMatchObject({ carriedBy: [aSecret('chat')] });
    expect(unlisted({ ...unusable, code: 'SecretDisabled' })).toMatchObject({ carriedBy: [] });
    expect(unlisted({ is: 'passwordless', version: 'v0' })).toMatchObject({ carriedBy: [] });
  });

  it('is left by the readers that nobody listed where a person gave them up, for that key alone', () => {
    const scene = moved(NOON - 3 * HOUR);
    scene.policy = aPolicy({ switchover: { ...aPolicy().switchover, unlisted: 'hold' } });
    const givenUp = (consumer: string, fingerprint = OLD) => {
      const { rotation } = scene.rotates({ condemns: [OLD] }).state;
      const entry = { consumer, fingerprint, who: 'ann', why: 'gone' };
      return evidenceOf(rotation === null ? scene : scene.knows({ rotation: { ...rotation, givenUp: [entry] } }));
    };
    expect(givenUp('unlisted')).toMatchObject({ vacant: true, awaiting: [] });
    expect(givenUp('web')).toMatchObject({ awaiting: [{ consumer: 'unlisted' }] });
    expect(givenUp('unlisted', NEW)).toMatchObject({ awaiting: [{ consumer: 'unlisted' }] });
  });

  it('is left by a reader whose word is the key of the other slot, which no secret carries yet', () => {
    const scene = aScene()
      .publishes('chat', [
        { key: OLD, at: NOON - 200 * DAY },
        { key: aFingerprint('third'), at: NOON - 3 * HOUR },
      ])
      .hasConsumer('web')
      .shows('web', 'chat', by(NEW), NOON - 2 * HOUR);
    expect(evidenceOf(scene)).toMatchObject({ vacant: true, awaiting: [] });
  });

  it('was superseded by the last of the versions that may have carried it', () => {
    const scene = aScene().publishes('chat', [
      { key: 'unknown', at: NOON - 9 * DAY, enabled: false },
      { key: NEW, at: NOON - 8 * DAY },
      { key: OLD, at: NOON - 7 * DAY },
      { key: NEW, at: NOON - 6 * DAY },
    ]);
    expect(evidenceOf(scene).supersededAt).toBe(NOON - 6 * DAY);
  });

  it('may be carried by a secret whose key nobody can tell', () => {
    const scene = aScene().publishesUnusable('chat', 'ForeignEndpoint');
    expect(evidenceOf(scene)).toMatchObject({ vacant: false, carriedBy: [aSecret('chat')] });
    expect(evidenceOf(aScene().publishesUnusable('chat', 'SecretMissing'))).toMatchObject({ carriedBy: [] });
  });

  it('looks back to the end of lookback, and no further', () => {
    expect(evidenceOf(moved(NOON - 30 * DAY)).vacant).toBe(false);
    expect(evidenceOf(moved(NOON - 30 * DAY - 1)).vacant).toBe(true);
  });
});

describe('a container app', () => {
  const at = NOON - 3 * HOUR;

  it.each([
    ['started with the switch and seen when the cache ends', at, at + 30 * MINUTE, at + 30 * MINUTE],
    ['started later', at + HOUR, at + 2 * HOUR, at + HOUR],
    ['started before', at - 1, at + 2 * HOUR, null],
    ['seen before the cache ends', at, at + 30 * MINUTE - 1, null],
  ])('has left the key where it was %s', (_, started, seen, left) => {
    expect(startedAfter(started, seen, at)).toBe(left);
  });

  it.each([
    ['seen when the last that may have the old version is gone', at - DAY, at + 45 * MINUTE, at + 45 * MINUTE],
    ['idle since later', at + HOUR, at + 2 * HOUR, at + HOUR],
    ['seen before that', at - DAY, at + 45 * MINUTE - 1, null],
  ])('with nothing running has left the key where it was %s', (_, since, seen, left) => {
    expect(idleAfter(since, seen, at)).toBe(left);
  });
});

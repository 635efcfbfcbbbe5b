import { describe, expect, it } from 'vitest';
import { type Use, verdictOf } from '../../src/core/local-auth.ts';
import { localAuthFactsOf } from '../../src/core/local-auth-facts.ts';
import type { Current, EvidenceSource } from '../../src/core/model.ts';
import { aPosture } from '../support/a-posture.ts';
import { aPolicy, aScene, aSecret, DAY, HOUR, MINUTE, NOON, type Scene } from '../support/scene.ts';

const passwordless: Current = { is: 'passwordless', version: 'chat-v1' };

/** A secret whose key gave way to an Entra connection string three days ago; the first version is long forgotten. */
const movedScene = (evidence?: EvidenceSource): Scene => {
  const scene = aScene();
  scene.publishes(
    'chat',
    [
      { key: scene.keys.primary, at: NOON - 90 * DAY },
      { key: 'none', at: NOON - 3 * DAY },
    ],
    { current: passwordless },
  );
  return scene.hasConsumer('web', evidence);
};

const judged = (scene: Scene) => verdictOf(localAuthFactsOf(scene.situation(), aPosture()));
const codes = (scene: Scene): string[] => judged(scene).reasons.map(({ code }) => code);

describe('what a look says about disabling local authentication', () => {
  it('is no advice before the consumer has said what it uses', () => {
    const { verdict, reasons } = judged(movedScene());
    expect(verdict).toBe('Unknown');
    expect(reasons.map(({ code }) => code)).toEqual(['ReaderNotShownToHaveLeft', 'ConsumerShowsNothing']);
  });

  it('is to disable once it has said that it uses Entra, and the tokens of the key have expired', () => {
    const scene = movedScene().shows('web', 'chat', { by: 'entra' }, NOON - DAY);
    expect(judged(scene).verdict).toBe('DisableNow');
  });

  it('is to wait while tokens that were signed with the key live', () => {
    const scene = movedScene().shows('web', 'chat', { by: 'entra' }, NOON - 30 * MINUTE);
    expect(judged(scene).verdict).toBe('MigrateFirst');
    expect(codes(scene)).toEqual(['TokensAlive']);
  });

  it('takes the version without a key for Entra', () => {
    const scene = movedScene().shows('web', 'chat', { by: 'version', version: 'chat-v1' }, NOON - DAY);
    expect(judged(scene).verdict).toBe('DisableNow');
  });

  it('is to migrate while its newest word is the key', () => {
    const scene = movedScene();
    scene.shows('web', 'chat', { by: 'fingerprint', fingerprint: scene.keys.primary }, NOON - DAY);
    expect(judged(scene).verdict).toBe('MigrateFirst');
    expect(codes(scene)).toContain('ConsumerUsesKey');
  });

  it('believes a reference of App Service, with a warning', () => {
    const reference: EvidenceSource = {
      kind: 'app-service-reference',
      resourceId: '/x',
      setting: null,
      nudge: 'refresh',
    };
    const scene = movedScene(reference).shows('web', 'chat', { by: 'version', version: 'chat-v1' }, NOON - DAY);
    expect(judged(scene).verdict).toBe('DisableNow');
    expect(codes(scene)).toContain('ShownByReferenceAlone');
  });

  it.each([
    ['after the cache of the platform', NOON - 2 * DAY, 'DisableNow'],
    ['before the key went', NOON - 4 * DAY, 'Unknown'],
  ] as const)('takes the start of a container app %s for what it is', (_, startedAt, verdict) => {
    const scene = movedScene({ kind: 'container-app', resourceId: '/x' });
    scene.shows('web', 'chat', { by: 'started', startedAt }, NOON - DAY);
    expect(judged(scene).verdict).toBe(verdict);
  });

  it.each([
    [DAY, 'DisableNow'],
    [7 * DAY, 'Unknown'],
  ] as const)('counts a stated time of %i ms', (after, verdict) => {
    expect(judged(movedScene({ kind: 'elapsed', after })).verdict).toBe(verdict);
  });

  it.each([
    ['hold', 'Unknown'],
    [DAY, 'DisableNow'],
    [7 * DAY, 'Unknown'],
  ] as const)('takes unlisted readers as policy states them: %s', (unlisted, verdict) => {
    const scene = movedScene();
    scene.consumers = [];
    const { switchover } = aPolicy();
    scene.policy = aPolicy({ switchover: { ...switchover, unlisted } });
    expect(judged(scene).verdict).toBe(verdict);
  });

  it('is to migrate while the secret carries a key, whatever its readers say', () => {
    const scene = aScene().publishesSlot('chat', 'primary').hasConsumer('web');
    scene.shows('web', 'chat', { by: 'entra' }, NOON - DAY);
    expect(judged(scene).verdict).toBe('MigrateFirst');
    expect(codes(scene)).toEqual(['PublicationCarriesKey']);
  });

  it('is unknown where a publication cannot be read', () => {
    const scene = aScene().publishesUnusable('chat', 'PublicationUnreadable').hasConsumer('web');
    expect(judged(scene).verdict).toBe('Unknown');
    expect(codes(scene)).toContain('PublicationNotRead');
  });

  it('is to let a rotation end first', () => {
    const scene = movedScene().shows('web', 'chat', { by: 'entra' }, NOON - DAY);
    scene.rotates({ condemns: [scene.keys.primary], startedAt: NOON - HOUR });
    expect(codes(scene)).toContain('RotationInProgress');
  });

  it('is unknown where upstream calls are signed with the keys', () => {
    const scene = movedScene().shows('web', 'chat', { by: 'entra' }, NOON - DAY);
    const serverless = aPosture({ serviceMode: 'Serverless', upstreams: [{ auth: 'None' }] });
    const { verdict, reasons } = verdictOf(localAuthFactsOf(scene.situation(), serverless));
    expect(verdict).toBe('Unknown');
    expect(reasons.map(({ code }) => code)).toEqual(['UpstreamSignedWithKey']);
  });
});

describe('the facts for the verdict', () => {
  const factsOf = (scene: Scene) => localAuthFactsOf(scene.situation(), aPosture());
  const chat = aSecret('chat');

  it('are silent about unlisted readers where a consumer is listed', () => {
    expect(factsOf(movedScene()).unlisted).toEqual([]);
  });

  it.each([
    ['hold', false],
    [3 * DAY, true],
    [3 * DAY + 1, false],
  ] as const)('say whether the time of unlisted readers has passed: %s', (unlisted, timePassed) => {
    const scene = movedScene();
    scene.consumers = [];
    scene.policy = aPolicy({ switchover: { ...aPolicy().switchover, unlisted } });
    expect(factsOf(scene).unlisted).toEqual([{ secret: chat, timePassed }]);
  });

  it('let no time pass for a secret that still carries a key, or did so again', () => {
    const scene = aScene();
    scene.publishes('chat', [
      { key: scene.keys.primary, at: NOON - 90 * DAY },
      { key: 'none', at: NOON - 60 * DAY },
      { key: scene.keys.primary, at: NOON - 50 * DAY },
    ]);
    scene.policy = aPolicy({ switchover: { ...aPolicy().switchover, unlisted: DAY } });
    expect(factsOf(scene).unlisted).toEqual([{ secret: chat, timePassed: false }]);
  });

  it('name the readers of a key that no secret carries, and not those of one that a secret does', () => {
    const { primary: fingerprint } = aScene().keys;
    expect(factsOf(movedScene()).held).toEqual([
      { slot: 'primary', fingerprint, readers: [{ consumer: 'web', secret: chat }], soaksUntil: null },
    ]);
    expect(factsOf(aScene().publishesSlot('chat', 'primary').hasConsumer('web')).held).toEqual([]);
  });

  it('count what was announced for a rotation that is under way', () => {
    const moved = () => movedScene().shows('web', 'chat', { by: 'entra' }, NOON - DAY);
    expect(factsOf(moved()).rotating).toBe(false);
    const intent = {
      slot: 'primary',
      role: 'standby',
      fingerprintBefore: aScene().keys.primary,
      startedAt: NOON,
      attempt: 1,
      operationUrl: null,
    } as const;
    expect(factsOf(moved().knows({ intent })).rotating).toBe(true);
    const publishing = {
      kind: 'publish',
      // Not to be seen in this look, so what became of it is open.
      secret: aSecret('other'),
      slot: 'primary',
      fingerprint: aScene().keys.primary,
      proof: 'live',
      basedOn: 'chat-v1',
      ours: null,
      known: [],
      basedOnCreatedAt: NOON,
      startedAt: NOON,
    } as const;
    expect(factsOf(moved().knows({ publishing })).rotating).toBe(true);
  });

  it.each<[string, (scene: Scene) => Scene, Use]>([
    [
      'its word, and when it came',
      (scene) => scene.shows('web', 'chat', { by: 'entra' }, NOON - DAY),
      { consumer: 'web', secret: chat, at: NOON - DAY, of: 'entra', by: 'word' },
    ],
    [
      'the key that it shows',
      (scene) => scene.shows('web', 'chat', { by: 'fingerprint', fingerprint: scene.keys.primary }, NOON - DAY),
      { consumer: 'web', secret: chat, at: NOON - DAY, of: 'key', by: 'word' },
    ],
    [
      'nothing where it shows nothing',
      (scene) => scene.shows('web', 'chat', { by: 'nothing' }, NOON - DAY),
      { consumer: 'web', secret: chat, at: NOON - DAY, of: 'nothing-shown', by: 'word' },
    ],
    [
      'nothing where only another consumer, or another secret, is spoken of',
      (scene) => scene.shows('job', 'chat', { by: 'entra' }, NOON).shows('web', 'other', { by: 'entra' }, NOON),
      { consumer: 'web', secret: chat, at: null, of: 'nothing-shown', by: 'word' },
    ],
    [
      'Entra where nothing of it runs since the key went',
      (scene) => scene.shows('web', 'chat', { by: 'idle' }, NOON),
      { consumer: 'web', secret: chat, at: NOON, of: 'entra', by: 'word' },
    ],
    [
      'nothing where it only just stopped to run when the key went',
      (scene) => scene.shows('web', 'chat', { by: 'idle' }, NOON - 3 * DAY + MINUTE),
      { consumer: 'web', secret: chat, at: NOON - 3 * DAY + MINUTE, of: 'nothing-shown', by: 'word' },
    ],
  ])('tell of a consumer %s', (_, show, use) => {
    expect(factsOf(show(movedScene())).uses).toEqual([use]);
  });

  it.each([
    [3 * DAY, 'entra', 'time'],
    [3 * DAY + 1, 'nothing-shown', 'word'],
  ] as const)('tell of a consumer that speaks by time alone: %d ms', (after, of, by) => {
    const [use] = factsOf(movedScene({ kind: 'elapsed', after })).uses;
    expect(use).toEqual({ consumer: 'web', secret: chat, at: null, of, by });
  });

  it('tell nothing by time of a secret that still carries a key', () => {
    const scene = aScene().publishesSlot('chat', 'primary').hasConsumer('web', { kind: 'elapsed', after: DAY });
    expect(factsOf(scene).uses).toMatchObject([{ of: 'nothing-shown' }]);
    scene.shows('web', 'chat', { by: 'idle' }, NOON);
    expect(factsOf(scene).uses).toMatchObject([{ of: 'nothing-shown' }]);
  });
});

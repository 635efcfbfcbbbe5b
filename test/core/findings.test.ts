import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../src/core/findings.ts';
import type { Surroundings, VaultSeen } from '../../src/core/posture.ts';
import { aPosture } from '../support/a-posture.ts';
import { aFingerprint, aPolicy, aScene, aSecret, DAY, HOUR, NOON, type Scene } from '../support/scene.ts';

const found = (scene: Scene, surroundings: Surroundings | null = null) =>
  findingsOf({ situation: scene.situation(), posture: aPosture(), surroundings });

const codes = (scene: Scene): string[] => found(scene).map(({ code }) => code);

/** Two young keys, one of them published with an expiry to come. */
function soundScene(more: { expiresAt?: number | null; vault?: string } = {}): Scene {
  const scene = aScene().recorded(NOON - DAY);
  return scene.publishes('chat', [{ key: scene.keys.primary, at: NOON - DAY }], {
    expiresAt: NOON + 89 * DAY,
    ...more,
  });
}

const vault = (name: string, own: Partial<VaultSeen> = {}): VaultSeen => ({
  host: `${name}.vault.azure.net`,
  resourceId: `/subscriptions/s-1/resourceGroups/g/providers/Microsoft.KeyVault/vaults/${name}`,
  subscription: 's-1',
  publicAccess: 'closed',
  ...own,
});
const around = (...vaults: VaultSeen[]): Surroundings => ({ at: NOON, diagnostics: null, vaults });

describe('findings of keys and publications', () => {
  it('are none where all is well', () => {
    expect(found(soundScene(), around(vault('kv-a')))).toEqual([]);
  });

  it('say that a key may be older than is allowed', () => {
    const scene = soundScene().recorded(NOON - 91 * DAY);
    expect(found(scene).find(({ code }) => code === 'KeyOverdue')?.detail).toEqual({
      keys: [
        { slot: 'primary', fingerprint: scene.keys.primary },
        { slot: 'secondary', fingerprint: scene.keys.secondary },
      ],
    });
  });

  it('say that nothing bounds the age of a key', () => {
    expect(codes(aScene().publishesSlot('chat', 'primary'))).toContain('KeyAgeUnknown');
  });

  it('say that a secret has no expiry date', () => {
    expect(found(soundScene({ expiresAt: null }))).toEqual([
      { code: 'SecretWithoutExpiry', secrets: [aSecret('chat')], versions: ['chat-v0'] },
    ]);
  });

  it.each([
    ['expires next week', NOON + 7 * DAY, true],
    ['has expired', NOON - DAY, true],
    ['expires in 31 days', NOON + 31 * DAY, false],
  ])('say that a secret %s', (_, expiresAt, isFound) => {
    expect(codes(soundScene({ expiresAt })).includes('SecretNearExpiry')).toBe(isFound);
  });

  it('do not call a secret near its expiry that is rotated every day', () => {
    const scene = soundScene({ expiresAt: NOON + 2 * DAY });
    scene.policy = aPolicy({ rotateAfter: DAY, maxKeyAge: 2 * DAY });
    expect(codes(scene)).toEqual([]);
  });

  it('say that a secret carries a key of neither slot', () => {
    const scene = aScene().recorded(NOON - DAY);
    scene.publishes('chat', [{ key: aFingerprint('old'), at: NOON - DAY }], { expiresAt: NOON + 89 * DAY });
    expect(codes(scene)).toContain('PublishesDeadKey');
  });

  it('say nothing of dead keys where local authentication is off: the verdict does', () => {
    const scene = soundScene();
    scene.resource = { ...scene.resource, localAuthDisabled: true };
    scene.keys = { primary: aFingerprint('none'), secondary: aFingerprint('none') };
    expect(codes(scene)).toEqual([]);
  });

  it('say who refers to one version for ever', () => {
    const troubles = [{ consumer: 'web', secret: aSecret('chat'), is: 'pinned', detail: 'chat-v0' }] as const;
    const scene = soundScene().hasConsumer('web').knows({ troubles });
    expect(found(scene)).toEqual([
      { code: 'ConsumerPinned', secrets: [aSecret('chat')], versions: ['chat-v0'], detail: { consumers: ['web'] } },
    ]);
  });

  it('say that one key lies in two vaults, and in which subscriptions', () => {
    const scene = soundScene();
    const expiresAt = NOON + 89 * DAY;
    scene.publishes('chat', [{ key: scene.keys.primary, at: NOON - HOUR }], { vault: 'kv-b', expiresAt });
    const surroundings = around(vault('kv-a'), vault('kv-b', { subscription: 's-2' }));
    expect(found(scene, surroundings)).toEqual([
      {
        code: 'KeyShared',
        secrets: [aSecret('chat'), aSecret('chat', 'kv-b')],
        versions: [],
        detail: {
          fingerprint: scene.keys.primary,
          vaults: ['kv-a.vault.azure.net', 'kv-b.vault.azure.net'],
          subscriptions: ['s-1', 's-2'],
        },
      },
    ]);
  });

  it('say which vaults stand open', () => {
    const open = vault('kv-a', { publicAccess: 'open' });
    expect(found(soundScene(), around(open))).toEqual([
      { code: 'VaultPublicAccess', secrets: [aSecret('chat')], versions: [], detail: { vaults: [open.resourceId] } },
    ]);
    expect(found(soundScene(), around(vault('kv-a', { publicAccess: 'restricted' })))).toEqual([]);
  });

  it('say of open vaults only those that hold a publication', () => {
    const scene = soundScene();
    scene.publishes('other', [{ key: scene.keys.secondary, at: NOON - DAY }], {
      vault: 'kv-b',
      expiresAt: NOON + 89 * DAY,
    });
    const [a, b, c] = ['kv-a', 'kv-b', 'kv-c'].map((name) => vault(name, { publicAccess: 'open' }));
    if (a === undefined || b === undefined || c === undefined) throw new Error('Three vaults.');
    expect(found(scene, around(b, c, vault('kv-a'))).filter(({ code }) => code === 'VaultPublicAccess')).toEqual([
      {
        code: 'VaultPublicAccess',
        secrets: [aSecret('other', 'kv-b')],
        versions: [],
        detail: { vaults: [b.resourceId] },
      },
    ]);
    expect(found(scene, around(a, b)).find(({ code }) => code === 'VaultPublicAccess')?.detail).toEqual({
      vaults: [a.resourceId, b.resourceId],
    });
  });

  it('say of shared keys what could be seen, and nothing of secrets without one', () => {
    const scene = soundScene();
    scene.publishes('chat', [{ key: scene.keys.primary, at: NOON - DAY }], {
      vault: 'kv-b',
      expiresAt: NOON + 89 * DAY,
    });
    expect(found(scene, around(vault('kv-a')))[0]?.detail).toMatchObject({ subscriptions: ['s-1'] });
    expect(found(scene)[0]?.detail).toMatchObject({ subscriptions: [] });
    const keyless = aScene().recorded(NOON - DAY);
    for (const name of ['kv-a', 'kv-b']) {
      keyless.publishes('chat', [{ key: 'none', at: NOON - DAY }], {
        current: { is: 'passwordless', version: 'chat-v0' },
        vault: name,
      });
    }
    expect(codes(keyless)).toEqual(['NothingPublished']);
  });

  it('say that nothing is published, unless local authentication is off', () => {
    const scene = aScene().recorded(NOON - DAY);
    expect(found(scene)).toEqual([{ code: 'NothingPublished', secrets: [], versions: [] }]);
    scene.resource = { ...scene.resource, localAuthDisabled: true };
    expect(found(scene)).toEqual([]);
  });

  it('say nothing of ages where local authentication is off', () => {
    const scene = soundScene().recorded(NOON - 100 * DAY);
    scene.resource = { ...scene.resource, localAuthDisabled: true };
    expect(codes(scene)).toEqual([]);
  });

  it('say what others were seen to do, one of a kind', () => {
    const seen = { at: NOON, who: 'a', detail: 'x' } as const;
    const scene = soundScene().knows({
      sightings: [
        { code: 'KeysListedByStranger', ...seen },
        { code: 'SelfUnknown', at: NOON - HOUR, who: null, detail: null },
        { code: 'KeysListedByStranger', ...seen, who: 'b' },
      ],
    });
    expect(found(scene)).toEqual([
      { code: 'KeysListedByStranger', secrets: [], versions: [], detail: { seen: [seen, { ...seen, who: 'b' }] } },
      {
        code: 'SelfUnknown',
        secrets: [],
        versions: [],
        detail: { seen: [{ at: NOON - HOUR, who: null, detail: null }] },
      },
    ]);
  });

  it('say which secret has a key and an AuthType', () => {
    const scene = soundScene();
    const current = { is: 'keyed', version: 'both-v0', fingerprint: scene.keys.primary, ambiguousAuth: true } as const;
    scene.publishes('both', [{ key: scene.keys.primary, at: NOON - DAY }], { current, expiresAt: NOON + 89 * DAY });
    expect(found(scene)).toEqual([{ code: 'AmbiguousAuth', secrets: [aSecret('both')], versions: [] }]);
  });

  it.each([
    ['after us', [true, false], true],
    ['before us', [false, true], false],
    ['and we never did', [false, false], false],
  ] as const)('say that somebody else wrote a secret %s', (_, marks, isFound) => {
    const scene = aScene().recorded(NOON - DAY);
    const { primary: key } = scene.keys;
    scene.publishes(
      'chat',
      [
        { key, at: NOON - DAY },
        { key, at: NOON - HOUR },
      ],
      { expiresAt: NOON + 89 * DAY },
    );
    const { observation } = scene;
    const publications = observation.publications.map((p) => ({
      ...p,
      versions: p.versions.map((version, i) => ({ ...version, isMarked: marks[i] ?? false })),
    }));
    const situation = { ...scene.situation(), observation: { ...observation, publications } };
    expect(findingsOf({ situation, posture: aPosture(), surroundings: null })).toEqual(
      isFound ? [{ code: 'WrittenByOther', secrets: [aSecret('chat')], versions: ['chat-v1'] }] : [],
    );
  });

  it('say which secrets cannot be used, by what is wrong with them', () => {
    const scene = soundScene()
      .publishesUnusable('a', 'ForeignEndpoint')
      .publishesUnusable('b', 'SecretMissing')
      .publishesUnusable('c', 'ForeignEndpoint');
    expect(found(scene)).toEqual([
      { code: 'ForeignEndpoint', secrets: [aSecret('a'), aSecret('c')], versions: [] },
      { code: 'SecretMissing', secrets: [aSecret('b')], versions: [] },
    ]);
  });

  it('say in which version a dead key is, and which is near its expiry', () => {
    const scene = soundScene();
    scene.publishes('dead', [{ key: aFingerprint('dead'), at: NOON - DAY }], { expiresAt: NOON + DAY });
    scene.publishes('sound', [{ key: scene.keys.secondary, at: NOON - DAY }], { expiresAt: NOON + 89 * DAY });
    expect(found(scene)).toEqual([
      { code: 'PublishesDeadKey', secrets: [aSecret('dead')], versions: ['dead-v0'] },
      { code: 'SecretNearExpiry', secrets: [aSecret('dead')], versions: ['dead-v0'] },
    ]);
  });

  it('say of references only which are pinned', () => {
    const scene = soundScene().hasConsumer('web');
    const trouble = { consumer: 'web', secret: aSecret('chat'), detail: null } as const;
    expect(found(scene.knows({ troubles: [{ ...trouble, is: 'broken' }] }))).toEqual([]);
    const pinned = scene.knows({
      troubles: [
        { ...trouble, is: 'pinned' },
        { ...trouble, is: 'broken', consumer: 'web' },
      ],
    });
    expect(found(pinned)).toEqual([
      { code: 'ConsumerPinned', secrets: [aSecret('chat')], versions: [], detail: { consumers: ['web'] } },
    ]);
  });
});

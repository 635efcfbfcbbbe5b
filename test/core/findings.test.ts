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
});

import { describe, expect, it } from 'vitest';
import { emptyState, hostOf, parseFingerprint, parseResourceId, parseSecretId } from '../../src/core/model.ts';
import { aResourceId, aSecret } from '../support/scene.ts';

describe('a fingerprint', () => {
  const text = 'sha256:0123456789abcdef';

  it('is sha256 and sixteen digits', () => {
    expect(parseFingerprint(text)).toBe(text);
  });

  it.each([`x${text}`, `${text}0`, 'sha256:0', 'sha256:ghijklmnopqrstuv', text.toUpperCase(), ''])(
    'is not %j',
    (other) => {
      expect(parseFingerprint(other)).toBeNull();
    },
  );
});

describe('the id of a resource', () => {
  const text = '/subscriptions/sub-1/resourceGroups/rg-chat/providers/Microsoft.SignalRService/SignalR/Chat-Prod';

  it('goes without letter case', () => {
    expect(parseResourceId(text)).toBe(text.toLowerCase());
  });

  it.each([
    `x${text}`,
    `${text}/`,
    `${text}?x`,
    text.replace('sub-1', 'sub 1'),
    text.replace('SignalR/', 'WebPubSub/'),
    '',
  ])('is not %j', (other) => {
    expect(parseResourceId(other)).toBeNull();
  });
});

describe('the address of a secret', () => {
  it('goes without letter case and tells its vault', () => {
    const secret = parseSecretId('https://KV-A.vault.azure.net/secrets/Chat-1');
    expect(secret).toBe('https://kv-a.vault.azure.net/secrets/chat-1');
    expect(hostOf(aSecret('chat'))).toBe('kv-a.vault.azure.net');
  });

  it.each([
    'https://kv-a.vault.azure.net/secrets/chat/0123',
    'https://kv-a.vault.azure.net/secrets/chat?x',
    'xhttps://kv-a.vault.azure.net/secrets/chat',
    'http://kv-a.vault.azure.net/secrets/chat',
    'https://kv-a.vault.azure.net/keys/chat',
    '',
  ])('is not %j', (other) => {
    expect(parseSecretId(other)).toBeNull();
  });
});

describe('a target that was never looked at', () => {
  it('has nothing in its ledger', () => {
    const { name, resourceId, keys, ...rest } = emptyState({ name: 'chat', resourceId: aResourceId() });
    expect({ name, resourceId, keys }).toEqual({
      name: 'chat',
      resourceId: aResourceId(),
      keys: { primary: null, secondary: null },
    });
    const isEmpty = (value: unknown) => value === null || Object.keys(value as object).length === 0;
    expect(Object.entries(rest).filter(([, value]) => !isEmpty(value))).toEqual([]);
  });
});

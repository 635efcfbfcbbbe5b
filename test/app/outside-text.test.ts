import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { looksLikeKey, withoutKeys } from '../../src/app/outside-text.ts';

const fingerprintOf = (key: string) => `sha256:${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const chars = (of: string, length: number) =>
  fc.string({ unit: fc.constantFrom(...of), minLength: length, maxLength: length });
const key = fc.oneof(
  chars(base64, 43).map((text) => `${text}=`),
  chars(base64, 84),
);
const part = chars(`${base64.slice(0, 62)}-_`, 24);
const token = fc.tuple(part, part, part).map(([a, b, c]) => `eyJ${a}.eyJ${b}.${c}`);

describe('key material in a text from outside', () => {
  it('becomes its fingerprint, alone, in a sentence, or in a connection string', () => {
    fc.assert(
      fc.property(key, (secret) => {
        const fingerprint = fingerprintOf(secret);
        expect(withoutKeys(secret)).toBe(fingerprint);
        expect(withoutKeys(`found "${secret}", in a log`)).toBe(`found "${fingerprint}", in a log`);
        expect(withoutKeys(`Endpoint=https://x;AccessKey=${secret};Version=1.0;`)).toBe(
          `Endpoint=https://x;AccessKey ${fingerprint};Version=1.0;`,
        );
      }),
    );
  });

  it('is a token, of which a word is left, or a key of any form that is called one', () => {
    fc.assert(
      fc.property(token, (secret) => {
        expect(withoutKeys(`Bearer ${secret}!`)).toBe('Bearer [token]!');
      }),
    );
    expect(withoutKeys('access key = hunter2, they said')).toBe(`AccessKey ${fingerprintOf('hunter2')}, they said`);
    expect(withoutKeys('Access Key=')).toBe('AccessKey');
  });

  it('is gone whatever stands around it: nothing that is left looks like a key', () => {
    const piece = fc.oneof(
      ...[key, token, fc.string(), chars(base64, 40), fc.constantFrom('AccessKey=', ';', '.', 'eyJ', '%3D', ' ', '=')],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const once = withoutKeys(pieces.join(''));
        expect(withoutKeys(once)).toBe(once);
        expect(looksLikeKey(once)).toBe(false);
      }),
      { numRuns: 5_000 },
    );
  });

  it('is not what names a thing: ids, addresses, fingerprints, hashes', () => {
    for (const text of [
      '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-chat/providers/Microsoft.SignalRService/signalR/chat-prod',
      `https://kv-a.vault.azure.net/secrets/${'a'.repeat(44)}`,
      fingerprintOf('x'),
      createHash('sha256').update('x').digest('hex'),
      'https://github.com/contoso/chat/blob/main/appsettings.json',
    ]) {
      expect(withoutKeys(text)).toBe(text);
    }
  });
});

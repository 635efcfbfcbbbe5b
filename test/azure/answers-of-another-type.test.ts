import { afterEach, describe, expect, it } from 'vitest';
import { errorOf, localServices, secretIdOf } from './local-services.ts';

const services = await localServices();
const { azure, secrets, keys } = services;

afterEach(() => {
  expect(azure.faults.pending).toBe(0);
});

const answered = (path: RegExp, body: object) => azure.faults.next({ match: { path }, answer: { status: 200, body } });

describe('an answer whose values are of another type', () => {
  const version = '0f'.repeat(16);
  it.each([
    ['a time that is none', { attributes: { enabled: true, created: 'soon' } }],
    ['an expiry that is none', { attributes: { enabled: true, created: 1_790_000_000, exp: 'never' } }],
    ['enabled as a number', { attributes: { enabled: -1, created: 1_790_000_000 } }],
    ['tags that are no texts', { attributes: { enabled: true, created: 1_790_000_000 }, tags: { KeyFingerprint: 7 } }],
  ])(
    '%s: a version is not made up, and the ledger never gets a time that it could not read back',
    async (_, differing) => {
      const vault = services.aVault();
      vault.set('chat', 'x');
      answered(/\/secrets\/chat\/?$/, {
        value: 'x',
        id: `https://${vault.host}/secrets/chat/${version}`,
        ...differing,
      });
      expect(await errorOf(secrets.read(secretIdOf(vault)))).toMatchObject({ code: 'Unavailable', refused: false });
    },
  );

  it('a key that is no text is none: it would be a defect where its fingerprint is taken', async () => {
    const { id } = services.aResource();
    answered(/listKeys$/i, { primaryKey: 7, secondaryKey: { a: 1 } });
    expect(await errorOf(keys.list(id))).toMatchObject({ code: 'Unavailable' });
  });
});

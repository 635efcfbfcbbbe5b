import { describe, expect, it } from 'vitest';
import { alertIn, leakPayloadSchema } from '../../src/app/leak-alert.ts';
import { looksLikeKey } from '../../src/app/outside-text.ts';

/** As GitHub sends it, with much that is not looked at. */
const aPayload = (alert: object = {}, rest: object = {}) => ({
  action: 'created',
  alert: {
    number: 7,
    created_at: '2026-11-02T08:00:00Z',
    url: 'https://api.github.com/repos/Contoso/Chat/secret-scanning/alerts/7',
    html_url: 'https://github.com/Contoso/Chat/security/secret-scanning/7',
    secret_type: 'azure_signalr_connection_string',
    validity: 'unknown',
    publicly_leaked: false,
    ...alert,
  },
  repository: { id: 1, full_name: 'Contoso/Chat', private: true },
  sender: { login: 'octocat' },
  ...rest,
});

const read = (payload: object) => alertIn(leakPayloadSchema.parse(payload));
const urlOf = (html_url: unknown, rest: object = {}) => read(aPayload({ html_url }, rest)).url;

describe('an alert of secret scanning', () => {
  it('says where and when, and what makes it the same alert in each delivery', () => {
    expect(read(aPayload())).toEqual({
      id: 'github:contoso/chat#7',
      repository: 'contoso/chat',
      shown: 'contoso/chat',
      action: 'created',
      url: 'https://github.com/Contoso/Chat/security/secret-scanning/7',
      foundAt: Date.parse('2026-11-02T08:00:00Z'),
    });
  });

  it.each([
    ['no time', { created_at: null }],
    ['a time that is none', { created_at: 'yesterday' }],
    ['no address', { html_url: null }],
    ['an endless address', { html_url: `https://github.com/${'x'.repeat(5_000)}` }],
  ])('is taken with %s', (_, alert) => {
    const { id, url } = read(aPayload(alert));
    expect(id).toBe('github:contoso/chat#7');
    expect(url?.length ?? 0).toBeLessThanOrEqual(500);
  });

  it.each([
    ['no number', aPayload({ number: 'seven' })],
    ['no repository', aPayload({}, { repository: null })],
    ['a repository that is none', aPayload({}, { repository: { full_name: 'contoso/chat/..' } })],
  ])('is refused with %s', (_, payload) => {
    expect(leakPayloadSchema.safeParse(payload).success).toBe(false);
  });
});

describe('the address of an alert', () => {
  const enterprise = { enterprise: { html_url: 'https://ghe.contoso.com/enterprises/contoso' } };
  const own = 'https://ghe.contoso.com/Contoso/Chat/security/secret-scanning/7';

  it('may be at the server that the payload comes from', () => {
    expect(urlOf(own, enterprise)).toBe(own);
    expect(urlOf(own)).toBeNull();
  });

  it.each([
    'http://github.com/Contoso/Chat/security/secret-scanning/7',
    'https://github.com.evil.example/x',
    'https://evil.example/github.com',
    'javascript:alert(1)',
    'no address',
    7 as unknown,
  ])('is not followed elsewhere: %s', (url) => {
    expect(typeof url === 'string' ? urlOf(url) : null).toBeNull();
  });

  it('is shown without user, query and fragment', () => {
    expect(urlOf('https://a:b@github.com/Contoso/Chat/security/secret-scanning/7?x=1#y')).toBe(
      'https://github.com/Contoso/Chat/security/secret-scanning/7',
    );
  });
});

describe('what leaked', () => {
  const key = 'A'.repeat(84);

  it('is not kept, even where it is the name of the repository', () => {
    const full_name = `contoso/${key}`;
    const html_url = `https://github.com/${full_name}/security/secret-scanning/7`;
    const { repository, ...kept } = read(aPayload({ html_url }, { repository: { full_name } }));
    expect(repository).toBe(full_name.toLowerCase());
    expect(JSON.stringify(kept).toLowerCase()).not.toContain(key.toLowerCase());
    expect(kept.shown).toMatch(/^contoso\/sha256:[0-9a-f]{16}$/);
    expect(kept.url).toContain('https://github.com/');
  });

  it('is not kept where it stands in an unusual address', () => {
    expect(urlOf(`https://github.com/Contoso/Chat/${key}`)).not.toContain(key);
  });

  it('is not suspected in a name or address that is only as long as a key', () => {
    const full_name = `contoso/${'n'.repeat(36)}`;
    expect(looksLikeKey(full_name)).toBe(true);
    const html_url = `https://github.com/${full_name}/security/secret-scanning/7`;
    const { shown, url } = read(aPayload({ html_url }, { repository: { full_name } }));
    expect([shown, url]).toEqual([full_name, html_url]);
    const other = `contoso/${'n'.repeat(16)}`;
    const address = `https://github.com/${other}/security/secret-scanning/7`;
    expect(looksLikeKey(address)).toBe(true);
    expect(urlOf(address, { repository: { full_name: other } })).toBe(address);
  });
});

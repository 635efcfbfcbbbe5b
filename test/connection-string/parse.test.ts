import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ConnectionStringError, type ConnectionStringErrorCode } from '../../src/connection-string/errors.ts';
import { isKeyed, parse } from '../../src/connection-string/parse.ts';
import { split } from '../../src/connection-string/segments.ts';
import { codeOf, errorOf } from './code-of.ts';

const GUID = '11111111-1111-1111-1111-111111111111';
const refused = (text: string) => codeOf(() => parse(text));

describe('the endpoints', () => {
  it('sends the probe to ServerEndpoint and keeps the audience at Endpoint', () => {
    expect(
      parse('Endpoint=https://Chat.example:8443/;ServerEndpoint=https://gateway.example/in/;AccessKey=k'),
    ).toMatchObject({
      endpoint: 'https://chat.example:8443',
      hostname: 'chat.example',
      port: 8443,
      server: 'https://gateway.example/in/',
      serverHostname: 'gateway.example',
      client: 'https://chat.example:8443/',
      audience: 'https://chat.example/',
    });
  });

  it('sends the probe to Endpoint where there is no ServerEndpoint', () => {
    expect(parse('Endpoint=https://chat.example/hub/;AccessKey=k')).toMatchObject({
      server: 'https://chat.example/hub',
      serverHostname: 'chat.example',
    });
  });

  it('lets Port win over the port of Endpoint, and only there', () => {
    const parsed = parse(
      'Endpoint=https://a:81;Port=+08080;ServerEndpoint=https://b:82;ClientEndpoint=https://c;AccessKey=k',
    );
    expect(parsed).toMatchObject({
      endpoint: 'https://a:8080',
      port: 8080,
      server: 'https://b:82/',
      client: 'https://c/',
    });
  });

  it.each([
    ['https://a', 443],
    ['http://a', 80],
    ['https://a:0', 0],
  ])('knows the port of %s', (endpoint, port) => {
    expect(parse(`Endpoint=${endpoint};Version=1.0`).port).toBe(port);
  });

  it('drops user information, which no client sends', () => {
    expect(parse('Endpoint=https://me:hunter2@a/;Version=1.0').server).toBe('https://a/');
  });

  it('names a host outside ASCII as it goes over the wire', () => {
    expect(parse('Endpoint=https://bücher.example;Version=1.0').hostname).toBe('xn--bcher-kva.example');
  });

  it('keeps a tab in a path, escaped, where a browser would drop it', () => {
    expect(parse('Endpoint=https://a/b\tc;Version=1.0').server).toBe('https://a/b%09c');
  });

  it('takes backslashes for slashes, as System.Uri does', () => {
    expect(parse('Endpoint=https:\\\\a\\b;Version=1.0').server).toBe('https://a/b');
  });

  it('passes over white space that stands before the slashes at the end', () => {
    expect(parse('Endpoint=https://a \t/;Version=1.0').endpoint).toBe('https://a');
  });

  it.each([
    'xhttps://a',
    'https:a',
    'https:/a',
    'https:///a',
    'https://',
    'https://a..b',
    'https://a%62',
    'https://a\tb',
    'https://a!b',
    `https://${'a'.repeat(64)}`,
    'https://a:65536',
    'https://[::1',
    '',
  ])('refuses %j as an Endpoint, as System.Uri does', (endpoint) => {
    expect(refused(`Endpoint=${endpoint};Version=1.0`)).toBe('invalid-endpoint');
  });
});

describe('the names', () => {
  it('go by letter case only within ASCII', () => {
    expect(isKeyed(parse('ENDPOINT=https://a;aCCESSkEY=k'))).toBe(true);
    for (const name of ['Access\u212aey', 'Acce\u017f\u017fKey']) {
      expect(isKeyed(parse(`Endpoint=https://a;${name}=k`))).toBe(false);
    }
    expect(refused('Endpo\u0131nt=https://a;AccessKey=k')).toBe('missing-endpoint');
  });

  it('take a byte order mark for a letter, as .NET does', () => {
    expect(refused('\ufeffEndpoint=https://a;AccessKey=k')).toBe('missing-endpoint');
    expect(refused('\u0085Endpoint\u0085=\u0085https://a\u0085;AccessKey=k')).toBeNull();
  });

  it('are not repeated, whether known or not', () => {
    expect(errorOf(() => parse('Endpoint=https://a;AccessKey=k;ACCESSKEY=k'))).toMatchObject({
      code: 'duplicate-property',
      property: 'AccessKey',
    });
    expect(errorOf(() => parse('Endpoint=https://a;Foo=1;foo=2'))).toMatchObject({
      code: 'duplicate-property',
      property: null,
    });
    expect(refused('Endpoint=https://a;ж=1;Ж=2')).toBe('duplicate-property');
    // Upper-cased, the first would be the second; .NET folds one character to one.
    expect(refused('Endpoint=https://a;\u0149=1;\u02bcN=2')).toBeNull();
  });

  it('that every object has are unknown like any other', () => {
    expect(refused('Endpoint=https://a;constructor=1;__proto__=2;AccessKey=k')).toBeNull();
  });
});

describe('the order of the checks', () => {
  // Each string has its own fault and all those after it.
  const faults = [
    ['duplicate-property', null, 'Foo=1;Foo=2'],
    ['invalid-endpoint', 'Endpoint', 'Endpoint=wss://a'],
    ['unsupported-version', 'Version', 'Version=2.0'],
    ['invalid-port', 'Port', 'Port=0'],
    ['invalid-client-endpoint', 'ClientEndpoint', 'ClientEndpoint=c'],
    ['invalid-server-endpoint', 'ServerEndpoint', 'ServerEndpoint=s'],
    ['missing-client-id', 'ClientId', 'AuthType=azure.app'],
  ] as const;

  it.each(faults)('finds %s of %s before what comes after it', (code, property, own) => {
    const later = faults.slice(faults.findIndex((fault) => fault[2] === own)).map((fault) => fault[2]);
    const endpoint = later.some((fault) => fault.startsWith('Endpoint')) ? [] : ['Endpoint=https://a'];
    expect(errorOf(() => parse([...later.reverse(), ...endpoint].join(';')))).toMatchObject({ code, property });
  });

  it('asks for a second segment before anything else', () => {
    expect(errorOf(() => parse('Endpoint=https://a'))).toMatchObject({
      code: 'missing-endpoint',
      property: 'Endpoint',
    });
    expect(errorOf(() => parse('Version=2.0;Port=0'))).toMatchObject({
      code: 'missing-endpoint',
      property: 'Endpoint',
    });
    expect(refused('Endpoint=https://a;;')).toBe('missing-endpoint');
    expect(refused('Endpoint=https://a; ')).toBeNull();
    expect(refused('')).toBe('missing-endpoint');
  });
});

describe('Version', () => {
  it.each(['1.0', '1.٣', '1.0-preview_2.b', '1.1é'])('may be %s', (version) => {
    expect(parse(`Endpoint=https://a;Version=${version}`).version).toBe(version);
  });

  it.each(['', '1', '1.', '1.a', '01.0', '1.0 beta', '1.\u{1d7d8}', '1.0\u{1d7d8}'])('may not be %j', (version) => {
    expect(refused(`Endpoint=https://a;Version=${version}`)).toBe('unsupported-version');
  });

  it('is null where it is not given', () => {
    expect(parse('Endpoint=https://a;AccessKey=k').version).toBeNull();
  });
});

describe('Port', () => {
  it.each([1, 65_535])('may be %d', (port) => {
    expect(parse(`Endpoint=https://a;Port=${port}`).port).toBe(port);
  });
});

describe('the segments', () => {
  it.each(['word', '', ' a = b ', '='])('of %j are put together from their parts', (text) => {
    for (const { raw, before, value, after } of split(text)) expect(before + value + after).toBe(raw);
  });
});

describe('the credential', () => {
  const read = (rest: string) => {
    const { credential, olderCredential, ambiguousAuth } = parse(`Endpoint=https://a;${rest}`);
    return { newer: credential.kind, older: olderCredential?.kind ?? null, ambiguousAuth };
  };
  const app = `ClientId=${GUID};TenantId=${GUID}`;

  it.each([
    ['AccessKey=k', 'access-key', 'access-key', false],
    ['AccessKey=k;AuthType=entra', 'access-key', 'access-key', false],
    ['AccessKey=k;AuthType=Azure', 'access-key', 'default-credential', true],
    ['AccessKey=k;AuthType=azure.msi', 'access-key', 'managed-identity', true],
    [`AccessKey=k;AuthType=azure.app;${app};ClientSecret=s`, 'access-key', 'client-secret', true],
    ['AccessKey=k;AuthType=aad', 'access-key', 'managed-identity', true],
    ['AccessKey= ;AuthType=azure.msi', 'managed-identity', 'managed-identity', false],
    ['AuthType=azure', 'default-credential', 'default-credential', false],
    [`AuthType=aad;${app};ClientCert=/c.pem`, 'client-certificate', 'client-certificate', false],
    ['AuthType=entra', 'default-credential', null, false],
    ['AccessKey=;Version=1.0', 'default-credential', null, false],
    ['Version=1.0', 'default-credential', null, false],
  ])('of %s is %s to newer SDKs and %s to older ones', (rest, newer, older, ambiguousAuth) => {
    expect(read(rest)).toEqual({ newer, older, ambiguousAuth });
  });

  it('says who signs in, and never with what secret', () => {
    const text = `Endpoint=https://a;AuthType=azure.app;ClientId=${GUID};TenantId=t.example;ClientSecret=hunter2`;
    expect(parse(text).credential).toEqual({ kind: 'client-secret', clientId: GUID, tenantId: 't.example' });
  });

  it('is the certificate only where there is no secret', () => {
    expect(parse(`Endpoint=https://a;AuthType=azure.app;${app};ClientCert=/c.pem`).credential).toEqual({
      kind: 'client-certificate',
      clientId: GUID,
      tenantId: GUID,
      certificatePath: '/c.pem',
    });
    expect(read(`AuthType=azure.app;${app};ClientCert=/c.pem;ClientSecret=s`).newer).toBe('client-secret');
  });

  it('is the identity of the system where a managed identity has no id', () => {
    const msi = (id: string) => parse(`Endpoint=https://a;AuthType=azure.msi;${id}`).credential;
    expect(msi(`ClientId=${GUID}`)).toEqual({ kind: 'managed-identity', clientId: GUID });
    expect(msi('ClientId=')).toEqual({ kind: 'managed-identity', clientId: null });
    expect(msi('')).toEqual({ kind: 'managed-identity', clientId: null });
  });

  it('is refused for what AuthType wants, although a key is there', () => {
    expect(refused('Endpoint=https://a;AccessKey=k;AuthType=azure.app')).toBe('missing-client-id');
    expect(refused(`Endpoint=https://a;AccessKey=k;AuthType=azure.app;ClientId=${GUID}`)).toBe('missing-tenant-id');
    expect(errorOf(() => parse(`Endpoint=https://a;AccessKey=k;AuthType=aad;${app}`))).toMatchObject({
      code: 'missing-client-secret',
      property: 'ClientSecret',
    });
  });

  it('is refused with the name that the documents give the certificate, which no SDK reads', () => {
    expect(refused(`Endpoint=https://a;AuthType=azure.app;${app};ClientCertPath=/c.pem`)).toBe('missing-client-secret');
  });

  it('is refused with a tenant that Azure.Identity refuses, once it is looked at', () => {
    const tenant = (id: string, rest: string) =>
      errorOf(() => parse(`Endpoint=https://a;AuthType=aad;ClientId=;TenantId=${id};${rest}`));
    expect(tenant('', 'ClientSecret=s')).toMatchObject({ code: 'missing-tenant-id', property: 'TenantId' });
    expect(tenant('a b', 'ClientCert=c.pem')).toMatchObject({ code: 'invalid-tenant-id', property: 'TenantId' });
    expect(tenant('', '')).toMatchObject({ code: 'missing-client-secret' });
  });
});

describe('an error', () => {
  it.each<[ConnectionStringErrorCode, RegExp]>([
    ['missing-endpoint', /needs an Endpoint/],
    ['duplicate-property', /^Port appears more than once/],
    ['invalid-endpoint', /^Port must be an absolute http or https URL\.$/],
    ['unsupported-version', /^Port must be 1\.x/],
    ['invalid-port', /^Port must be a whole number/],
    ['invalid-client-endpoint', /^Port must be an absolute http or https URL;/],
    ['invalid-server-endpoint', /^Port must be an absolute http or https URL;/],
    ['missing-client-id', /needs Port/],
    ['missing-tenant-id', /needs Port/],
    ['invalid-tenant-id', /^Port may hold only/],
    ['missing-client-secret', /needs Port or ClientCert/],
    ['missing-access-key', /no Port, or an empty one/],
    ['unusable-key', /new Port cannot be carried/],
    ['unusable-value', /^Port cannot be carried/],
  ])('of %s says what is wrong and with what', (code, words) => {
    const { name, message } = new ConnectionStringError(code, 'Port');
    expect(name).toBe('ConnectionStringError');
    expect(message).toMatch(words);
  });

  it('does not repeat a name that is not of the grammar', () => {
    expect(new ConnectionStringError('duplicate-property', null).message).toBe(
      'A property appears more than once: keep one.',
    );
  });
});

describe('the key', () => {
  const text = 'Endpoint=https://a;AccessKey=hunter2hunter2==';

  it('is had from credential.accessKey', () => {
    const parsed = parse(text);
    expect(isKeyed(parsed) && parsed.credential.accessKey).toBe('hunter2hunter2==');
  });

  it('is in no print of the result', () => {
    const parsed = parse(text);
    const prints = [
      JSON.stringify(parsed),
      inspect(parsed, { depth: null, showHidden: true }),
      `${Object.values(parsed)}`,
    ];
    expect(prints.join()).not.toContain('hunter2');
  });
});

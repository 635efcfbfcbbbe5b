import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { build, type CredentialParts, type Parts } from '../../src/connection-string/build.ts';
import { ConnectionStringError } from '../../src/connection-string/errors.ts';
import { parse } from '../../src/connection-string/parse.ts';
import { codeOf, errorOf } from './code-of.ts';
import { aKey, anyValue, aSecret } from './texts.ts';

const GUID = '00000000-0000-0000-0000-000000000000';
const endpoint = 'https://chat.service.signalr.net';
const identity = { kind: 'managed-identity', clientId: null } as const;
const application = { clientId: GUID, tenantId: GUID } as const;

describe('building', () => {
  it.each<[string, CredentialParts, string]>([
    ['an access key', { kind: 'access-key', accessKey: 'abc=' }, 'AccessKey=abc=;'],
    ['whatever the environment gives', { kind: 'default-credential' }, 'AuthType=azure;'],
    ['an identity assigned by the system', identity, 'AuthType=azure.msi;'],
    [
      'an identity assigned by the user',
      { kind: 'managed-identity', clientId: GUID },
      `AuthType=azure.msi;ClientId=${GUID};`,
    ],
    [
      'an application with a secret',
      { kind: 'client-secret', ...application, clientSecret: 's3~cret' },
      `AuthType=azure.app;ClientId=${GUID};ClientSecret=s3~cret;TenantId=${GUID};`,
    ],
    [
      'an application with a certificate, under the name that the SDK reads',
      { kind: 'client-certificate', ...application, certificatePath: '/usr/local/cert/app.cert' },
      `AuthType=azure.app;ClientId=${GUID};ClientCert=/usr/local/cert/app.cert;TenantId=${GUID};`,
    ],
  ])('writes %s', (_, credential, written) => {
    expect(build({ endpoint, credential })).toBe(`Endpoint=${endpoint};${written}Version=1.0;`);
  });

  it('writes everything in the order of the documents', () => {
    const clientEndpoint = 'https://gateway.example/in?x=1';
    const serverEndpoint = 'http://inside:8080/';
    expect(build({ endpoint, credential: identity, clientEndpoint, serverEndpoint, port: 8443, version: '1.1' })).toBe(
      `Endpoint=${endpoint};AuthType=azure.msi;ClientEndpoint=${clientEndpoint};ServerEndpoint=${serverEndpoint};Port=8443;Version=1.1;`,
    );
  });

  it('leaves out what is null', () => {
    expect(build({ endpoint, credential: identity, clientEndpoint: null, serverEndpoint: null, port: null })).toBe(
      `Endpoint=${endpoint};AuthType=azure.msi;Version=1.0;`,
    );
  });

  it.each<[string, Partial<Parts>]>([
    ['invalid-endpoint', { endpoint: 'wss://a' }],
    ['invalid-endpoint', { endpoint: 'https://a;AccessKey=mine' }],
    ['invalid-endpoint', { endpoint: 'https://user:password@a' }],
    ['invalid-endpoint', { endpoint: '' }],
    ['invalid-client-endpoint', { clientEndpoint: '' }],
    ['invalid-client-endpoint', { clientEndpoint: ' https://a' }],
    ['invalid-client-endpoint', { clientEndpoint: 'https://key@a' }],
    ['invalid-server-endpoint', { serverEndpoint: 'gateway' }],
    ['invalid-port', { port: 0 }],
    ['invalid-port', { port: 80.5 }],
    ['invalid-port', { port: 65_536 }],
    ['invalid-port', { endpoint: 'https://a:8080', port: 9090 }],
    ['unsupported-version', { version: '2.0' }],
    ['unsupported-version', { version: '' }],
    ['unusable-key', { credential: { kind: 'access-key', accessKey: '' } }],
    ['unusable-key', { credential: { kind: 'access-key', accessKey: 'a;b' } }],
    ['unusable-value', { credential: { kind: 'managed-identity', clientId: '' } }],
    ['unusable-value', { credential: { kind: 'managed-identity', clientId: `${GUID} ` } }],
    ['unusable-value', { credential: { kind: 'client-secret', ...application, clientSecret: '' } }],
    ['unusable-value', { credential: { kind: 'client-secret', ...application, clientSecret: 'half;half' } }],
    ['unusable-value', { credential: { kind: 'client-certificate', ...application, certificatePath: '\u0085/c' } }],
    [
      'invalid-tenant-id',
      { credential: { kind: 'client-secret', clientId: GUID, tenantId: 'a/b', clientSecret: 's' } },
    ],
  ])('refuses with %s what could not be read back: %j', (code, parts) => {
    expect(codeOf(() => build({ endpoint, credential: identity, ...parts }))).toBe(code);
  });

  it('takes a port that Endpoint has as well', () => {
    expect(parse(build({ endpoint: 'https://a:8080', credential: identity, port: 8080 })).port).toBe(8080);
  });
});

const aGuid = fc.uuid();
const aUri = fc
  .webUrl({ validSchemes: ['http', 'https'], withQueryParameters: true })
  .filter((uri) => !uri.includes(';'));
const aPath = fc.constantFrom('/usr/local/cert/app.cert', 'C:\\cert\\app.pfx', '/a b/c=d.pem');

const aCredential: fc.Arbitrary<CredentialParts> = fc.oneof(
  fc.record({ kind: fc.constant('access-key' as const), accessKey: aKey }),
  fc.record({ kind: fc.constant('default-credential' as const) }),
  fc.record({ kind: fc.constant('managed-identity' as const), clientId: fc.option(aGuid) }),
  fc.record({
    kind: fc.constant('client-secret' as const),
    clientId: aGuid,
    tenantId: aGuid,
    clientSecret: aSecret,
  }),
  fc.record({
    kind: fc.constant('client-certificate' as const),
    clientId: aGuid,
    tenantId: aGuid,
    certificatePath: aPath,
  }),
);

const someParts: fc.Arbitrary<Parts> = fc.record(
  {
    endpoint: fc.constantFrom('https://a.service.signalr.net', 'http://a_b', 'https://[::1]', 'https://x.example/in'),
    credential: aCredential,
    clientEndpoint: fc.option(aUri),
    serverEndpoint: fc.option(aUri),
    port: fc.option(fc.integer({ min: 1, max: 65_535 })),
    version: fc.constantFrom('1.0', '1.1', '1.0-preview'),
  },
  { requiredKeys: ['endpoint', 'credential'] },
);

/** Anything at all, in every place. */
const anyParts: fc.Arbitrary<Parts> = fc.record(
  {
    endpoint: anyValue,
    credential: fc.oneof(
      fc.record({ kind: fc.constant('access-key' as const), accessKey: anyValue }),
      fc.record({ kind: fc.constant('managed-identity' as const), clientId: fc.option(anyValue) }),
      fc.record({
        kind: fc.constant('client-secret' as const),
        clientId: anyValue,
        tenantId: anyValue,
        clientSecret: anyValue,
      }),
    ),
    clientEndpoint: fc.option(anyValue),
    serverEndpoint: fc.option(anyValue),
    port: fc.option(fc.oneof(fc.integer(), fc.double())),
    version: anyValue,
  },
  { requiredKeys: ['endpoint', 'credential'] },
);

const check = (property: fc.IRawProperty<unknown>) => fc.assert(property, { numRuns: 2000 });
const hrefOf = (uri: string) => new URL(uri).href;

/** What was written, as `parse` is to tell it: without the secret, which it only says to be there. */
function told({ credential }: Parts): unknown {
  if (credential.kind !== 'client-secret') return credential;
  const { clientSecret: _, ...rest } = credential;
  return rest;
}

describe('the laws of building', () => {
  it('parsing what was built tells what it was built from', () => {
    check(
      fc.property(someParts, (parts) => {
        const read = parse(build(parts));
        const own = new URL(parts.endpoint);
        if (parts.port != null) own.port = String(parts.port);
        const { accessKey } = read.credential as { accessKey?: string };
        expect({ ...read.credential, ...(accessKey === undefined ? {} : { accessKey }) }).toEqual(told(parts));
        expect(read.endpoint).toBe(own.origin);
        expect(read.client).toBe(parts.clientEndpoint == null ? own.href : hrefOf(parts.clientEndpoint));
        expect(read.server).toBe(parts.serverEndpoint == null ? own.href : hrefOf(parts.serverEndpoint));
        expect(read.version).toBe(parts.version ?? '1.0');
        expect(read.ambiguousAuth).toBe(false);
      }),
    );
  });

  it('both generations of the SDK read it alike, so nothing built is ambiguous', () => {
    check(
      fc.property(someParts, (parts) => {
        const { credential, olderCredential } = parse(build(parts));
        expect(olderCredential).toEqual(credential);
      }),
    );
  });

  it('everything is written so that its kind is read back, or refused with a ConnectionStringError', () => {
    check(
      fc.property(anyParts, (parts) => {
        let text: string | null = null;
        const error = errorOf(() => {
          text = build(parts);
        });
        if (text === null)
          expect(error?.message).toBe(
            new ConnectionStringError(error?.code ?? 'unusable-value', error?.property ?? null).message,
          );
        else expect(parse(text).credential.kind).toBe(parts.credential.kind);
      }),
    );
  });
});

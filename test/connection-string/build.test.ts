import { describe, expect, it } from 'vitest';
import { build, type CredentialParts, type Parts } from '../../src/connection-string/build.ts';
import type { ConnectionStringErrorCode, PropertyName } from '../../src/connection-string/errors.ts';
import { parse } from '../../src/connection-string/parse.ts';
import { errorOf } from './code-of.ts';

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

  it.each<[ConnectionStringErrorCode, PropertyName, Partial<Parts>]>([
    ['invalid-endpoint', 'Endpoint', { endpoint: 'wss://a' }],
    ['invalid-endpoint', 'Endpoint', { endpoint: 'https://a;AccessKey=mine' }],
    ['invalid-endpoint', 'Endpoint', { endpoint: 'https://user:password@a' }],
    ['invalid-endpoint', 'Endpoint', { endpoint: '' }],
    ['invalid-client-endpoint', 'ClientEndpoint', { clientEndpoint: '' }],
    ['invalid-client-endpoint', 'ClientEndpoint', { clientEndpoint: ' https://a' }],
    ['invalid-client-endpoint', 'ClientEndpoint', { clientEndpoint: 'https://key@a' }],
    ['invalid-server-endpoint', 'ServerEndpoint', { serverEndpoint: 'gateway' }],
    ['invalid-server-endpoint', 'ServerEndpoint', { serverEndpoint: 'https://key@a' }],
    ['invalid-port', 'Port', { port: 0 }],
    ['invalid-port', 'Port', { port: 80.5 }],
    ['invalid-port', 'Port', { port: 65_536 }],
    ['invalid-port', 'Port', { endpoint: 'https://a:8080', port: 9090 }],
    ['unsupported-version', 'Version', { version: '2.0' }],
    ['unsupported-version', 'Version', { version: '' }],
    ['unusable-key', 'AccessKey', { credential: { kind: 'access-key', accessKey: '' } }],
    ['unusable-key', 'AccessKey', { credential: { kind: 'access-key', accessKey: 'a;b' } }],
    ['unusable-key', 'AccessKey', { credential: { kind: 'access-key', accessKey: '\ufeffkey' } }],
    ['unusable-value', 'ClientId', { credential: { kind: 'managed-identity', clientId: '' } }],
    ['unusable-value', 'ClientId', { credential: { kind: 'managed-identity', clientId: `${GUID} ` } }],
    ['unusable-value', 'ClientSecret', { credential: { kind: 'client-secret', ...application, clientSecret: '' } }],
    [
      'unusable-value',
      'ClientSecret',
      { credential: { kind: 'client-secret', ...application, clientSecret: 'half;half' } },
    ],
    [
      'unusable-value',
      'ClientCert',
      { credential: { kind: 'client-certificate', ...application, certificatePath: '\u0085/c' } },
    ],
    [
      'invalid-tenant-id',
      'TenantId',
      { credential: { kind: 'client-secret', clientId: GUID, tenantId: 'a/b', clientSecret: 's' } },
    ],
  ])('refuses with %s of %s what could not be read back: %j', (code, property, parts) => {
    expect(errorOf(() => build({ endpoint, credential: identity, ...parts }))).toMatchObject({ code, property });
  });

  it('takes a secret and a path that look like an address with a user', () => {
    expect(
      build({ endpoint, credential: { kind: 'client-secret', ...application, clientSecret: 'a//b@c' } }),
    ).toContain(';ClientSecret=a//b@c;');
    expect(build({ endpoint, credential: identity, clientEndpoint: 'https://gateway.example/x//b@c' })).toContain(
      ';ClientEndpoint=https://gateway.example/x//b@c;',
    );
  });

  it('leaves a port in Endpoint where it stands', () => {
    expect(build({ endpoint: 'https://a:8080', credential: identity })).toBe(
      'Endpoint=https://a:8080;AuthType=azure.msi;Version=1.0;',
    );
  });

  it('takes a port that Endpoint has as well', () => {
    expect(parse(build({ endpoint: 'https://a:8080', credential: identity, port: 8080 })).port).toBe(8080);
  });
});

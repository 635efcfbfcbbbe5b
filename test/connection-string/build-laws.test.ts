import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { build, type CredentialParts, type Parts } from '../../src/connection-string/build.ts';
import { ConnectionStringError } from '../../src/connection-string/errors.ts';
import { parse } from '../../src/connection-string/parse.ts';
import { errorOf } from './code-of.ts';
import { aKey, anyValue, aSecret } from './texts.ts';

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

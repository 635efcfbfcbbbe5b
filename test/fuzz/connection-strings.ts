import assert from 'node:assert/strict';
import fc from 'fast-check';
import { build, type CredentialParts, type Parts } from '../../src/connection-string/build.ts';
import { replaceAccessKey } from '../../src/connection-string/edit.ts';
import { ConnectionStringError } from '../../src/connection-string/errors.ts';
import { isKeyed, parse } from '../../src/connection-string/parse.ts';
import { redact } from '../../src/connection-string/redact.ts';
import { aKey, anyText, anyValue, aSecret, keyed } from '../connection-string/texts.ts';
import { computing } from './area.ts';

const wild: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: anyText(anyValue), weight: 4 },
  { arbitrary: keyed(aKey), weight: 2 },
  { arbitrary: fc.string({ unit: 'binary', size: '+1' }), weight: 2 },
  { arbitrary: fc.tuple(keyed(aKey), fc.nat(), fc.string()).map(([text, at, by]) => spliced(text, at, by)), weight: 2 },
  { arbitrary: fc.integer({ min: 1, max: 2_000 }).map((times) => 'Endpoint=https://a;'.repeat(times)), weight: 1 },
  { arbitrary: fc.integer({ min: 1, max: 20_000 }).map((length) => `AccessKey=${' '.repeat(length)}=;`), weight: 1 },
);

function spliced(text: string, at: number, by: string): string {
  const place = at % (text.length + 1);
  return text.slice(0, place) + by + text.slice(place + (at % 3));
}

const credentials: fc.Arbitrary<CredentialParts> = fc.oneof(
  fc.record({ kind: fc.constant('access-key' as const), accessKey: fc.oneof(aKey, anyValue) }),
  fc.record({ kind: fc.constant('default-credential' as const) }),
  fc.record({ kind: fc.constant('managed-identity' as const), clientId: fc.option(anyValue) }),
  fc.record({
    kind: fc.constant('client-secret' as const),
    ...{ clientId: anyValue, tenantId: anyValue, clientSecret: fc.oneof(aSecret, anyValue) },
  }),
  fc.record({
    kind: fc.constant('client-certificate' as const),
    ...{ clientId: anyValue, tenantId: anyValue, certificatePath: anyValue },
  }),
);

const parts: fc.Arbitrary<Parts> = fc.record(
  {
    endpoint: fc.oneof(fc.constant('https://a.example'), anyValue),
    credential: credentials,
    clientEndpoint: fc.option(anyValue),
    serverEndpoint: fc.option(anyValue),
    port: fc.option(fc.oneof(fc.nat(70_000), fc.double())),
    version: fc.constantFrom('1.0', '1.7', '2', '', ';'),
  },
  { requiredKeys: ['endpoint', 'credential'] },
);

/** What it comes to; anything but the library's own error goes through. */
function outcome<T>(attempt: () => T): { readonly value: T } | { readonly error: ConnectionStringError } {
  try {
    return { value: attempt() };
  } catch (error) {
    if (error instanceof ConnectionStringError) return { error };
    throw error;
  }
}

/** Quadratic behaviour would take minutes over these lengths. */
const PATIENCE_MS = 1_000;

export const open = computing([
  {
    says: 'is parsed, edited and redacted, or refused with an error of the library, in bounded time',
    property: fc.property(wild, anyValue, (text, key) => {
      const began = performance.now();
      outcome(() => parse(text));
      outcome(() => replaceAccessKey(text, key));
      redact(text);
      assert.ok(performance.now() - began < PATIENCE_MS);
    }),
  },
  {
    says: 'is never in the error that refuses it',
    property: fc.property(wild, aKey, (text, key) => {
      for (const attempt of [() => parse(text), () => replaceAccessKey(text, key)]) {
        const ended = outcome<unknown>(attempt);
        if (!('error' in ended)) continue;
        const { code, property, message, cause } = ended.error;
        assert.equal(message, new ConnectionStringError(code, property).message);
        assert.equal(cause, undefined);
        assert.deepEqual(Object.keys(ended.error).sort(), ['code', 'name', 'property']);
      }
    }),
  },
  {
    says: 'that was built reads as what it was built from, and building refuses what would not',
    property: fc.property(parts, (wanted) => {
      const ended = outcome(() => build(wanted));
      if ('error' in ended) return;
      const read = parse(ended.value);
      if (wanted.credential.kind !== 'access-key') return;
      assert.ok(isKeyed(read));
      assert.equal(read.credential.accessKey, wanted.credential.accessKey);
    }),
  },
  {
    says: 'with its key replaced twice is what it was, byte by byte',
    property: fc.property(wild, aKey, (text, key) => {
      const read = outcome(() => parse(text));
      if (!('value' in read) || !isKeyed(read.value)) return;
      const old = read.value.credential.accessKey;
      // A lone surrogate is read and never written.
      if (!old.isWellFormed()) return;
      assert.equal(replaceAccessKey(replaceAccessKey(text, key), old), text);
    }),
  },
  {
    says: 'shows no secret once it is redacted, wherever the secret stands and however the text is broken',
    property: fc.property(
      aSecret.chain((secret) =>
        fc.tuple(fc.constant(secret), anyText(fc.constant(secret)), fc.nat(), fc.constantFrom('', ';', '=', ' ', '\n')),
      ),
      ([secret, text, at, by]) => {
        // Broken anywhere but inside the secret, whose halves are no longer it.
        const place = at % (text.length + 1);
        const isInside = [...Array(secret.length).keys()].some((i) => text.startsWith(secret, place - i) && i > 0);
        const broken = isInside ? text : text.slice(0, place) + by + text.slice(place);
        assert.ok(!redact(broken).includes(secret));
      },
    ),
  },
]);

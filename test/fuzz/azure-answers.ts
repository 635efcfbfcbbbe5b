import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { PortError } from '../../src/app/errors.ts';
import type { ResourceLook, SecretVersion } from '../../src/app/ports.ts';
import { SecretValue } from '../../src/app/secret-value.ts';
import { resourcePosture, vaultShape } from '../../src/azure/posture-shape.ts';
import {
  anObject,
  type Check,
  instant,
  listOf,
  mapOf,
  oneOf,
  orNull,
  something,
  text,
  truth,
} from '../../src/azure/shape.ts';
import { shows } from '../../src/azure/state-shape.ts';
import { calls, type Ports, portsAt } from '../azure/every-call.ts';
import type { Law, OpenArea } from './area.ts';
import { bodies, KEYS } from './azure-bodies.ts';
import { anHtmlPage, anyText, spoiltText } from './spoilt.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Somebody who answers everything in the same way, and counts. */
async function aStranger() {
  const told: { answer: Answer; asked: string[] } = {
    answer: { status: 200, headers: {}, body: Buffer.alloc(0) },
    asked: [],
  };
  const server = createServer((request, response) => {
    told.asked.push(request.method ?? '');
    request.resume();
    response.writeHead(told.answer.status, { ...told.answer.headers, 'content-length': told.answer.body.length });
    response.end(request.method === 'HEAD' ? undefined : told.answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { told, close, origin: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) };
}

const types = fc.constantFrom(
  ...[
    'application/json',
    'application/json; charset=utf-8',
    'text/html',
    'application/xml',
    'text/plain',
    'image/png',
    '',
  ],
);
const statuses = fc.oneof(
  { arbitrary: fc.constant(200), weight: 6 },
  {
    arbitrary: fc.constantFrom(
      201,
      202,
      204,
      206,
      304,
      400,
      401,
      403,
      404,
      409,
      410,
      412,
      413,
      415,
      422,
      429,
      500,
      501,
      502,
      503,
      504,
    ),
    weight: 4,
  },
);
const headers = fc.record(
  {
    'retry-after': fc.constantFrom(
      '0',
      '1',
      '-1',
      '1e9',
      'soon',
      'Thu, 01 Jan 1970 00:00:00 GMT',
      `${'9'.repeat(400)}`,
    ),
    date: fc.constantFrom('', 'yesterday', 'Mon, 02 Nov 2026 08:00:00 GMT'),
    etag: fc.constantFrom('', 'W/"1"', KEYS.primary),
    'x-ms-error-code': fc.constantFrom(
      'TableNotFound',
      'EntityAlreadyExists',
      'Warning.Connection.NotExisted',
      KEYS.primary,
    ),
    'azure-asyncoperation': fc.constantFrom(
      '',
      'http://[',
      'https://evil.example/x',
      `https://management.azure.com/${KEYS.primary}`,
    ),
    'x-ms-request-id': fc.constantFrom(KEYS.secondary, 'x'),
    'content-encoding': fc.constantFrom('identity', 'br, gzip, what'),
  },
  { requiredKeys: [] },
);

const packed = (body: string, how: number): Pick<Answer, 'body' | 'headers'> => {
  if (how > 1) return { body: Buffer.from(body), headers: {} };
  const whole = gzipSync(body);
  return { body: how === 0 ? whole : whole.subarray(0, whole.length / 2), headers: { 'content-encoding': 'gzip' } };
};

const answerOf = (json: unknown): fc.Arbitrary<Answer> =>
  fc
    .tuple(
      fc.oneof(
        { arbitrary: fc.constant(JSON.stringify(json)), weight: 1 },
        { arbitrary: spoiltText(json), weight: 6 },
        { arbitrary: anyText, weight: 1 },
        { arbitrary: fc.constantFrom(anHtmlPage, `${anHtmlPage}${KEYS.primary}`), weight: 1 },
        {
          arbitrary: fc.constant(
            JSON.stringify({
              error: { code: KEYS.primary, message: KEYS.secondary, innererror: { code: KEYS.primary } },
            }),
          ),
          weight: 1,
        },
      ),
      ...([statuses, types, headers] as const),
      fc.nat(20),
    )
    .map(([body, status, type, more, how]) => {
      const { body: bytes, headers: encoding } = packed(body, how);
      const plain = Object.entries({ 'content-type': type, ...more, ...encoding }).filter(([, value]) => value !== '');
      return {
        status,
        headers: Object.fromEntries(plain),
        body: [204, 304].includes(status) ? Buffer.alloc(0) : bytes,
      };
    });

const secretVersion = {
  version: text,
  createdAt: instant,
  enabled: truth,
  expiresAt: orNull(instant),
  contentType: orNull(text),
  tags: mapOf(text),
} as const satisfies { [Field in keyof SecretVersion]: Check };
const secret: Check = (value) =>
  value instanceof SecretValue && typeof value.reveal() === 'string' && value.reveal() !== '';

/** What the use cases may take for granted of whatever an adapter hands on. */
const handedOn = {
  keys: {
    look: anObject<ResourceLook>({
      ...{ provisioningState: text, stopped: truth, localAuthDisabled: truth, createdAt: orNull(instant) },
      ...{ hostNames: listOf(text), posture: resourcePosture },
    }),
    list: anObject({ primary: secret, secondary: secret }),
    beginRegenerate: anObject({ operationUrl: orNull(text) }),
    operation: oneOf('running', 'succeeded', 'failed', null),
  },
  secrets: {
    // An empty secret is no key and no connection string, and says so further on.
    read: anObject({
      ...secretVersion,
      value: (value: unknown) => value instanceof SecretValue && typeof value.reveal() === 'string',
    }),
    versions: listOf(anObject(secretVersion)),
    publish: anObject(secretVersion),
  },
  dataPlane: { probe: oneOf('accepted', 'refused', 'unreachable', 'forbidden') },
  ledger: { read: something, history: listOf(something), summaries: something, glances: something },
  fleet: { look: something },
  inventory: { surveys: something, resources: listOf(something), vaults: listOf(something), deadLetters: something },
  consumers: {
    ask: listOf(anObject({ shows: orNull(shows), trouble: orNull(text), detail: orNull(text) })),
  },
  monitor: {
    diagnostics: orNull(listOf(anObject({ name: text, logs: listOf(text) }))),
    regenerations: orNull(listOf(anObject({ slot: oneOf(null, 'primary', 'secondary'), from: instant, to: instant }))),
  },
  estate: {
    resources: listOf(anObject({ name: text, createdAt: orNull(instant), posture: resourcePosture })),
    vaults: listOf(anObject({ ...vaultShape, host: text })),
  },
} as const satisfies { readonly [P in keyof Ports]?: { readonly [C in keyof Ports[P]]?: Check } };

type Asked = readonly [port: keyof typeof handedOn, call: string, check: Check];

const asked: readonly Asked[] = Object.entries(handedOn).flatMap(([port, checks]) =>
  Object.entries(checks).map(([call, check]): Asked => [port as Asked[0], call, check]),
);

const DESTRUCTIVE = ['keys.beginRegenerate', 'secrets.publish'];

export async function open(): Promise<OpenArea> {
  const { told, origin, close } = await aStranger();
  const { signal } = new AbortController();
  const ports = portsAt({ origin }, signal);
  const ask = async ([port, name]: Asked): Promise<unknown> => {
    const call = (calls[port] as Record<string, (port: unknown) => Promise<unknown>[]>)[name];
    const [first, ...others] = call?.(ports[port]) ?? [];
    first?.catch(() => undefined);
    await Promise.allSettled(others);
    return await first;
  };
  const anAsked = fc
    .constantFrom(...asked)
    .chain((each) => fc.tuple(fc.constant(each), answerOf(bodies[`${each[0]}.${each[1]}`] ?? {})));

  const coded: Law = {
    says: 'is handed on in the form that the use cases count on, or is an error of the port with a code, and without a key in it',
    property: fc.asyncProperty(anAsked, async ([each, answer]) => {
      told.answer = answer;
      const handed = await ask(each).then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
      if ('value' in handed) return assert.ok(each[2](handed.value), inspect(handed.value, { depth: 6 }));
      const { error } = handed;
      if (!(error instanceof PortError)) throw error;
      assert.match(error.code, /^[A-Z][A-Za-z]+$/);
      const shown = inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error) + error.stack;
      for (const key of Object.values(KEYS)) assert.ok(!shown.includes(key), shown);
    }),
    cost: 8,
  };
  const once: Law = {
    says: 'never makes a change that was sent be sent again',
    property: fc.asyncProperty(
      anAsked.filter(([[port, name]]) => DESTRUCTIVE.includes(`${port}.${name}`)),
      async ([each, answer]) => {
        told.answer = answer;
        told.asked = [];
        await ask(each).catch(() => undefined);
        assert.ok(told.asked.filter((method) => method !== 'GET').length <= 1, told.asked.join());
      },
    ),
    cost: 20,
  };
  const proof: Law = {
    says: 'proves a key only with 200, or with the one 404 that says why',
    property: fc.asyncProperty(answerOf({}), async (answer) => {
      told.answer = answer;
      const said = await ask(['dataPlane', 'probe', text]);
      const why = answer.headers['x-ms-error-code'] === 'Warning.Connection.NotExisted';
      const isProof = answer.status === 200 || (answer.status === 404 && why);
      assert.equal(said === 'accepted', isProof);
      assert.equal(said === 'refused', answer.status === 401);
    }),
    cost: 20,
  };
  return { laws: [coded, once, proof], close };
}

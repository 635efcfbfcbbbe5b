import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { anApp, FUNCTION_KEY } from '../../interop/an-app.ts';
import { PROBLEMS } from '../../src/app/problems.ts';
import type { Law, OpenArea } from './area.ts';
import { anyText, spoilt, spoiltText } from './spoilt.ts';

const KEY = createHash('sha256').update('a key in a request').digest('base64');

interface Operation {
  readonly path: string;
  readonly method: string;
  readonly statuses: readonly string[];
}

const { paths } = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: object }>>>>;
};
const operations: readonly Operation[] = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { responses }]) => ({
    path,
    method: method.toUpperCase(),
    statuses: Object.keys(responses),
  })),
);

/** One body in which every route finds something of its own. */
const everything = {
  why: 'a test',
  force: true,
  dryRun: true,
  acceptUnknownConsumers: false,
  fingerprint: 'sha256:0f0f0f0f0f0f0f0f',
  slot: 'primary',
  reportedAt: '2026-11-02T08:00:00Z',
  onTimeout: 'hold',
  until: '2026-11-02T08:00:00Z',
  givenUp: ['web'],
  consumer: 'web',
  secret: 'https://kv-a.vault.azure.net/secrets/chat',
  version: '0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f',
  auth: 'entra',
};

const aBody = fc.oneof(
  {
    arbitrary: fc.subarray(Object.entries(everything)).map((some) => JSON.stringify(Object.fromEntries(some))),
    weight: 4,
  },
  {
    arbitrary: fc
      .subarray(Object.entries(everything))
      .chain((some) => spoilt(Object.fromEntries(some)))
      .map((json) => JSON.stringify(json) ?? ''),
    weight: 4,
  },
  { arbitrary: spoiltText(everything), weight: 2 },
  { arbitrary: anyText, weight: 1 },
  {
    arbitrary: fc.constantFrom(
      JSON.stringify({ ...everything, why: KEY }),
      `{"why":"${KEY}`,
      KEY,
      JSON.stringify({ [KEY]: 1 }),
    ),
    weight: 1,
  },
  {
    arbitrary: fc.integer({ min: 60_000, max: 70_000 }).map((length) => JSON.stringify({ why: 'x'.repeat(length) })),
    weight: 1,
  },
);

const aWord = fc.oneof(
  fc.constantFrom('chat-prod', 'none', '..', '%00', '%', '', '__proto__', KEY),
  fc.string({ maxLength: 40 }),
);
const aQuery = fc.dictionary(
  fc.constantFrom('format', 'q', 'page', 'sort', 'show', 'verdict', 'severity', 'fresh', 'after', 'x'),
  fc.oneof(aWord, fc.constantFrom('json', 'html', 'csv', 'sarif', '0', '-1', '1', '1e9', 'true', 'name', 'all')),
);
const headers = fc.record(
  {
    'content-type': fc.constantFrom(
      'application/json',
      'application/json; charset=x',
      'text/plain',
      'multipart/form-data',
      '',
    ),
    accept: fc.constantFrom('*/*', 'text/html', 'q=;,;', 'text/html;q=x, application/json;q=2', 'a'.repeat(5_000)),
    'idempotency-key': fc.constantFrom('one', KEY, 'x'.repeat(2_000), '\u00e9'),
    'x-ms-client-principal': fc.constantFrom('e30=', '{', KEY, Buffer.from('{"claims":[null,7]}').toString('base64')),
    'x-github-event': fc.constantFrom('secret_scanning_alert', 'ping'),
    'x-hub-signature-256': fc.constantFrom('sha256=0', `sha256=${'0'.repeat(64)}`, KEY),
    'sec-fetch-site': fc.constantFrom('cross-site', 'same-origin', 'x'),
  },
  { requiredKeys: [] },
);

const encoded = (word: string): string => encodeURIComponent(word.isWellFormed() ? word : 'x');
const asked = fc.tuple(fc.constantFrom(...operations), aWord, aQuery, headers, aBody);

const INSIDE = /node_modules|\bat \S+ \(|index\.cjs|\/src\/|\.ts:\d+|\[object |AccountKey/;

export async function open(): Promise<OpenArea> {
  const app = await anApp();
  const send = async (method: string, path: string, more: Record<string, string>, body: string) => {
    const plain = Object.fromEntries(Object.entries(more).filter(([, value]) => value !== ''));
    const response = await fetch(`${app.url}${path}`, {
      method,
      headers: { ...plain, 'x-functions-key': FUNCTION_KEY },
      ...(method === 'GET' || method === 'HEAD' ? {} : { body: body.toWellFormed() }),
    });
    const type = response.headers.get('content-type') ?? '';
    return { status: response.status, type, head: JSON.stringify([...response.headers]), text: await response.text() };
  };
  type Answered = Awaited<ReturnType<typeof send>>;

  const isSound = ({ status, type, head, text }: Answered): void => {
    assert.ok(status < 500 || status === 503, `${status} ${text.slice(0, 500)}`);
    for (const form of [KEY, encodeURIComponent(KEY), Buffer.from(KEY).toString('base64')]) {
      assert.ok(!text.includes(form) && !head.includes(form), 'a key is echoed');
    }
    if (!type.startsWith('application/problem+json')) return;
    const problem = JSON.parse(text) as { code: keyof typeof PROBLEMS; status: number; type: string };
    assert.ok(Object.hasOwn(PROBLEMS, problem.code), problem.code);
    assert.equal(problem.status, status);
    assert.equal(PROBLEMS[problem.code].status, status);
    assert.equal(problem.type, `urn:signalr-key-rotation:${problem.code}`);
    assert.doesNotMatch(text, INSIDE);
  };

  const documented: Law = {
    says: 'of a route is answered as its document says, with a documented problem where it is refused, and without a key',
    property: fc.asyncProperty(asked, async ([{ path, method, statuses }, word, query, more, body]) => {
      const isNamed = word === 'chat-prod' || word.length % 3 === 0;
      const at = path.replace('{target}', isNamed ? 'chat-prod' : encoded(word) || 'x');
      const parameters = new URLSearchParams(
        Object.entries(query).map(([name, value]): [string, string] => [name, value.toWellFormed()]),
      );
      const answered = await send(method, `${at}?${parameters}`, more, body);
      isSound(answered);
      // A path that leads elsewhere once its dots are resolved is another route, or none.
      if (isNamed) assert.ok(statuses.includes(String(answered.status)), `${method} ${at}: ${answered.status}`);
    }),
    cost: 4,
  };
  const raw: Law = {
    says: 'to whatever address and by whatever method fails no worse than by its own fault',
    property: fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'),
      fc.array(fc.oneof(fc.constantFrom('api', 'targets', 'chat-prod', 'report', 'rotate', 'freeze'), aWord), {
        maxLength: 5,
      }),
      headers,
      aBody,
      async (method, parts, more, body) => isSound(await send(method, `/${parts.map(encoded).join('/')}`, more, body)),
    ),
    cost: 4,
  };
  const after: Law = {
    says: 'leaves the report as it was: whatever was asked before, it still answers',
    property: fc.asyncProperty(fc.constantFrom('json', 'html', 'csv', 'sarif'), async (format) => {
      assert.equal((await send('GET', `/api/report?format=${format}`, {}, '')).status, 200);
      assert.equal((await send('GET', '/api/targets/chat-prod', {}, '')).status, 200);
      assert.ok(!/LedgerCorrupted/.test((await send('GET', '/api/report', {}, '')).text));
    }),
    cost: 40,
  };
  return { laws: [documented, raw, after], close: () => app.stop() };
}

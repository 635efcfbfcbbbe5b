import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aFile, cli } from '../cli/a-command-line.ts';
import { operations } from '../functions/a-described-app.ts';
import { anApp, post } from '../functions/an-app.ts';
import { until } from '../local/host/running.ts';
import { startCollector } from '../telemetry/a-collector.ts';
import { type Left, sightings } from './searcher.ts';
import { storageContents } from './storage-contents.ts';

const FUNCTION_KEY = 'a-function-key-that-must-never-leave';
const LEAKS_SECRET = 'a-webhook-secret-that-must-never-leave';
const LOUD = ['AZURE_LOG_LEVEL', 'DEBUG', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'APPLICATIONINSIGHTS_CONNECTION_STRING'];
const HOOK = 'hooks.example.com';

const rotation = (resourceId: string, secret: string, subscription: string): string => {
  const consumers = ['web', 'job'].map((name) => ({ name, evidence: 'ack' }));
  const policy = {
    verification: { settle: 'PT1S' },
    switchover: { tokenLifetime: 'PT1S' },
    compromise: { maxWait: 'PT1M' },
  };
  const targets = [{ ...policy, name: 'chat-prod', resourceId, publications: [{ secret }], consumers }];
  return JSON.stringify({ subscriptions: [subscription], notify: { webhook: `https://${HOOK}/events` }, targets });
};

let app: Awaited<ReturnType<typeof anApp>>;
let collector: Awaited<ReturnType<typeof startCollector>>;
const left: Left[] = [];
/** Every key that ever was in a slot, taken down often enough that none is missed. */
const planted = new Map<string, string>();
const writing = [process.stdout, process.stderr].map((stream) => ({ stream, write: stream.write }));
let watch: NodeJS.Timeout;

beforeAll(async () => {
  // What the SDKs say at their loudest goes to the standard streams.
  for (const { stream } of writing) {
    stream.write = ((chunk: string | Uint8Array, ...rest: []) => {
      left.push({ by: 'standard streams', text: Buffer.from(chunk).toString('utf8') });
      // Thousands of lines that nobody wants to read twice.
      for (const done of rest as unknown[]) if (typeof done === 'function') done();
      return true;
    }) as typeof stream.write;
  }
  collector = await startCollector();
  const insights = `InstrumentationKey=${crypto.randomUUID()};IngestionEndpoint=${collector.url}/`;
  app = await anApp({
    rotationFor: rotation,
    functionKey: FUNCTION_KEY,
    env: {
      LEAKS_SECRET,
      AZURE_LOG_LEVEL: 'verbose',
      DEBUG: '*',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      APPLICATIONINSIGHTS_CONNECTION_STRING: insights,
    },
  });
  app.azure.addWebhook(HOOK);
  const takeDown = () => {
    for (const [slot, key] of Object.entries(app.chat.keys)) {
      if (![...planted.values()].includes(key)) planted.set(`key ${planted.size} (${slot})`, key);
    }
  };
  takeDown();
  watch = setInterval(takeDown, 20);
});
afterAll(async () => {
  clearInterval(watch);
  for (const { stream, write } of writing) stream.write = write;
  for (const name of LOUD) delete process.env[name];
  await app.stop();
  await collector.stop();
});

/** With what was answered taken down, headers and all. */
async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await app.app.get(path, { ...init, headers: { ...init.headers, 'x-functions-key': FUNCTION_KEY } });
  const text = await response.text();
  const headers = JSON.stringify([...response.headers]);
  left.push({ by: `answer to ${init.method ?? 'GET'} ${path}`, text: `${response.status} ${headers} ${text}` });
  return (/json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text) as T;
}

interface Target {
  readonly observedAt: string | null;
  readonly rotation: { readonly awaiting: readonly unknown[] } | null;
}
const TARGET = '/api/targets/chat-prod';
const target = () => ask<Target>(TARGET);
const completed = async () => {
  const { receipts } = await ask<{ receipts: { step: string }[] }>(`${TARGET}/history`);
  return receipts.filter(({ step }) => step === 'complete').length;
};

/** Both consumers say again and again what they use, which also ends a wait after a failure, until the rotation is over. */
async function rotated(times: number): Promise<void> {
  await until(
    async () => {
      await sleep(400);
      const [current] = app.vault.find('chat')?.versions.slice(-1) ?? [];
      for (const consumer of ['web', 'job']) await ask(`${TARGET}/acks`, post({ consumer, version: current?.version }));
      await target();
      return await completed();
    },
    (done) => done >= times,
    90_000,
  );
}

/** Packed or not. */
function telemetryIn({ path, headers, body }: (typeof collector.requests)[number]): string {
  const text = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
  return `${path} ${JSON.stringify(headers)} ${text.toString('utf8')}`;
}

/** A service that fails and hands back what it was sent, or more. */
const reflecting = (path: RegExp, method: string, times = 1) => {
  const { primary, secondary } = app.chat.keys;
  const message = `could not take ${app.chat.connectionString('primary')} nor ${secondary}`;
  const answer = {
    status: 500,
    headers: { 'x-ms-error-code': primary, 'x-reflected': secondary },
    body: { error: { code: primary, message, innererror: { code: secondary } } },
  };
  app.azure.faults.next({ match: { path, method }, times, answer });
};

it('nothing that leaves while keys are rotated, leaked and refused holds a key, a token or a secret of the app', {
  timeout: 240_000,
}, async () => {
  await until(target, ({ observedAt }) => observedAt !== null, 30_000);

  // A rotation with every service failing on the way, and reflecting what it knows.
  reflecting(/listKeys$/i, 'POST');
  reflecting(/\/secrets\/chat/, 'PUT');
  reflecting(/\/secrets\/chat/, 'GET');
  app.azure.faults.next({
    match: { host: HOOK },
    times: 2,
    answer: { status: 500, body: { error: { code: app.chat.keys.primary } } },
  });
  await ask(`${TARGET}/rotate`, post({ why: 'a test', force: true }));
  await rotated(1);

  // A compromise of the active key; then what people send that they should not.
  await ask(`${TARGET}/compromise`, post({ fingerprint: app.chat.fingerprints.secondary, why: 'a log' }));
  await rotated(2);
  const leaked = app.chat.connectionString('primary');
  const form = encodeURIComponent(leaked);
  await ask(`${TARGET}/rotate`, post({ why: leaked }));
  await ask(`${TARGET}/rotate`, post({ why: 'x' }, { 'idempotency-key': app.chat.keys.primary }));
  await ask(`${TARGET}/rotate`, post(`{"why":"${leaked}`));
  await ask(`/api/report?q=${form}`);
  await ask(`/api/targets/${form}`);
  await ask('/api/leaks', post({ key: leaked }));

  // Every way in to every answer there is.
  for (const { path, method } of operations) {
    const at = path.replace('{target}', 'chat-prod');
    if (method === 'GET')
      for (const query of ['', '?format=html', '?format=csv', '?format=sarif', '?fresh=true']) await ask(at + query);
    else if (/rotate|rollback|retire|forget/.test(at))
      await ask(at, post({ why: 'a test', dryRun: true, givenUp: ['web'] }));
  }
  const keyFile = aFile('function.key', FUNCTION_KEY);
  for (const args of [
    ['report'],
    ['status', 'chat-prod'],
    ['plan', 'chat-prod'],
    ['history', 'chat-prod'],
    ['doctor'],
    ['refresh'],
    ['rotate', 'chat-prod', '--dry-run'],
    ['rotate', 'chat-prod', '--why', leaked],
  ]) {
    for (const format of [[], ['--json']]) {
      const { said } = await cli([...args, ...format, '--url', app.app.url, '--key-file', keyFile]);
      left.push({ by: `command ${args[0]}`, text: said });
    }
  }
  for (const command of ['parse', 'redact', 'fingerprint']) {
    const { said } = await cli(['connection-string', command], { input: leaked });
    left.push({ by: `connection-string ${command}`, text: said });
  }
  left.push(...app.app.logs.map((record) => ({ by: 'the log', text: JSON.stringify(record) })));
  left.push(...app.azure.events.map((event) => ({ by: 'an event', text: JSON.stringify(event) })));
  await until(
    () => collector.spans.length,
    (spans) => spans > 0,
    30_000,
  );
  left.push(...collector.requests.map((sent) => ({ by: 'telemetry', text: telemetryIn(sent) })));
  left.push(...(await storageContents(app.storage.connectionString)));

  const { connectionString } = app.storage;
  const secrets = {
    ...Object.fromEntries(planted),
    'function key': FUNCTION_KEY,
    'webhook secret': LEAKS_SECRET,
    'identity header': app.azure.settings.IDENTITY_HEADER,
    'key of the storage account': /AccountKey=([^;]+)/.exec(connectionString)?.[1] ?? '',
  };
  expect(planted.size).toBeGreaterThanOrEqual(5);
  const ways = [...new Set(left.map(({ by }) => by.split(' ')[0]))].sort();
  expect(ways).toEqual(
    expect.arrayContaining([
      'an',
      'standard',
      'answer',
      'command',
      'connection-string',
      'queue',
      'table',
      'telemetry',
      'the',
    ]),
  );
  expect(sightings(left, secrets)).toEqual([]);

  // Problem documents say what is wrong, and nothing of how the program is made.
  const answers = left.filter(({ by }) => by.startsWith('answer')).map(({ text }) => text);
  expect(
    answers.filter(
      (text) =>
        / at \S+ \(|node_modules|\/src\/|\.ts:\d|index\.cjs|\[object /.test(text) && text.includes('problem+json'),
    ),
  ).toEqual([]);

  // And the canary is alive: the same search finds one that is put into each of these ways.
  for (const way of new Set(left.map(({ by }) => by))) {
    const [, key = ''] = [...planted][1] ?? [];
    expect(sightings([{ by: way, text: `${left.find(({ by }) => by === way)?.text} ${key}` }], secrets)).not.toEqual(
      [],
    );
  }
});

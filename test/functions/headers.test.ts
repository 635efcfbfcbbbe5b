import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { until } from '../local/host/running.ts';
import { operations } from './a-described-app.ts';
import { anApp, post, principal, TENANT } from './an-app.ts';

const SECRET = 'a-webhook-secret-of-a-test';
const app = await anApp({ env: { WEBSITE_AUTH_ENABLED: 'true', AUTH_TENANT_ID: TENANT, LEAKS_SECRET: SECRET } });
const broken = await anApp({ rotation: '{', env: { WEBSITE_AUTH_ENABLED: 'true', AUTH_TENANT_ID: TENANT } });
afterAll(async () => {
  await app.stop();
  await broken.stop();
});

const operator = principal(['Operator']);
const pathOf = (path: string, target = 'chat-prod') => path.replace('{target}', target);
const writing = operations.filter(({ method }) => method !== 'GET');
const guarded = operations.filter(({ operationId }) => !['health', 'leaks'].includes(operationId));
const withBody = operations.filter((each) => 'requestBody' in each && each.operationId !== 'leaks');

const EVERYWHERE = {
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
};
const NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What is wrong with the headers of an answer: that of any status, and of any type. */
async function fault(response: Response): Promise<unknown> {
  await response.text();
  const seen = Object.fromEntries(Object.keys(EVERYWHERE).map((name) => [name, response.headers.get(name)]));
  expect(seen).toEqual(EVERYWHERE);
  const policy = response.headers.get('content-security-policy') ?? '';
  if (response.headers.get('content-type')?.startsWith('text/html')) {
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/]+=*'; img-src data:; form-action 'self';/);
    expect(policy).toContain("frame-ancestors 'none'");
  } else expect(policy).toBe(NOTHING);
  return response.status;
}

const ask = (path: string, init: RequestInit = {}, of = app) =>
  of.app.get(path, { ...init, headers: { ...operator, ...(init.headers as Record<string, string>) } });

describe('the headers of an answer', () => {
  it('are there on every success: documents, pages, downloads', async () => {
    await until(
      async () => (await (await ask('/api/targets/chat-prod')).json()) as { observedAt: string | null },
      ({ observedAt }) => observedAt !== null,
    );
    for (const { path, method } of operations) {
      if (method === 'GET') expect(await fault(await ask(pathOf(path)))).toBe(200);
    }
    for (const format of ['html', 'csv', 'sarif']) {
      expect(await fault(await ask(`/api/report?format=${format}`))).toBe(200);
    }
    expect(await fault(await ask('/api/targets/chat-prod?format=html'))).toBe(200);
    expect(await fault(await ask('/api/report', { headers: { accept: 'text/html' } }))).toBe(200);
    expect(await fault(await ask('/api/report/refresh', { method: 'POST' }))).toBe(202);
    const acked = { consumer: 'job', auth: 'entra' };
    expect(await fault(await ask('/api/targets/chat-prod/acks', post(acked)))).toBe(200);
  });

  it.each(guarded)('are there on what $operationId refuses: nobody, another role, another site', async (each) => {
    const { path, method } = each;
    expect(await fault(await app.app.get(pathOf(path), { method }))).toBe(401);
    expect(await fault(await app.app.get(pathOf(path), { method, headers: principal([]) }))).toBe(403);
    if (path.includes('{target}')) {
      const init = method === 'POST' ? post({}) : { method };
      expect([400, 404]).toContain(await fault(await ask(pathOf(path, 'none'), init)));
    }
  });

  it.each(guarded)('are there where $operationId finds the configuration wrong', async ({ path, method }) => {
    expect(await fault(await ask(pathOf(path), { method }, broken))).toBe(503);
  });

  it('are there on what the open routes answer', async () => {
    expect(await fault(await broken.app.get('/api/health'))).toBe(503);
    expect(await fault(await app.app.get('/api/leaks', post({})))).toBe(401);
    const body = '{}';
    const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
    expect(await fault(await app.app.get('/api/leaks', post(body, { 'x-hub-signature-256': signature })))).toBe(200);
  });

  it('are not asked of the host, which answers HEAD, other methods and unknown addresses itself, with no word', async () => {
    for (const { path } of operations) {
      for (const method of ['HEAD', 'PUT', 'OPTIONS']) {
        const response = await ask(pathOf(path), { method });
        expect([response.status, await response.text()]).toEqual([404, '']);
      }
    }
    for (const path of ['/', '/api', '/api/none', '/api/targets', '/admin/host/status']) {
      const response = await ask(path);
      expect([response.status, await response.text()]).toEqual([404, '']);
    }
  });
});

describe('a body', () => {
  const refusal = async (path: string, init: RequestInit) => {
    const response = await ask(path, init);
    const { code } = (await response.clone().json()) as { code: string };
    return [await fault(response), code];
  };

  it.each(withBody)('that is too large is refused by $operationId, and so is one of another type', async ({ path }) => {
    const why = 'x'.repeat(65 * 1024);
    expect(await refusal(pathOf(path), post({ why }))).toEqual([413, 'TooLarge']);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await refusal(pathOf(path), post('why=x', form))).toEqual([415, 'UnsupportedMediaType']);
  });

  it('of a webhook may be larger, and is refused before its signature is checked where it is too large', async () => {
    const large = (size: number) => post('x'.repeat(size));
    expect(await refusal('/api/leaks', large(1024 * 1024))).toEqual([401, 'Unauthenticated']);
    expect(await refusal('/api/leaks', large(1024 * 1024 + 1))).toEqual([413, 'TooLarge']);
  });

  it.each(withBody)('in chunks, which no host hands on, is not taken for none by $operationId', async ({ path }) => {
    const { hostname, port } = new URL(app.app.url);
    const socket = connect(Number(port), hostname);
    const lines = [
      `POST ${pathOf(path)} HTTP/1.1`,
      `host: ${hostname}`,
      'connection: close',
      `x-ms-client-principal: ${operator['x-ms-client-principal']}`,
      'content-type: application/json',
      'transfer-encoding: chunked',
    ];
    const body = '{"dryRun":true}';
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`);
    const answer = await textOf(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('Content-Length');
  });

  it.each(withBody)('may be nested as deep as it likes for $operationId', async ({ path }) => {
    const deep = `{"why":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
    expect(await refusal(pathOf(path), post(deep))).toEqual([400, 'InvalidRequest']);
  });
});

describe('what another site makes a browser send', () => {
  it.each(writing.filter(({ operationId }) => operationId !== 'leaks'))(
    'is refused by $operationId, whoever is signed in there',
    async ({ path, method }) => {
      for (const site of ['cross-site', 'same-site']) {
        const response = await ask(pathOf(path), { method, headers: { 'sec-fetch-site': site } });
        expect(await fault(response)).toBe(403);
      }
    },
  );

  it('is not what a person, a program or our own page sends', async () => {
    for (const headers of [{}, { 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'none' }]) {
      expect(await fault(await ask('/api/report/refresh', { method: 'POST', headers }))).toBe(202);
    }
    const linked = await ask('/api/report', { headers: { 'sec-fetch-site': 'cross-site' } });
    expect(await fault(linked)).toBe(200);
  });
});

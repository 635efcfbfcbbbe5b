import { createHmac, createSecretKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/app/report/schema.ts';
import { isSigned } from '../../src/functions/http/signature.ts';
import { anApp, post, rotationFile } from './an-app.ts';

const SECRET = 'a-webhook-secret-of-a-test';
const signatureOf = (body: string | Uint8Array, secret = SECRET) =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

const aLeak = (differing: object = {}) => ({
  action: 'created',
  alert: { number: 7, secret_type: 'azure_signalr_key', created_at: '2026-01-01T00:00:00Z' },
  repository: { full_name: 'Contoso/Chat' },
  ...differing,
});

function delivery(payload: unknown, headers: Record<string, string> = {}): RequestInit {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return post(body, {
    'x-github-event': 'secret_scanning_alert',
    'x-hub-signature-256': signatureOf(body),
    ...headers,
  });
}

describe('a signature', () => {
  const secret = createSecretKey(SECRET, 'utf8');
  const body = Buffer.from('{"zen":"Design for failure."}');

  it('is the one that GitHub documents for its example', () => {
    // docs.github.com, "Validating webhook deliveries": the values to test an implementation with.
    const example = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    expect(isSigned(Buffer.from('Hello, World!'), example, createSecretKey("It's a Secret to Everybody", 'utf8'))).toBe(
      true,
    );
  });

  it.each([
    ['none', null],
    ['an empty one', ''],
    ['only its digits', signatureOf(body).slice('sha256='.length)],
    ['SHA-1', `sha1=${createHmac('sha1', SECRET).update(body).digest('hex')}`],
    ['capital digits', signatureOf(body).toUpperCase()],
    ['its beginning', signatureOf(body).slice(0, -1)],
    ['one digit more', `${signatureOf(body)}0`],
    ['two of them', `${signatureOf(body)}, ${signatureOf(body)}`],
    ['letters of several bytes', 'é'.repeat(71)],
    ['that of another body', signatureOf(`${body} `)],
    ['that of another secret', signatureOf(body, 'another')],
  ])('is not %s', (_, signature) => {
    expect(isSigned(body, signature, secret)).toBe(false);
  });
});

describe('POST /api/leaks', () => {
  let app: Awaited<ReturnType<typeof anApp>>;
  beforeAll(async () => {
    app = await anApp({
      env: { LEAKS_SECRET: SECRET },
      rotationFor: (resourceId, secret) => {
        const { targets } = JSON.parse(rotationFile(resourceId, secret));
        return JSON.stringify({ targets: [{ ...targets[0], repositories: ['contoso/CHAT'] }] });
      },
    });
  });
  afterAll(() => app.stop());

  const send = async (init: RequestInit) => {
    const response = await app.app.get('/api/leaks', init);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const attention = async () =>
    ((await (await app.app.get('/api/report')).json()) as Report).summary.attention.map(({ code }) => code);

  it('reports both kinds of secret, and both kinds of event', async () => {
    for (const secret_type of ['azure_signalr_key', 'azure_signalr_connection_string']) {
      for (const event of ['secret_scanning_alert', 'secret_scanning_alert_location']) {
        const leak = delivery(aLeak({ alert: { number: 7, secret_type } }), { 'x-github-event': event });
        expect(await send(leak)).toEqual({ status: 202, body: { outcome: 'reported', targets: ['chat-prod'] } });
      }
    }
  });

  it('shows a person what no target names, until the alert is resolved', async () => {
    const elsewhere = { repository: { full_name: 'contoso/elsewhere' } };
    expect(await send(delivery(aLeak(elsewhere)))).toEqual({ status: 202, body: { outcome: 'unmapped', targets: [] } });
    const alert = app.app.logs.find(({ message }) => message.includes('LeakUnmapped'));
    expect(JSON.parse(alert?.message ?? '{}')).toMatchObject({ level: 'error', repository: 'contoso/elsewhere' });
    expect(await attention()).toContain('LeakUnmapped');
    expect(await send(delivery(aLeak({ ...elsewhere, action: 'resolved' })))).toMatchObject({ status: 200 });
    expect(await attention()).not.toContain('LeakUnmapped');
  });

  it.each([
    ['a ping', delivery({ zen: 'Speak like a human.', hook_id: 1 }, { 'x-github-event': 'ping' })],
    ['another event', delivery(aLeak(), { 'x-github-event': 'push' })],
    ['another secret', delivery(aLeak({ alert: { number: 7, secret_type: 'azure_storage_account_key' } }))],
    ['a deed that tells of no leak', delivery(aLeak({ action: 'assigned' }))],
    ['a payload that is no object', delivery('[]')],
  ])('says that it ignores %s', async (_, init) => {
    expect(await send(init)).toEqual({ status: 200, body: { outcome: 'ignored', targets: [] } });
  });

  it.each([
    ['what is not signed', post(aLeak()), 401, 'Unauthenticated'],
    [
      'what is signed and was changed since',
      { ...delivery(aLeak()), body: JSON.stringify(aLeak({ n: 1 })) },
      401,
      'Unauthenticated',
    ],
    ['what is not signed and no JSON, for its signature', post('{'), 401, 'Unauthenticated'],
    ['what is signed and no JSON', delivery('{'), 400, 'InvalidRequest'],
    [
      'a form',
      delivery('payload=%7B%7D', { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      'UnsupportedMediaType',
    ],
    [
      'an alert without a number',
      delivery(aLeak({ alert: { secret_type: 'azure_signalr_key' } })),
      400,
      'InvalidRequest',
    ],
    [
      'what was found in the future',
      delivery(aLeak({ alert: { number: 9, secret_type: 'azure_signalr_key', created_at: '2999-01-01T00:00:00Z' } })),
      400,
      'InvalidRequest',
    ],
    ['more than 1 MiB', delivery(JSON.stringify({ pad: 'x'.repeat(1024 * 1024) })), 413, 'TooLarge'],
  ])('refuses %s', async (_, init, status, code) => {
    expect(await send(init)).toMatchObject({ status, body: { code } });
  });

  it('reads what is a little less than 1 MiB, and every letter of it', async () => {
    const padded = delivery(aLeak({ pad: 'é'.repeat(500_000) }));
    expect(await send(padded)).toMatchObject({ status: 202 });
  });
});

describe('without what it needs', () => {
  it('answers 401 to everybody where no secret is set', async () => {
    const { app, stop } = await anApp({ env: { LEAKS_SECRET: '' } });
    for (const secret of ['', 'undefined', SECRET]) {
      const body = JSON.stringify(aLeak());
      const signed = post(body, { 'x-hub-signature-256': signatureOf(body, secret) });
      expect((await app.get('/api/leaks', signed)).status).toBe(401);
    }
    await stop();
  });

  it('says that its configuration is bad, to the sender without what is wrong, and alerts', async () => {
    const { app, stop } = await anApp({ env: { LEAKS_SECRET: SECRET }, rotation: '{}' });
    const response = await app.get('/api/leaks', delivery(aLeak()));
    expect(response.status).toBe(503);
    const problem = await response.json();
    expect(problem).toMatchObject({ code: 'ConfigurationInvalid' });
    expect(problem).not.toHaveProperty('errors');
    expect(app.logs.some(({ level, message }) => level === 'error' && message.includes('LeakNotTaken'))).toBe(true);
    expect((await app.get('/api/leaks', delivery({ zen: 'x' }, { 'x-github-event': 'ping' }))).status).toBe(200);
    await stop();
  });
});

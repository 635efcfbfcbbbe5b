import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../local/host/running.ts';
import { anApp, post } from './an-app.ts';

let it1: Awaited<ReturnType<typeof anApp>>;
beforeAll(async () => {
  it1 = await anApp();
});
afterAll(() => it1.stop());

const get = (path: string, init?: RequestInit) => it1.app.get(`/api/${path}`, init);
const problemOf = async (response: Response) => ({
  status: response.status,
  ...((await response.json()) as { code: string; errors?: unknown[] }),
});

interface Step {
  readonly seq: number;
  readonly step: string;
  readonly rotation: string;
}
async function history(after = 0): Promise<Step[]> {
  const { receipts } = (await (await get(`targets/chat-prod/history?after=${after}`)).json()) as { receipts: Step[] };
  return receipts;
}

describe('the HTTP surface', () => {
  it('says that the app can work, and nothing else, to everybody', async () => {
    const response = await get('health');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ok: true });
  });

  it('shows a target before and after its first look', async () => {
    const seen = await until(
      async () =>
        (await (await get('targets/chat-prod')).json()) as {
          observedAt: string | null;
          keys: { primary: { fingerprint: string } };
        },
      ({ observedAt }) => observedAt !== null,
    );
    expect(seen).toMatchObject({
      name: 'chat-prod',
      keys: { primary: { role: 'active', fingerprint: it1.chat.fingerprints.primary } },
    });
  });

  it('keeps answers out of caches, frames and referrers', async () => {
    const { headers } = await get('targets/chat-prod');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('answers a rotate request with 202 and the same rotation for the same id', async () => {
    const ask = () => get('targets/chat-prod/rotate', post({ why: 'a test' }, { 'idempotency-key': 'once' }));
    const first = await ask();
    expect(first.status).toBe(202);
    expect(await first.json()).toMatchObject({ request: 'once', target: 'chat-prod' });
    const again = await until(
      async () => (await (await ask()).json()) as { rotation: string | null },
      ({ rotation }) => rotation !== null,
    );
    const condemned = await until(
      async () => (await history()).filter(({ step }) => step === 'condemn'),
      ({ length }) => length > 0,
    );
    expect(condemned).toMatchObject([{ rotation: again.rotation }]);
  });

  it('pages the history by seq', async () => {
    await until(history, ({ length }) => length > 1);
    expect((await history(1))[0]?.seq).toBe(2);
    expect(await problemOf(await get('targets/chat-prod/history?after=x'))).toMatchObject({
      status: 400,
      code: 'InvalidRequest',
    });
  });

  it('takes an ack without a secret for every secret that the consumer reads', async () => {
    await until(history, (receipts) => receipts.some(({ step }) => step === 'await-consumers'));
    const fingerprint = it1.chat.fingerprints.secondary;
    const response = await get('targets/chat-prod/acks', post({ consumer: 'job', fingerprint }));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      consumer: 'job',
      believed: [{ secret: it1.secret, version: null, fingerprint, auth: 'key' }],
    });
  });

  it('answers an ack of a superseded key with 409 and what is current', async () => {
    const response = await get(
      'targets/chat-prod/acks',
      post({ consumer: 'job', fingerprint: it1.chat.fingerprints.primary }),
    );
    const version = it1.vault.current('chat')?.version;
    expect(await problemOf(response)).toMatchObject({
      status: 409,
      code: 'AckOutdated',
      current: [{ secret: it1.secret, version, fingerprint: it1.chat.fingerprints.secondary }],
    });
  });

  it.each([
    ['a target that is not there', 'targets/none', undefined, 404, 'TargetNotFound'],
    [
      'a consumer that is not there',
      'targets/chat-prod/acks',
      post({ consumer: 'none', auth: 'entra' }),
      404,
      'ConsumerNotFound',
    ],
    ['an ack that says nothing', 'targets/chat-prod/acks', post({ consumer: 'job' }), 400, 'InvalidRequest'],
    [
      'an ack that says two things',
      'targets/chat-prod/acks',
      post({ consumer: 'job', auth: 'entra', version: '0'.repeat(32) }),
      400,
      'InvalidRequest',
    ],
    ['an unknown property', 'targets/chat-prod/rotate', post({ now: true }), 400, 'InvalidRequest'],
    ['a body that is not JSON', 'targets/chat-prod/rotate', post('{'), 400, 'InvalidRequest'],
    [
      'a body of another type',
      'targets/chat-prod/rotate',
      post('why=x', { 'content-type': 'text/plain' }),
      415,
      'UnsupportedMediaType',
    ],
    ['a body that is too large', 'targets/chat-prod/rotate', post({ why: 'x'.repeat(70_000) }), 413, 'TooLarge'],
    [
      'an empty Idempotency-Key',
      'targets/chat-prod/rotate',
      post({}, { 'idempotency-key': '' }),
      400,
      'InvalidRequest',
    ],
  ])('answers %s with a problem document', async (_, path, init, status, code) => {
    const response = await get(path, init);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await problemOf(response)).toMatchObject({ status, code, type: `urn:signalr-key-rotation:${code}` });
  });

  it.each([
    ['a key of 44 characters', 'nOnceABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ab='],
    ['a connection string', 'Endpoint=https://x.service.signalr.net;AccessKey=abc;Version=1.0;'],
    ['a key of 84 characters', 'A'.repeat(84)],
    ['a token', 'eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJodHRwczovL3gifQ.c2lnbmF0dXJl'],
  ])('refuses %s anywhere in a request, without repeating it', async (_, secret) => {
    const inBody = await get('targets/chat-prod/rotate', post({ why: `see ${secret}` }));
    const inHeader = await get('targets/chat-prod/rotate', post({}, { 'idempotency-key': secret }));
    for (const response of [inBody, inHeader]) {
      const text = await response.text();
      expect(response.status).toBe(422);
      expect(JSON.parse(text)).toMatchObject({ code: 'ContainsKey' });
      expect(text).not.toContain(secret);
    }
  });
});

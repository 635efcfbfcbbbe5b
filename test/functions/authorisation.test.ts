import { afterAll, describe, expect, it } from 'vitest';
import { anApp, post, principal, TENANT, WEB_PRINCIPAL } from './an-app.ts';

const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stops) await stop();
});

const ENTRA = { env: { WEBSITE_AUTH_ENABLED: 'True', AUTH_TENANT_ID: TENANT } };
const entra = anApp(ENTRA);
const open = anApp();
const keyed = anApp({ functionKey: 'a-function-key' });
for (const each of [entra, open, keyed]) each.then(({ stop }) => stops.push(stop));

const ROUTES = {
  target: ['targets/chat-prod', undefined],
  history: ['targets/chat-prod/history', undefined],
  plan: ['targets/chat-prod/plan', undefined],
  report: ['report', undefined],
  metrics: ['metrics', undefined],
  refresh: ['report/refresh', post({})],
  rotate: ['targets/chat-prod/rotate', post({})],
  freeze: ['targets/chat-prod/freeze', post({ until: '2999-01-01T00:00:00Z', why: 'a test' })],
  unfreeze: ['targets/chat-prod/freeze', { method: 'DELETE' }],
  rollback: ['targets/none/rollback', post({ why: 'a test' })],
  retire: ['targets/none/retire', post({ why: 'a test', givenUp: ['web'] })],
  forget: ['targets/none/forget', post({ why: 'a test' })],
  'freeze all': ['freeze', post({ until: '2999-01-01T00:00:00Z', why: 'a test' })],
  'unfreeze all': ['freeze', { method: 'DELETE' }],
  'ack for web': ['targets/chat-prod/acks', post({ consumer: 'web', auth: 'entra' })],
  'ack for job': ['targets/chat-prod/acks', post({ consumer: 'job', auth: 'entra' })],
} as const satisfies Record<string, readonly [string, RequestInit | undefined]>;
type RouteName = keyof typeof ROUTES;

async function statusOf(
  app: ReturnType<typeof anApp>,
  name: RouteName,
  headers: Record<string, string> = {},
): Promise<number> {
  const [path, init]: readonly [string, RequestInit | undefined] = ROUTES[name];
  const request = { ...init, headers: { ...(init?.headers as Record<string, string>), ...headers } };
  return (await (await app).app.get(`/api/${path}`, request)).status;
}

const NAMES = Object.keys(ROUTES) as RouteName[];
const matrix = (rows: Record<RouteName, number>) => NAMES.map((name) => [name, rows[name]] as const);
const all = (status: number) => Object.fromEntries(NAMES.map((name) => [name, status])) as Record<RouteName, number>;

/** What an Operator gets: the levers are pulled on a target that is not there. */
const OUTCOME = { rotate: 202, refresh: 202, rollback: 404, retire: 404, forget: 404 };

describe('with App Service Authentication', () => {
  const callers: [string, Record<string, string>, Record<RouteName, number>][] = [
    ['nobody', {}, all(401)],
    ['a malformed principal', { 'x-ms-client-principal': 'nonsense' }, all(401)],
    ['somebody without a role', principal([]), all(403)],
    ['a role that is none of ours', principal(['Owner']), all(403)],
    ['an operator of another tenant', principal(['Operator'], { tid: 'other' }), all(403)],
    [
      'a Reader',
      principal(['Reader']),
      { ...all(403), target: 200, history: 200, plan: 200, report: 200, metrics: 200 },
    ],
    ['an Operator', principal(['Operator']), { ...all(200), ...OUTCOME }],
    ['a Consumer', principal(['Consumer']), all(403)],
    ['the consumer itself', principal(['Consumer'], { oid: WEB_PRINCIPAL }), { ...all(403), 'ack for web': 200 }],
    ['a function key', { 'x-functions-key': 'a-function-key' }, all(401)],
  ];
  describe.each(callers)('%s', (_, headers, expected) => {
    it.each(matrix(expected))('gets from %s: %i', async (name, status) => {
      expect(await statusOf(entra, name, headers)).toBe(status);
    });
  });

  it('keeps health open', async () => {
    expect((await (await entra).app.get('/api/health')).status).toBe(200);
  });
});

describe('without it', () => {
  const asOperator = { ...all(200), ...OUTCOME, 'ack for web': 403 };

  it.each(matrix(asOperator))(
    'whoever the host lets through is Operator, but no consumer with a principal: %s %i',
    async (name, status) => {
      expect(await statusOf(open, name)).toBe(status);
      expect(await statusOf(keyed, name, { 'x-functions-key': 'a-function-key' })).toBe(status);
    },
  );

  it.each(matrix(all(401)))('the host asks for a key where it is told to: %s %i', async (name, status) => {
    expect(await statusOf(keyed, name)).toBe(status);
    expect(await statusOf(keyed, name, { 'x-functions-key': 'wrong' })).toBe(status);
  });

  it('an identity header is not believed', async () => {
    const spoofed = principal(['Consumer'], { oid: WEB_PRINCIPAL });
    expect(await statusOf(open, 'ack for web', spoofed)).toBe(403);
  });
});

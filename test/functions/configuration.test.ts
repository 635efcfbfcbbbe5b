import { describe, expect, it } from 'vitest';
import { until } from '../local/host/running.ts';
import { anApp, post, principal, TENANT } from './an-app.ts';

const ROUTES = [
  ...['health', 'target', 'plan', 'history', 'rotate', 'acks'],
  ...['rollback', 'retire', 'forget'],
  ...['report', 'metrics', 'refresh', 'openapi'],
  ...['compromise', 'leaks'],
  ...['freeze', 'unfreeze', 'freeze-all', 'unfreeze-all'],
];
const BAD = JSON.stringify({ targets: [{ name: 'UPPER', resourceId: 'x', publications: [] }] });

describe('a deployed bundle with a bad rotation.json', () => {
  it('still loads: health is 503, and every other route lists what is wrong', async () => {
    const { app, stop } = await anApp({ rotation: BAD });
    const health = await app.get('/api/health');
    expect([health.status, await health.json()]).toEqual([503, { ok: false }]);
    for (const [path, init] of [
      ['targets/chat-prod'],
      ['targets/chat-prod/rotate', post({})],
      ['targets/chat-prod/history'],
    ] as const) {
      const response = await app.get(`/api/${path}`, init);
      expect(response.status).toBe(503);
      const problem = (await response.json()) as { code: string; errors: { path: string }[] };
      expect(problem.code).toBe('ConfigurationInvalid');
      expect(problem.errors.map(({ path }) => path)).toEqual(
        expect.arrayContaining(['targets[0].name', 'targets[0].resourceId', 'targets[0].publications']),
      );
    }
    await stop();
  });

  it('has a timer that alerts, and reads no queue', async () => {
    const { app, stop } = await anApp({ rotation: BAD });
    const alert = await until(() => app.logs.find(({ message }) => message.includes('ConfigurationInvalid')));
    expect(JSON.parse(alert?.message ?? '{}')).toMatchObject({ level: 'error', event: 'ConfigurationInvalid' });
    expect(app.functions.map(({ name }) => name).sort()).toEqual([...ROUTES, 'sweep'].sort());
    await stop();
  });

  it('tells nobody what is wrong who may not ask', async () => {
    const env = { WEBSITE_AUTH_ENABLED: 'true', AUTH_TENANT_ID: TENANT };
    const { app, stop } = await anApp({ rotation: BAD, env });
    expect((await app.get('/api/targets/chat-prod')).status).toBe(401);
    expect((await app.get('/api/targets/chat-prod', { headers: principal([]) })).status).toBe(403);
    expect((await app.get('/api/targets/chat-prod', { headers: principal(['Reader']) })).status).toBe(503);
    await stop();
  });

  it.each([
    ['no such file', { rotation: null }, 'ROTATION_CONFIG'],
    ['no JSON', { rotation: '{' }, ''],
    ['a LOCAL_AZURE outside development', { env: { AZURE_FUNCTIONS_ENVIRONMENT: 'Production' } }, 'LOCAL_AZURE'],
    ['a LOCAL_AZURE that is not loopback', { env: { LOCAL_AZURE: 'http://10.0.0.1:80' } }, 'LOCAL_AZURE'],
  ])('says so of %s', async (_, options, path) => {
    const { app, stop } = await anApp(options);
    const response = await app.get('/api/targets/chat-prod');
    expect(await response.json()).toMatchObject({ code: 'ConfigurationInvalid', errors: [{ path }] });
    await stop();
  });
});

describe('a good one', () => {
  it('registers every trigger', async () => {
    const { app, stop } = await anApp();
    const names = app.functions.map(({ name }) => name).sort();
    const events = ['key-compromise-event', 'event-queue', 'event-queue-poison'];
    expect(names).toEqual([...ROUTES, 'sweep', 'reconcile', 'reconcile-poison', ...events].sort());
    await stop();
  });
});

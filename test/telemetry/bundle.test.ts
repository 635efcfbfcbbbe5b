import { afterEach, describe, expect, it } from 'vitest';
import { anApp, post } from '../functions/an-app.ts';
import { until } from '../local/host/running.ts';
import { startCollector } from './a-collector.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function anAppThatTells(settings: (collector: string) => Record<string, string>) {
  const collector = await startCollector();
  const app = await anApp({ env: { APPLICATIONINSIGHTS_CONNECTION_STRING: '', ...settings(collector.url) } });
  stops.push(app.stop, collector.stop);
  return { ...app, collector };
}

const component = (endpoint: string) =>
  `InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=${endpoint}/`;

const eventsOf = (app: Awaited<ReturnType<typeof anApp>>['app'], event: string) =>
  app.logs.filter(({ message }) => message.includes(`"event":"${event}"`));

describe('the bundle', () => {
  it('tells collectors of a rotation as one trace, of its requests and of the age of its keys', async () => {
    const { app, chat, collector } = await anAppThatTells((url) => ({
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      APPLICATIONINSIGHTS_CONNECTION_STRING: component(url),
    }));
    await until(() => app.get('/api/targets/chat-prod').then(({ status }) => status === 200));
    const { status } = await app.get('/api/targets/chat-prod/rotate', post({ why: 'a test' }));
    expect(status).toBe(202);
    const names = () => collector.spans.map(({ name }) => name);
    await until(
      names,
      (seen) => ['condemn', 'regenerate', 'publish', 'await-consumers'].every((n) => seen.includes(n)),
      60_000,
    );
    expect(new Set(collector.spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(names()).toEqual(
      expect.arrayContaining(['arm regenerate-key', 'key-vault set-secret', 'queue-storage send']),
    );
    const metrics = () => collector.points.map(({ name }) => name.replace('signalr_key_rotation_', ''));
    await until(
      metrics,
      (seen) => ['calls', 'call_seconds', 'key_oldest_age_seconds'].every((n) => seen.includes(n)),
      60_000,
    );
    expect(collector.points).toContainEqual({
      name: 'signalr_key_rotation_key_oldest_age_seconds',
      kind: 'gauge',
      attributes: { target: 'chat-prod', slot: 'primary' },
    });
    expect(collector.points).toContainEqual({
      name: 'signalr_key_rotation_calls',
      kind: 'sum',
      attributes: { service: 'arm', operation: 'regenerate-key', outcome: '202' },
    });
    expect(metrics()).toEqual(expect.arrayContaining(['targets', 'targets_in_phase', 'keys_overdue', 'key_overdue']));
    const tracked = collector.requests.filter(({ path }) => path === '/v2.1/track').map(({ body }) => body.toString());
    for (const name of ['"regenerate"', '"key-vault set-secret"', '"signalr_key_rotation_calls"']) {
      expect(tracked.join()).toContain(`"name":${name}`);
    }
    const told = Buffer.concat(collector.requests.map(({ body }) => body)).toString('latin1');
    for (const key of Object.values(chat.keys)) expect(told).not.toContain(key);
    expect(eventsOf(app, 'TelemetryUndelivered')).toEqual([]);
  }, 150_000);

  it('with a local Azure sends nothing to another machine, and says so although this machine is sent to', async () => {
    const { app, collector } = await anAppThatTells((url) => ({
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      APPLICATIONINSIGHTS_CONNECTION_STRING: component('https://x.in.applicationinsights.azure.com'),
    }));
    const [said] = await until(
      () => eventsOf(app, 'TelemetryUndelivered'),
      (seen) => seen.length > 0,
    );
    expect(said?.message).toContain('with LOCAL_AZURE nothing is sent there');
    // The address on this machine is another matter.
    await until(
      () => collector.requests.map(({ path }) => path),
      (paths) => paths.includes('/v1/metrics'),
    );
    expect(collector.requests.filter(({ path }) => path === '/v2.1/track')).toEqual([]);
  });
});

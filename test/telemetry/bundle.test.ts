import { afterEach, describe, expect, it } from 'vitest';
import { anApp, post } from '../functions/an-app.ts';
import { until } from '../local/host/running.ts';
import { startCollector } from './a-collector.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function anAppThatTells(endpoint: (collector: string) => string) {
  const collector = await startCollector();
  const app = await anApp({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint(collector.url) } });
  stops.push(app.stop, collector.stop);
  return { ...app, collector };
}

const eventsOf = (app: Awaited<ReturnType<typeof anApp>>['app'], event: string) =>
  app.logs.filter(({ message }) => message.includes(`"event":"${event}"`));

describe('the bundle', () => {
  it('tells a collector of a rotation as one trace, of its requests and of the age of its keys', async () => {
    const { app, chat, collector } = await anAppThatTells((url) => url);
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
    const told = Buffer.concat(collector.requests.map(({ body }) => body)).toString('latin1');
    for (const key of Object.values(chat.keys)) expect(told).not.toContain(key);
    expect(eventsOf(app, 'TelemetryUndelivered')).toEqual([]);
  }, 150_000);

  it('with a local Azure sends nothing to another machine, and says so', async () => {
    const { app, collector } = await anAppThatTells(() => 'https://collector.example.org');
    const [said] = await until(
      () => eventsOf(app, 'TelemetryUndelivered'),
      (seen) => seen.length > 0,
    );
    expect(said?.message).toContain('with LOCAL_AZURE nothing is sent there');
    expect(collector.requests).toEqual([]);
  });
});

import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { toCollector } from '../../src/azure/collector.ts';
import { transportFor } from '../../src/azure/transport.ts';
import { listener, PATIENCE_MS } from '../../src/telemetry/listener.ts';
import { otlp } from '../../src/telemetry/otlp.ts';
import { recorder } from '../../src/telemetry/recorder.ts';
import { type Destination, openSdk } from '../../src/telemetry/sdk.ts';
import { World } from '../support/world.ts';
import { startCollector } from './a-collector.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(stops.splice(0).map((stop) => stop())));

const of = { version: '1.2.3', installation: 'default', instance: 'one' };

function at(url: string, headers: Readonly<Record<string, string>> = {}): Destination {
  const to = (signal: string) => toCollector(new URL(`${url}/v1/${signal}`), headers, transportFor(null));
  return otlp({ traces: to('traces'), metrics: to('metrics') });
}

async function aCollector(answer?: Parameters<typeof startCollector>[0]) {
  const collector = await startCollector(answer);
  stops.push(collector.stop);
  return collector;
}

/** A rotation that is told there. */
async function rotatedToldTo(open: () => Promise<Destination> | Destination) {
  const world = await World.start();
  world.telemetry = recorder(
    () => world.clock.now(),
    listener(async () => openSdk([await open()], of)),
  );
  const begunAt = performance.now();
  await world.rotated();
  const trouble = await world.telemetry.fleet(async () => [
    { name: 'targets', help: 'Targets.', labels: {}, value: 1 },
  ]);
  return { world, trouble, lasted: performance.now() - begunAt };
}

describe('a collector', () => {
  it('gets the spans of a rotation in one trace, and the metrics, with who sends them', async () => {
    const collector = await aCollector();
    const { trouble } = await rotatedToldTo(() => at(collector.url, { 'api-key': 'k' }));
    expect(trouble).toBeNull();
    const { spans, points, resources, requests } = collector;
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(spans.map(({ name }) => name)).toEqual(expect.arrayContaining(['rotation', 'reconcile', 'publish']));
    const root = spans.find(({ name }) => name === 'rotation');
    expect(root).toMatchObject({ parentId: '', attributes: { target: 'chat-prod', 'rotation.end': 'completed' } });
    expect(root?.lasted).toBeGreaterThan(3_600_000);
    expect(points).toContainEqual({ name: 'signalr_key_rotation_targets', kind: 'gauge', attributes: {} });
    expect(resources.map((resource) => resource['service.name'])).not.toContain(undefined);
    expect(resources[0]).toEqual({
      'service.name': 'signalr-key-rotation',
      'service.namespace': 'default',
      'service.version': '1.2.3',
      'service.instance.id': 'one',
    });
    expect(new Set(requests.map(({ headers }) => `${headers['content-type']} ${headers['api-key']}`))).toEqual(
      new Set(['application/x-protobuf k']),
    );
  });

  const takesNothing: readonly (readonly [string, string | null, () => Promise<Destination> | Destination])[] = [
    // Whether it takes anything is not known while it is still being waited for.
    ['hangs', null, async () => at((await aCollector(() => undefined)).url)],
    ['is not there', 'no answer', () => at('http://127.0.0.1:1')],
    ['refuses', 'status 403', async () => at((await aCollector((r) => r.writeHead(403).end('no'))).url)],
    ['takes a part', 'status 206', async () => at((await aCollector((r) => r.writeHead(206).end())).url)],
    ['drops the connection', 'no answer', async () => at((await aCollector((r) => r.socket?.destroy())).url)],
    ['points elsewhere', 'status 308', async () => at((await aCollector((r) => elsewhere(r).end())).url)],
    ['answers without an end', 'status 500', async () => at((await aCollector((r) => void endless(r))).url)],
    ['speaks another language', 'no answer', async () => at(await rubbish())],
    ['throws', null, () => thrower],
    ['cannot be opened', 'TypeError', () => Promise.reject(new TypeError('no such module'))],
  ];

  it.each(takesNothing)('that %s changes nothing, and says %s', async (_, says, open) => {
    const { world, lasted, trouble } = await rotatedToldTo(open);
    const untouched = await World.start();
    await untouched.rotated();
    expect(await world.steps()).toEqual(await untouched.steps());
    expect(world.violations).toEqual([]);
    expect(saidBy(world)).toEqual(saidBy(untouched));
    // Once for the spans and once for the metrics; the rest is the world's own.
    expect(lasted).toBeLessThan(2 * PATIENCE_MS + 1_500);
    expect(trouble).toBe(says);
  });
});

const saidBy = ({ log }: World) => log.map(({ level, event, code }) => [level, event, code]);

const thrower: Destination = {
  spans: {
    export() {
      throw new TypeError('no');
    },
    shutdown: () => Promise.reject(new TypeError('no')),
  },
  metrics: {
    export() {
      throw new TypeError('no');
    },
    forceFlush: () => Promise.reject(new TypeError('no')),
    shutdown: () => Promise.reject(new TypeError('no')),
  },
  trouble: () => null,
};

const elsewhere = (response: ServerResponse): ServerResponse => response.writeHead(308, { location: '/elsewhere' });

async function endless(response: ServerResponse): Promise<void> {
  response.writeHead(500);
  while (!response.destroyed) {
    if (!response.write(Buffer.alloc(65_536, 'a'))) await new Promise((drained) => setTimeout(drained, 1));
  }
}

async function rubbish(): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined).resume();
    socket.end('SSH-2.0-OpenSSH_9.7\r\n');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  stops.push(() => new Promise((closed) => server.close(closed)));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

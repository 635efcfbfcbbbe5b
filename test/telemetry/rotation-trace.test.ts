import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { afterEach, describe, expect, it } from 'vitest';
import { untold } from '../../src/app/untold.ts';
import { rootOf } from '../../src/telemetry/trace-ids.ts';
import { World, type WorldOptions } from '../support/world.ts';
import { Arrivals } from './a-telemetry.ts';

const worlds: World[] = [];
afterEach(() => Promise.all(worlds.splice(0).map((world) => world.close())));

async function heard(options: WorldOptions = {}) {
  const [world, arrivals] = [await World.start(options), new Arrivals()];
  worlds.push(world);
  world.telemetry = arrivals.process(() => world.clock.now());
  return { world, arrivals };
}

const named = (spans: readonly ReadableSpan[], name: string) => spans.filter((span) => span.name === name);
const idOf = (span: ReadableSpan) => span.spanContext().spanId;
const seconds = ([s]: readonly [number, number]) => s;

async function rotationOf(world: World): Promise<string> {
  const { past } = await world.record();
  return past.at(-1)?.id ?? 'none';
}

describe('a rotation', () => {
  it('is one trace, whose ids are made of its own, across all invocations', async () => {
    const { world, arrivals } = await heard({ vaults: ['kv-a', 'kv-b'] });
    await world.rotated();
    const { traceId, spanId } = rootOf(await rotationOf(world));
    const { spans } = arrivals;
    expect(new Set(spans.map((span) => span.spanContext().traceId))).toEqual(new Set([traceId]));
    const invocations = named(spans, 'reconcile');
    expect(invocations.length).toBeGreaterThan(2);
    expect(new Set(invocations.map((span) => span.parentSpanContext?.spanId))).toEqual(new Set([spanId]));
  });

  it('has a root that lasts as long as it did, and says why it began and how it ended', async () => {
    const { world, arrivals } = await heard();
    await world.rotated();
    const [past] = (await world.record()).past;
    const [root, ...others] = named(arrivals.spans, 'rotation');
    expect(others).toEqual([]);
    expect(root?.spanContext()).toMatchObject({ spanId: rootOf(past?.id ?? '').spanId });
    expect(root?.parentSpanContext).toBeUndefined();
    expect(root?.attributes).toEqual({
      'rotation.id': past?.id,
      'rotation.reason': 'KeyTooOld',
      'rotation.end': 'completed',
      target: 'chat-prod',
    });
    expect([root?.startTime, root?.endTime].map((at) => seconds(at ?? [0, 0]) * 1000)).toEqual([
      past?.startedAt,
      past?.endedAt,
    ]);
  });

  it('has a span for each step, with the slot and its role, under the invocation that took it', async () => {
    const { world, arrivals } = await heard();
    await world.rotated();
    const invocations = named(arrivals.spans, 'reconcile').map(idOf);
    const steps = arrivals.spans.filter(({ attributes }) => attributes.step !== undefined);
    expect(steps.every((span) => invocations.includes(span.parentSpanContext?.spanId ?? ''))).toBe(true);
    const told = steps.map(({ attributes: { step, slot, role, target } }) => [step, slot, role, target]);
    for (const [step, slot, role] of [
      ['condemn', undefined, undefined],
      ['regenerate', 'secondary', 'standby'],
      ['publish', 'secondary', undefined],
      ['await-consumers', 'primary', undefined],
      ['soak', 'primary', undefined],
      ['regenerate', 'primary', 'outgoing'],
      ['confirm-dead', undefined, undefined],
      ['complete', undefined, undefined],
    ]) {
      expect(told).toContainEqual([step, slot, role, 'chat-prod']);
    }
  });

  it('has a span for each request, with service, operation and status, under the step that sent it', async () => {
    const { world, arrivals } = await heard({ over: 'http' });
    await world.rotated();
    const steps = new Map(arrivals.spans.map((span) => [idOf(span), span.attributes.step]));
    const calls = arrivals.spans.filter(({ kind }) => kind === SpanKind.CLIENT);
    const sent = calls.map(({ name, attributes, parentSpanContext }) => [
      name,
      attributes['http.response.status_code'],
      steps.get(parentSpanContext?.spanId ?? ''),
    ]);
    expect(sent).toContainEqual(['arm regenerate-key', 202, 'regenerate']);
    expect(sent).toContainEqual(['key-vault set-secret', 200, 'publish']);
    expect(sent).toContainEqual(['key-vault update-secret', 200, 'disable-old-versions']);
    expect(sent).toContainEqual(['signalr probe-key', 401, 'confirm-dead']);
    expect(calls.filter(({ attributes }) => attributes.operation === 'other')).toEqual([]);
    // A key that is refused is an answer, and here the one that was hoped for.
    const refused = calls.filter(({ attributes }) => attributes['http.response.status_code'] === 401);
    expect(refused.map(({ status }) => status.code)).not.toContain(SpanStatusCode.ERROR);
  });

  it('is the same trace after a crash, and what the dead process had not sent is all that is missing', async () => {
    for (const crashAt of [20, 45, 70]) {
      const { world, arrivals } = await heard();
      world.mishap = (index) => {
        if (index !== crashAt) return null;
        // It tells nobody any more; the next one begins with nothing.
        world.telemetry = untold;
        return 'crash-after';
      };
      const before = new Arrivals();
      const telemetry = before.process(() => world.clock.now());
      world.telemetry = telemetry;
      await world.live(30 * 24 * 3_600_000, () => world.telemetry === untold);
      expect(world.telemetry).toBe(untold);
      world.telemetry = arrivals.process(() => world.clock.now());
      await world.rotated();
      const { traceId } = rootOf(await rotationOf(world));
      const of = (spans: readonly ReadableSpan[]) => new Set(spans.map((span) => span.spanContext().traceId));
      expect(of([...before.spans, ...arrivals.spans])).toEqual(new Set([traceId]));
      expect(named(arrivals.spans, 'rotation')).toHaveLength(1);
    }
  });

  it('shows which step failed, by a code and without a message', async () => {
    const { world, arrivals } = await heard();
    let isLost = false;
    world.mishap = (_, name) => {
      if (name !== 'secrets.publish' || isLost) return null;
      isLost = true;
      return 'fail';
    };
    await world.rotated();
    const failed = arrivals.spans.filter(({ status }) => status.code === SpanStatusCode.ERROR);
    expect(failed.map(({ name, attributes, status }) => [name, attributes['error.type'], status.message])).toEqual([
      ['publish', 'Unavailable', 'Unavailable'],
    ]);
  });

  it('has a trace of its own, also where another ends in the same invocation', async () => {
    const { world, arrivals } = await heard();
    const look = (rotation: string) =>
      world.telemetry.look({ target: 'chat-prod', rotation: () => rotation }, async (decided) =>
        decided({ step: 'condemn', slot: null, role: null }),
      );
    await world.telemetry.invocation(null, async () => {
      for (const rotation of ['one', 'one', 'two']) await look(rotation);
    });
    const traces = (name: string) => named(arrivals.spans, name).map((span) => span.spanContext().traceId);
    const [one, two] = ['one', 'two'].map((rotation) => rootOf(rotation).traceId);
    expect(traces('reconcile')).toEqual([one, two]);
    expect(traces('condemn')).toEqual([one, one, two]);
  });

  it('is linked to the trace of the host that invoked it, where that says one', async () => {
    const { world, arrivals } = await heard();
    const [traceId, spanId] = ['a'.repeat(32), 'b'.repeat(16)];
    for (const cause of [`00-${traceId}-${spanId}-01`, `00-${'0'.repeat(32)}-${spanId}-01`, 'rubbish', null]) {
      await world.telemetry.invocation(cause, () =>
        world.telemetry.look({ target: 'chat-prod', rotation: () => 'one' }, async () => undefined),
      );
    }
    const links = named(arrivals.spans, 'reconcile').map((span) => span.links.map(({ context }) => context));
    expect(links).toEqual([[expect.objectContaining({ traceId, spanId })], [], [], []]);
  });
});

describe('a target that does not rotate', () => {
  it('leaves no span, however often it is looked at', async () => {
    const { world, arrivals } = await heard();
    await world.rotated();
    const before = arrivals.spans.length;
    await world.live(24 * 3_600_000);
    expect(world.calls.length).toBeGreaterThan(100);
    expect(arrivals.spans).toHaveLength(before);
  });
});

import { readFileSync } from 'node:fs';
import { createHttpHeaders, type HttpClient } from '@azure/core-rest-pipeline';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { toApplicationInsights } from '../../src/azure/collector.ts';
import { addressesIn } from '../../src/telemetry/addresses.ts';
import { applicationInsights } from '../../src/telemetry/application-insights.ts';
import { listener } from '../../src/telemetry/listener.ts';
import { recorder } from '../../src/telemetry/recorder.ts';
import { openSdk } from '../../src/telemetry/sdk.ts';
import { World } from '../support/world.ts';

const KEY = '00000000-0000-0000-0000-000000000001';

interface Envelope {
  time: string;
  tags: Record<string, string>;
  data: {
    baseType: string;
    baseData: Record<string, unknown> & { id?: string; name?: string; metrics?: { name: string }[] };
  };
}

/** Takes what is sent, as the component would see it. */
function aComponent() {
  const envelopes: Envelope[] = [];
  const destination = applicationInsights(KEY, async (body) => {
    envelopes.push(...JSON.parse(Buffer.from(body).toString('utf8')));
    return 200;
  });
  return { envelopes, destination };
}

const nameOf = ({ data: { baseData } }: Envelope): string => baseData.name ?? baseData.metrics?.[0]?.name ?? '';

/** As the vector has them: ids by the names of their spans, metrics without their time. */
function byName(envelopes: readonly Envelope[]): Readonly<Record<string, unknown>> {
  const names = new Map(envelopes.map((each) => [each.data.baseData.id, `of ${nameOf(each)}`]));
  const renamed = envelopes.map(({ time, tags, data, ...rest }) => {
    const { 'ai.operation.id': traceId, 'ai.operation.parentId': parentId, ...others } = tags;
    const { id, ...baseData } = data.baseData;
    return {
      ...rest,
      time: data.baseType === 'MetricData' ? 'now' : time,
      tags: {
        ...others,
        ...(traceId === undefined ? {} : { 'ai.operation.id': 'the trace' }),
        ...(parentId === undefined ? {} : { 'ai.operation.parentId': names.get(parentId) }),
      },
      data: { ...data, baseData: { ...baseData, ...(id === undefined ? {} : { id: names.get(id) }) } },
    };
  });
  return Object.fromEntries(renamed.map((each, i) => [nameOf(envelopes[i] as Envelope), each]));
}

describe('Application Insights', () => {
  it("is sent what Microsoft's own exporter sends, and beside it whom a request went to and how it ended", async () => {
    const { envelopes, destination } = aComponent();
    const resource = resourceFromAttributes({
      'service.name': 'signalr-key-rotation',
      'service.namespace': 'default',
      'service.version': '1.2.3',
      'service.instance.id': 'one',
    });
    const spanProcessors = [new SimpleSpanProcessor({ exporter: destination.spans })];
    const tracer = new TracerProvider({ resource, spanProcessors }).getTracer('signalr-key-rotation');
    const begin: [number, number] = [1_790_000_000, 0];
    const attributes = { 'rotation.id': 'id-1', 'rotation.reason': 'KeyTooOld' };
    const root = tracer.startSpan('rotation', { root: true, startTime: begin, attributes });
    const inRoot = trace.setSpan(ROOT_CONTEXT, root);
    const links = [{ context: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 } }];
    const told = { startTime: begin, links, attributes: { target: 'chat-prod' } };
    const reconcile = tracer.startSpan('reconcile', told, inRoot);
    const inReconcile = trace.setSpan(inRoot, reconcile);
    const ofStep = { startTime: begin, attributes: { step: 'publish', 'error.type': 'Unavailable' } };
    const step = tracer.startSpan('publish', ofStep, inReconcile);
    step.setStatus({ code: SpanStatusCode.ERROR, message: 'Unavailable' });
    const ofCall = { service: 'key-vault', operation: 'set-secret', outcome: '200', 'peer.service': 'key-vault' };
    const call = tracer.startSpan(
      'key-vault set-secret',
      { kind: SpanKind.CLIENT, startTime: begin, attributes: { ...ofCall, 'http.response.status_code': 200 } },
      trace.setSpan(inReconcile, step),
    );
    call.end([1_790_000_000, 250e6]);
    step.end([1_790_000_001, 0]);
    reconcile.end([1_790_000_002, 500e6]);
    root.end([1_790_345_602, 500e6]);
    const reader = new PeriodicExportingMetricReader({ exporter: destination.metrics });
    const meters = new MeterProvider({ resource, readers: [reader] });
    const meter = meters.getMeter('signalr-key-rotation');
    meter.createCounter('calls').add(3, { service: 'arm' });
    meter.createHistogram('call_seconds', { unit: 's' }).record(0.25, { service: 'arm' });
    meter.createGauge('age').record(42, { slot: 'primary' });
    await meters.shutdown();

    const { envelopes: theirs } = JSON.parse(readFileSync('test/vectors/application-insights-exporter.json', 'utf8'));
    const ours = byName(envelopes);
    expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs).sort());
    for (const [name, envelope] of Object.entries<Envelope>(theirs)) {
      // Which SDK it was.
      const { 'ai.internal.sdkVersion': _, ...tags } = envelope.tags;
      const { measurements, ...baseData } = envelope.data.baseData;
      const added = BESIDE[name] ?? {};
      const isSpan = envelope.data.baseType === 'RemoteDependencyData';
      expect(ours[name]).toEqual({
        ...envelope,
        tags: { ...tags, ...(isSpan ? { 'ai.operation.name': 'rotation' } : {}) },
        data: { ...envelope.data, baseData: { ...baseData, ...added } },
      });
    }
  });

  it('adds up what it is sent: a counter says what has come since', async () => {
    const { envelopes, destination } = aComponent();
    const sdk = openSdk([destination], { version: '1', installation: 'default', instance: 'one' });
    const call = { service: 'arm', operation: 'list-keys', startedAt: 0, endedAt: 250, end: { status: 200 } };
    for (const count of [2, 1]) {
      for (let i = 0; i < count; i += 1) sdk.count(call);
      await sdk.sendMetrics([]);
    }
    const counted = envelopes.filter((each) => nameOf(each) === 'signalr_key_rotation_calls');
    expect(counted.map(({ data }) => data.baseData.metrics)).toEqual([
      [{ name: 'signalr_key_rotation_calls', kind: 'Aggregation', value: 2, count: 1 }],
      [{ name: 'signalr_key_rotation_calls', kind: 'Aggregation', value: 1, count: 1 }],
    ]);
  });

  it('has a rotation under one operation id, each span with the one above it', async () => {
    const { envelopes, destination } = aComponent();
    const world = await World.start();
    const sdk = openSdk([destination], { version: '1', installation: 'default', instance: 'one' });
    world.telemetry = recorder(
      () => world.clock.now(),
      listener(() => Promise.resolve(sdk)),
    );
    await world.rotated();
    const ids = new Set(envelopes.map(({ data }) => data.baseData.id));
    expect(new Set(envelopes.map(({ tags }) => tags['ai.operation.id'])).size).toBe(1);
    const roots = envelopes.filter(({ tags }) => tags['ai.operation.parentId'] === undefined);
    expect(roots.map(nameOf)).toEqual(['rotation']);
    const parents = envelopes.flatMap(({ tags }) => tags['ai.operation.parentId'] ?? []);
    expect(parents.every((id) => ids.has(id))).toBe(true);
  });

  it('gets the token of the identity for its audience, over https alone', async () => {
    const seen: { url: string; authorization: string | undefined }[] = [];
    const asked: unknown[] = [];
    const access = {
      credential: {
        getToken: async (scopes: unknown) => {
          asked.push(scopes);
          return { token: 'a-token', expiresOnTimestamp: Date.now() + 3_600_000 };
        },
      },
      httpClient: {
        sendRequest: async (request: Parameters<HttpClient['sendRequest']>[0]) => {
          seen.push({ url: request.url, authorization: request.headers.get('authorization') });
          return { request, status: 200, headers: createHttpHeaders() };
        },
      },
    };
    const to = (url: string) => toApplicationInsights(new URL(url), 'https://monitor.azure.us', access);
    expect(await to('https://x.in.applicationinsights.azure.us/v2.1/track')(Buffer.from('[]'))).toBe(200);
    await expect(to('http://x.example.org/v2.1/track')(Buffer.from('[]'))).rejects.toThrow(/https/);
    expect(asked.flat()).toEqual(['https://monitor.azure.us/.default']);
    expect(seen).toEqual([
      { url: 'https://x.in.applicationinsights.azure.us/v2.1/track', authorization: 'Bearer a-token' },
    ]);
  });
});

describe('the settings of Application Insights', () => {
  const endpoint = 'https://westeurope-5.in.applicationinsights.azure.com/';
  const text = `InstrumentationKey=${KEY};IngestionEndpoint=${endpoint};LiveEndpoint=https://l.example.org/`;
  const found = (connection: string, authentication?: string, isAllowed = true) =>
    addressesIn(
      {
        APPLICATIONINSIGHTS_CONNECTION_STRING: connection,
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: authentication,
      },
      () => isAllowed,
    );

  it('say where and by whom', () => {
    const { applicationInsights: component } = found(text, 'ClientId=client-1;Authorization=AAD');
    expect(component).toMatchObject({ instrumentationKey: KEY, identity: { clientId: 'client-1', audience: null } });
    expect(component?.track.href).toBe(`${endpoint}v2.1/track`);
    expect(found(text, 'Authorization=AAD').applicationInsights?.identity).toEqual({ clientId: null, audience: null });
    expect(found(text).applicationInsights?.identity).toBeNull();
    const other = found(`${text};AADAudience=https://monitor.azure.cn/`, 'Authorization=AAD');
    expect(other.applicationInsights?.identity?.audience).toBe('https://monitor.azure.cn');
  });

  it.each([
    `InstrumentationKey=${KEY}`,
    'IngestionEndpoint=https://x/',
    'rubbish',
    `InstrumentationKey=${KEY};IngestionEndpoint=x`,
  ])('that are %s are of no use, which is said', (bad) => {
    const { applicationInsights: component, fault } = found(bad);
    expect(component).toBeNull();
    expect(fault).toContain('APPLICATIONINSIGHTS_CONNECTION_STRING lacks');
  });

  it('are passed over with a local Azure, whose requests have no business there', () => {
    const { applicationInsights: component, fault } = found(text, 'Authorization=AAD', false);
    expect(component).toBeNull();
    expect(fault).toContain('with LOCAL_AZURE nothing is sent there');
  });
});

/** Whom a request went to, and the status or code: their exporter knows them only of requests that it sees the address of. */
const BESIDE: Readonly<Record<string, Record<string, unknown>>> = {
  'key-vault set-secret': { target: 'key-vault', resultCode: '200' },
  publish: { resultCode: 'Unavailable' },
};

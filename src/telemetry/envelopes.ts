import { type Attributes, type HrTime, type Link, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { DataPointType, type MetricData, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/** What Application Insights takes a span for: something that the app depended on, be it a service or a step of its own. */
export function spanEnvelope(span: ReadableSpan, instrumentationKey: string): object {
  const { traceId, spanId } = span.spanContext();
  const parentId = span.parentSpanContext?.spanId;
  const {
    service,
    outcome,
    'peer.service': _,
    'http.response.status_code': __,
    'error.type': failure,
    ...rest
  } = span.attributes;
  const isCall = span.kind === SpanKind.CLIENT;
  return {
    ...envelope('RemoteDependency', timeOf(span.startTime), instrumentationKey),
    tags: {
      ...tagsOf(span.resource),
      'ai.operation.id': traceId,
      ...(parentId === undefined ? {} : { 'ai.operation.parentId': parentId }),
      'ai.operation.name': 'rotation',
    },
    data: {
      baseType: 'RemoteDependencyData',
      baseData: {
        ver: 2,
        id: spanId,
        name: span.name,
        type: isCall ? 'Dependency' : parentId === undefined ? 'Dependency' : 'InProc',
        duration: durationOf(span.duration),
        success: span.status.code !== SpanStatusCode.ERROR,
        resultCode: String(isCall ? outcome : (failure ?? '0')),
        ...(isCall ? { target: String(service) } : {}),
        properties: { ...texts({ ...rest, ...(isCall ? { service, outcome } : {}) }), ...linksOf(span.links) },
      },
    },
  };
}

/** One for each series. A counter is what was added since the last time. */
export function metricEnvelopes({ resource, scopeMetrics }: ResourceMetrics, instrumentationKey: string): object[] {
  const tags = tagsOf(resource);
  return scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .flatMap((metric) =>
      valuesOf(metric).map(({ at, attributes, ...value }) => ({
        ...envelope('Metric', timeOf(at), instrumentationKey),
        tags,
        data: {
          baseType: 'MetricData',
          baseData: {
            ver: 2,
            metrics: [{ name: metric.descriptor.name, kind: 'Aggregation', ...value }],
            properties: texts(attributes),
          },
        },
      })),
    );
}

interface Value {
  readonly at: HrTime;
  readonly attributes: Attributes;
  readonly value: number;
  readonly count: number;
  readonly min?: number;
  readonly max?: number;
}

function valuesOf({ dataPointType, dataPoints }: MetricData): readonly Value[] {
  switch (dataPointType) {
    case DataPointType.SUM:
    case DataPointType.GAUGE:
      return dataPoints.map(({ endTime: at, attributes, value }) => ({ at, attributes, value, count: 1 }));
    case DataPointType.HISTOGRAM:
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return dataPoints.map(({ endTime: at, attributes, value: { sum = 0, count, min = 0, max = 0 } }) => {
        return { at, attributes, value: sum, count, min, max };
      });
    default:
      return dataPointType satisfies never;
  }
}

const envelope = (kind: string, time: string, iKey: string) => ({
  ver: 1,
  name: `Microsoft.ApplicationInsights.${kind}`,
  time,
  sampleRate: 100,
  iKey,
});

function tagsOf({ attributes }: Resource): Readonly<Record<string, string>> {
  const of = (name: string): string => String(attributes[`service.${name}`]);
  return {
    'ai.cloud.role': `${of('namespace')}.${of('name')}`,
    'ai.cloud.roleInstance': of('instance.id'),
    'ai.application.ver': of('version'),
  };
}

const texts = (attributes: Attributes): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)]));

const linksOf = (links: readonly Link[]): Readonly<Record<string, string>> =>
  links.length === 0
    ? {}
    : {
        '_MS.links': JSON.stringify(
          links.map(({ context: { traceId, spanId } }) => ({ operation_Id: traceId, id: spanId })),
        ),
      };

const timeOf = ([seconds, nanos]: HrTime): string => new Date(seconds * 1000 + nanos / 1e6).toISOString();

/** `d.hh:mm:ss.fff`, without the days where there are none. */
function durationOf([seconds, nanos]: HrTime): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const days = Math.floor(seconds / 86_400);
  const thousandths = String(Math.floor(nanos / 1e6)).padStart(3, '0');
  const time = `${two((seconds / 3600) % 24)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}.${thousandths}`;
  return days === 0 ? time : `${days}.${time}`;
}

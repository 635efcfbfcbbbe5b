import { type ISerializer, ProtobufMetricsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { AggregationTemporality } from '@opentelemetry/sdk-metrics';
import { type Post, posting } from './posting.ts';
import type { Destination } from './sdk.ts';

/**
 * OTLP over HTTP, in binary form, which every collector takes. The exporters of OpenTelemetry would bring an HTTP client, retries and an
 * environment of their own; here a request goes out as all others of the app do, once.
 */
export function otlp(post: { readonly traces: Post; readonly metrics: Post }): Destination {
  const traces = posting(post.traces, bodyBy(ProtobufTraceSerializer));
  const metrics = posting(post.metrics, bodyBy(ProtobufMetricsSerializer));
  return {
    spans: traces.exporter,
    // Counters as totals since the start of the process, which `service.instance.id` tells from others.
    metrics: { ...metrics.exporter, selectAggregationTemporality: () => AggregationTemporality.CUMULATIVE },
    trouble: () => traces.trouble() ?? metrics.trouble(),
  };
}

const bodyBy =
  <Items>({ serializeRequest }: ISerializer<Items, unknown>) =>
  (items: Items): Uint8Array | null =>
    serializeRequest(items) ?? null;

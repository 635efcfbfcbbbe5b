import { AggregationTemporality } from '@opentelemetry/sdk-metrics';
import { metricEnvelopes, spanEnvelope } from './envelopes.ts';
import { type Post, posting } from './posting.ts';
import type { Destination } from './sdk.ts';

/**
 * Application Insights, by the ingestion API that its own SDKs speak (`POST /v2.1/track`). Microsoft's exporter has been a beta for years, is made
 * for an older OpenTelemetry, would be the largest part of it, reports on itself to Microsoft, and keeps what it cannot send on disk:
 * docs/decisions/0014.
 */
export function applicationInsights(instrumentationKey: string, post: Post): Destination {
  const spans = posting(post, (items: readonly Parameters<typeof spanEnvelope>[0][]) =>
    bodyOf(items.map((span) => spanEnvelope(span, instrumentationKey))),
  );
  const metrics = posting(post, (items: Parameters<typeof metricEnvelopes>[0]) =>
    bodyOf(metricEnvelopes(items, instrumentationKey)),
  );
  return {
    spans: spans.exporter,
    // What it is sent it adds up.
    metrics: { ...metrics.exporter, selectAggregationTemporality: () => AggregationTemporality.DELTA },
    trouble: () => spans.trouble() ?? metrics.trouble(),
  };
}

const bodyOf = (envelopes: readonly object[]): Uint8Array | null =>
  envelopes.length === 0 ? null : Buffer.from(JSON.stringify(envelopes));

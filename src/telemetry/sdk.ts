import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace';
import type { Sample } from '../app/ports.ts';
import { callMetrics } from './call-metrics.ts';
import { fleetMetrics } from './fleet-metrics.ts';
import type { CallRecord, InvocationRecord } from './record.ts';
import { spansTo } from './spans.ts';

/** Where telemetry goes. */
export interface Destination {
  readonly spans: SpanExporter;
  readonly metrics: PushMetricExporter;
  /** Why it took nothing when it was last sent something; null where it did. */
  readonly trouble: () => string | null;
}

export interface Sdk {
  /** @returns whether there is anything to send */
  tell(record: InvocationRecord): boolean;
  count(record: CallRecord): void;
  sendSpans(): Promise<void>;
  /** With what a sweep saw, if it is one. */
  sendMetrics(samples: readonly Sample[]): Promise<void>;
  trouble(): string | null;
}

/** An export that takes longer is given up. */
export const EXPORT_LASTS_MS = 10_000;
/** Counters are sent this often while the process lives; a sweep and the end of the process send them, too. Each point is paid for. */
const METRICS_EVERY_MS = 5 * 60_000;

/** The providers of OpenTelemetry, which nothing finds by a global: whoever has this object has them. */
export function openSdk(
  destinations: readonly Destination[],
  of: { readonly version: string; readonly installation: string; readonly instance: string },
): Sdk {
  const resource = resourceFromAttributes({
    'service.name': 'signalr-key-rotation',
    'service.namespace': of.installation,
    'service.version': of.version,
    'service.instance.id': of.instance,
  });
  const processors = destinations.map(
    ({ spans }) => new BatchSpanProcessor({ exporter: spans, exportTimeoutMillis: EXPORT_LASTS_MS }),
  );
  const readers = destinations.map(
    ({ metrics }) =>
      new PeriodicExportingMetricReader({
        exporter: metrics,
        exportIntervalMillis: METRICS_EVERY_MS,
        exportTimeoutMillis: EXPORT_LASTS_MS,
      }),
  );
  const meters = new MeterProvider({ resource, readers });
  const meter = meters.getMeter('signalr-key-rotation', of.version);
  const show = fleetMetrics(meter);
  return {
    tell: spansTo(processors, resource),
    count: callMetrics(meter),
    async sendSpans() {
      await Promise.allSettled(processors.map((processor) => processor.forceFlush()));
    },
    async sendMetrics(samples) {
      show(samples);
      await meters.forceFlush().catch(() => undefined);
      // Another instance may sweep from now on: what this one saw must not be repeated every minute.
      show([]);
    },
    trouble: () => destinations.map(({ trouble }) => trouble()).find((trouble) => trouble !== null) ?? null,
  };
}

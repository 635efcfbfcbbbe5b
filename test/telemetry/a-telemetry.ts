import { AggregationTemporality, InMemoryMetricExporter } from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Telemetry } from '../../src/app/ports.ts';
import { listener } from '../../src/telemetry/listener.ts';
import { recorder } from '../../src/telemetry/recorder.ts';
import { openSdk } from '../../src/telemetry/sdk.ts';

/** What has arrived somewhere, whichever processes it came from. */
export class Arrivals {
  readonly #exporters: { readonly spans: InMemorySpanExporter; readonly metrics: InMemoryMetricExporter }[] = [];

  /** Telemetry as a new process has it. */
  process(now: () => number): Telemetry {
    const spans = new InMemorySpanExporter();
    const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    this.#exporters.push({ spans, metrics });
    const of = { version: '1.2.3', installation: 'default', instance: `instance-${this.#exporters.length}` };
    const sdk = openSdk([{ spans, metrics, trouble: () => null }], of);
    return recorder(
      now,
      listener(() => Promise.resolve(sdk)),
    );
  }

  get spans(): readonly ReadableSpan[] {
    return this.#exporters.flatMap(({ spans }) => spans.getFinishedSpans());
  }

  /** Every point of every collection. */
  get points(): readonly { readonly name: string; readonly attributes: object; readonly value: unknown }[] {
    const scopes = this.#exporters.flatMap(({ metrics }) => metrics.getMetrics().flatMap((all) => all.scopeMetrics));
    return scopes.flatMap(({ metrics }) =>
      metrics.flatMap(({ descriptor: { name }, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => ({ name, attributes, value })),
      ),
    );
  }

  /** All of it as text, as far as any exporter could write it. */
  get text(): string {
    const spans = this.spans.map((span) => {
      const { name, kind, attributes, events, links, status, resource, instrumentationScope } = span;
      return { name, kind, attributes, events, links, status, resource: resource.attributes, instrumentationScope };
    });
    const metrics = this.#exporters.map(({ metrics: each }) =>
      each.getMetrics().map(({ resource, scopeMetrics }) => ({ resource: resource.attributes, scopeMetrics })),
    );
    return JSON.stringify({ spans, metrics });
  }
}

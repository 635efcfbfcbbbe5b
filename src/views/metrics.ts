import { Gauge, type OpenMetricsContentType, Registry } from 'prom-client';
import type { Entry } from '../app/report/entry.ts';
import { type Instant, SLOTS } from '../core/model.ts';
import { type Family, OF_KEYS, OF_TARGETS } from './metric-families.ts';

export interface FleetFigures {
  readonly generatedAt: Instant;
  /** Under management. */
  readonly targets: number;
  /** Resources of the configured subscriptions that no target names. */
  readonly unmanaged: number;
  /** Blobs of events that could not be delivered; null where nobody looks. */
  readonly deadLetters: number | null;
}

/**
 * The fleet for Prometheus and its like, as OpenMetrics. There are gauges only, so that the text means the same to whoever
 * knows only the older format of Prometheus, where `# EOF` is a comment.
 */
export async function metricsOf(
  entries: readonly Entry[],
  fleet: FleetFigures,
): Promise<{ readonly body: string; readonly contentType: string }> {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const gauge = (name: string, help: string, labelNames: readonly string[]): Gauge =>
    new Gauge({ name: `signalr_key_rotation_${name}`, help, labelNames: [...labelNames], registers: [registry] });
  const add = <Of>(those: readonly Labelled<Of>[], shared: readonly string[], family: Family<Of>): void => {
    const { name, help, label, of } = family;
    const series = gauge(name, help, label === null ? shared : [...shared, label]);
    for (const { labels, it } of those) {
      for (const [own, value] of of(it, fleet.generatedAt)) {
        series.set(label === null ? labels : { ...labels, [label]: own }, value);
      }
    }
  };

  gauge('targets', 'Targets under management.', []).set(fleet.targets);
  gauge('unmanaged_resources', 'SignalR resources that no target names.', []).set(fleet.unmanaged);
  if (fleet.deadLetters !== null) {
    gauge('dead_letters', 'Blobs of events that Event Grid could not deliver.', []).set(fleet.deadLetters);
  }
  const targets = labelled(entries);
  const keys = targets.flatMap(({ labels, it }) =>
    SLOTS.map((slot) => ({ labels: { ...labels, slot }, it: it.keys[slot] })),
  );
  for (const family of OF_KEYS) add(keys, ['target', 'resource_id', 'slot'], family);
  for (const family of OF_TARGETS) add(targets, ['target', 'resource_id'], family);
  return { body: await registry.metrics(), contentType: registry.contentType };
}

interface Labelled<Of> {
  readonly labels: Readonly<Record<string, string>>;
  readonly it: Of;
}

/**
 * A name is enough, and short. Only an orphan can share one, with the target that has it now; two targets in one series
 * would hide the worse, so the orphan says whose it is.
 */
export function labelled(entries: readonly Entry[]): readonly Labelled<Entry>[] {
  const isOrphan = ({ condition }: Entry): boolean => condition?.code === 'Orphaned';
  const taken = new Set<string>();
  return [...entries.filter((entry) => !isOrphan(entry)), ...entries.filter(isOrphan)].map((it) => {
    const labels = taken.has(it.name) ? { target: it.name, resource_id: it.resourceId } : { target: it.name };
    taken.add(it.name);
    return { labels, it };
  });
}

import type { Sample } from '../app/ports.ts';
import type { Entry } from '../app/report/entry.ts';
import { type Instant, SLOTS } from '../core/model.ts';
import { OF_KEYS } from './metric-families.ts';
import { type FleetFigures, labelled } from './metrics.ts';

/**
 * Series for each target are paid for each time: of a large fleet the oldest are told, and how many there are of each kind. `/api/metrics` has
 * them all.
 */
const MOST_TARGETS = 50;

const TOLD_OF_KEYS = OF_KEYS.filter(({ name }) => name === 'key_oldest_age_seconds' || name === 'key_overdue');

/** The fleet for OpenTelemetry: the names, labels and rules of `/api/metrics`, fewer of them. */
export function samplesOf(entries: readonly Entry[], fleet: FleetFigures): readonly Sample[] {
  const one = (name: string, help: string, value: number, labels = {}): Sample => ({ name, help, labels, value });
  const phases = Map.groupBy(entries, ({ phase }) => phase);
  return [
    one('targets', 'Targets under management.', fleet.targets),
    one('unmanaged_resources', 'SignalR resources that no target names.', fleet.unmanaged),
    ...[...phases].map(([phase, { length }]) => one('targets_in_phase', 'Targets by their phase.', length, { phase })),
    one('keys_overdue', 'Keys that may be older than maxKeyAge.', entries.flatMap(keysOf).filter(isOverdue).length),
    ...ofKeys(oldest(entries), fleet.generatedAt),
  ];
}

function ofKeys(entries: readonly Entry[], now: Instant): readonly Sample[] {
  return labelled(entries).flatMap(({ labels, it }) =>
    SLOTS.flatMap((slot) =>
      TOLD_OF_KEYS.flatMap(({ name, help, of }) =>
        of(it.keys[slot], now).map(([, value]) => ({ name, help, labels: { ...labels, slot }, value })),
      ),
    ),
  );
}

const keysOf = ({ keys }: Entry) => SLOTS.map((slot) => keys[slot]);
const isOverdue = ({ overdueSince }: Entry['keys']['primary']): boolean => overdueSince !== null;

/** Those first whose oldest key is the oldest; a key of unknown age comes last, since it has no age to tell. */
function oldest(entries: readonly Entry[]): readonly Entry[] {
  if (entries.length <= MOST_TARGETS) return entries;
  const madeAfter = (entry: Entry): Instant =>
    keysOf(entry).reduce(
      (oldest, key) => Math.min(oldest, key.madeAfter ?? Number.POSITIVE_INFINITY),
      Number.POSITIVE_INFINITY,
    );
  const byAge = entries.map((entry) => ({ entry, at: madeAfter(entry) })).sort((a, b) => (a.at < b.at ? -1 : 1));
  return byAge.slice(0, MOST_TARGETS).map(({ entry }) => entry);
}

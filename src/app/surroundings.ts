import { type Duration, hostOf, type Instant, type Publication, type Target } from '../core/model.ts';
import type { Surroundings } from '../core/posture.ts';
import { PortError } from './errors.ts';
import type { Ports } from './ports.ts';

/** They change rarely, and nothing that is decided about keys rests on them. */
const LAST: Duration = 60 * 60_000;

/**
 * What stands around a target: diagnostic settings, and the vaults of its publications. What cannot be seen is left
 * unknown, since a report must not hold up a rotation.
 *
 * @param before what was seen last, which is good for an hour; null asks in any case
 */
export async function lookAround(
  ports: Pick<Ports, 'monitor' | 'inventory'>,
  { resourceId }: Target,
  publications: readonly Publication[],
  before: Surroundings | null,
  now: Instant,
): Promise<Surroundings> {
  if (before !== null && now - before.at < LAST) return before;
  const hosts = [...new Set(publications.map(({ secret }) => hostOf(secret)))];
  const diagnostics = await orUnknown(() => ports.monitor.diagnostics(resourceId), null);
  const vaults = await orUnknown(() => ports.inventory.vaults(hosts), before?.vaults ?? []);
  return { at: now, diagnostics, vaults };
}

async function orUnknown<T>(ask: () => Promise<T>, unknown: T): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof PortError) return unknown;
    throw error;
  }
}

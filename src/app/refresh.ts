import type { Duration } from '../core/model.ts';
import type { App } from './app.ts';
import { hintAll } from './hint.ts';
import type { Ports } from './ports.ts';

interface RefreshAnswer {
  readonly targets: number;
  /** The next sweeps find the others. */
  readonly enqueued: number;
}

/** A person waits for the answer. */
const LASTS: Duration = 20_000;

/**
 * Asks for a look at every target, whatever it waits for. Durable once this returns; asking again asks for newer ones.
 *
 * @throws LedgerUnavailable
 */
export async function askForRefresh(
  { targets, stopwatch }: Pick<App, 'targets' | 'stopwatch'>,
  { fleet, queue }: Pick<Ports, 'fleet' | 'queue'>,
): Promise<RefreshAnswer> {
  const startedAt = stopwatch();
  await fleet.askForRefresh();
  // By the clock of the row, which is the one that the looks go by.
  const { refreshAskedAt } = await fleet.look();
  const resources = targets.map(({ resourceId }) => resourceId);
  const enqueued = await hintAll(queue, resources, refreshAskedAt, () => stopwatch() - startedAt < LASTS);
  return { targets: targets.length, enqueued };
}

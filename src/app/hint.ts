import pLimit from 'p-limit';
import type { Duration, Instant, ResourceId } from '../core/model.ts';
import { PortError } from './errors.ts';
import type { ReconcileQueue } from './ports.ts';

/**
 * Wakes a worker. What is to be done is durable in the ledger already, so a queue that fails only costs time.
 *
 * @param newerThan wants an observation of then or later, whatever the target waits for
 * @returns false where the queue did not take it
 */
export async function hint(
  queue: ReconcileQueue,
  resource: ResourceId,
  delay: Duration,
  newerThan: Instant | null = null,
): Promise<boolean> {
  try {
    await queue.send(resource, delay, newerThan);
    return true;
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    return false;
  }
}

/** One after the other, ten thousand would take minutes. */
const AT_A_TIME = 16;

/**
 * Wakes a worker for each, in this order.
 *
 * @param hasTime false: the rest is left
 * @returns how many the queue took
 */
export async function hintAll(
  queue: ReconcileQueue,
  resources: readonly ResourceId[],
  newerThan: Instant | null,
  hasTime: () => boolean,
): Promise<number> {
  const limit = pLimit(AT_A_TIME);
  const wake = async (resource: ResourceId) => hasTime() && (await hint(queue, resource, 0, newerThan));
  const taken = await Promise.all(resources.map((resource) => limit(() => wake(resource))));
  return taken.filter(Boolean).length;
}

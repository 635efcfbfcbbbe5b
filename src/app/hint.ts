import type { Duration, ResourceId } from '../core/model.ts';
import { PortError } from './errors.ts';
import type { ReconcileQueue } from './ports.ts';

/** Wakes a worker. What is to be done is durable in the ledger already, so a queue that fails only costs time. */
export async function hint(queue: ReconcileQueue, resource: ResourceId, delay: Duration): Promise<void> {
  try {
    await queue.send(resource, delay);
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
  }
}

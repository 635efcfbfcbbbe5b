import type { QueueClient } from '@azure/storage-queue';
import type { ReconcileQueue } from '../app/ports.ts';
import { within } from './deadline.ts';
import { failureOf, unavailable } from './failure.ts';
import { openQueue, type Storage } from './storage.ts';

const LONGEST_DELAY_SECONDS = 7 * 24 * 3600;

/** The queue whose messages wake `reconcile`. The client, and with it token and connections, is shared by all invocations. */
export function reconcileQueue(access: { readonly storage: Storage }): (signal: AbortSignal) => ReconcileQueue {
  const queue = openQueue(access.storage, 'reconcile');

  return (signal) => ({
    async send(resourceId, delay, newerThan = null) {
      const told = { resourceId, ...(newerThan === null ? {} : { newerThan: new Date(newerThan).toISOString() }) };
      // The host decodes base64 unless host.json says otherwise. Early is harmless, it only looks again; before its time is not due.
      const message = Buffer.from(JSON.stringify(told)).toString('base64');
      const seconds = Math.min(Math.max(0, Math.ceil(delay / 1000)), LONGEST_DELAY_SECONDS);
      try {
        await within(signal, (abortSignal) => sendTo(queue, message, seconds, abortSignal));
      } catch (error) {
        throw unavailable('Queue storage', failureOf(error));
      }
    },
  });
}

async function sendTo(
  queue: QueueClient,
  message: string,
  visibilityTimeout: number,
  abortSignal: AbortSignal,
): Promise<void> {
  // By default a message expires after 7 days, and one that expires before it is visible is refused.
  const options = { visibilityTimeout, messageTimeToLive: -1, abortSignal };
  try {
    await queue.sendMessage(message, options);
  } catch (error) {
    if (failureOf(error).code !== 'QueueNotFound') throw error;
    await queue.createIfNotExists({ abortSignal });
    await queue.sendMessage(message, options);
  }
}

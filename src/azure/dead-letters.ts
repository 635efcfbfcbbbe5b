import type { ContainerClient } from '@azure/storage-blob';
import type { DeadLetters, DeadLettersSeen } from '../app/ports.ts';
import { within } from './deadline.ts';
import { failureOf, unavailable } from './failure.ts';
import { openContainer, type Storage } from './storage.ts';

/** One page, the largest that the service gives. More than that are not worth counting. */
const COUNTED_AT_MOST = 5_000;

/**
 * The container of what Event Grid could not deliver: a list of its blobs, none of which is opened. The client, and with it
 * token and connections, is shared by all invocations.
 */
export function blobDeadLetters(access: {
  readonly storage: Storage;
  readonly container: string;
}): (signal: AbortSignal) => DeadLetters {
  const container = openContainer(access.storage, access.container);
  return (signal) => ({
    async look() {
      try {
        return await within(signal, (limit) => listed(container, limit));
      } catch (error) {
        const failure = failureOf(error);
        // Nobody has made it, so nothing lies in it.
        if (failure.code === 'ContainerNotFound') return seenIn(container, [], false);
        throw unavailable('Blob storage', failure);
      }
    },
  });
}

async function listed(container: ContainerClient, abortSignal: AbortSignal): Promise<DeadLettersSeen> {
  const pages = container.listBlobsFlat({ abortSignal }).byPage({ maxPageSize: COUNTED_AT_MOST });
  for await (const { segment, continuationToken } of pages) {
    const times = segment.blobItems.map(({ properties }) => properties.lastModified.getTime());
    // A page may be empty and still not be the last.
    if (times.length > 0 || !continuationToken) return seenIn(container, times, Boolean(continuationToken));
  }
  return seenIn(container, [], false);
}

const seenIn = ({ url }: ContainerClient, times: readonly number[], isMore: boolean): DeadLettersSeen => ({
  container: url,
  count: times.length,
  isMore,
  oldestAt: times.length === 0 ? null : Math.min(...times),
  newestAt: times.length === 0 ? null : Math.max(...times),
});

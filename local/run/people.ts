import type { LocalAzure } from '../azure/server.ts';
import { newestVersion } from './key-state.ts';
import { type Change, timeSeen, type Watched } from './watch.ts';

/** What people do when they see that the app waits for applications that read their secret only at start. */
export async function restartAwaited(targets: readonly Watched[], azure: LocalAzure): Promise<readonly Change[]> {
  const changes = await Promise.all(targets.map((watched) => restartOf(watched, azure)));
  return changes.flat();
}

async function restartOf(watched: Watched, azure: LocalAzure): Promise<readonly Change[]> {
  const { managed, view, receipts } = watched;
  // They read the timeline, and a receipt comes a moment behind what it is about.
  const isTold = ['await-consumers', 'hold'].includes(receipts.at(-1)?.step ?? '');
  const awaited = isTold ? (view?.rotation?.awaiting.map(({ consumer }) => consumer) ?? []) : [];
  const changes: Change[] = [];
  for (const { consumer, secret, restart } of managed.consumers) {
    if (restart === null || !awaited.includes(consumer.name)) continue;
    // The app may not have heard yet that it has read the newest.
    if (consumer.uses === null || consumer.uses.version === newestVersion(secret, azure)) continue;
    await restart();
    changes.push({ kind: 'restarted', at: timeSeen(watched), target: managed.target.name, consumer: consumer.name });
  }
  return changes;
}

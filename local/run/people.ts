import type { LocalAzure } from '../azure/server.ts';
import { newestVersion } from './key-state.ts';
import { type Change, timeSeen, type Watched } from './watch.ts';
import type { World } from './world.ts';

/** What people do when they see what the app waits for. */
export async function doWhatPeopleDo(
  targets: readonly Watched[],
  { azure, url }: Pick<World, 'azure' | 'url'>,
): Promise<readonly Change[]> {
  const changes = await Promise.all(
    targets.map(async (watched) => [
      ...(await restartOf(watched, azure)),
      ...(await rollBackOf(watched, url)),
      ...(await reportOf(watched, url)),
      ...strangerOf(watched),
    ]),
  );
  return changes.flat();
}

/** Somebody has seen a key where none should be, and says so once the app knows the target. */
async function reportOf(watched: Watched, url: string): Promise<readonly Change[]> {
  const { managed, view } = watched;
  if (managed.report === null || watched.hasReported || view === null || view.observedAt === null) return [];
  const { name: target } = managed.target;
  const { why, ...named } = managed.report(managed.resource.fingerprints);
  const response = await fetch(`${url}/api/targets/${target}/compromise`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'the report' },
    body: JSON.stringify({ why, ...named }),
  });
  await response.arrayBuffer();
  if (!response.ok) return [];
  watched.hasReported = true;
  return [
    { kind: 'reported', at: timeSeen(watched), target, why: String(why), named: Object.values(named).map(String) },
  ];
}

/** Somebody with the right, and nobody's leave. */
function strangerOf(watched: Watched): readonly Change[] {
  const { managed, view } = watched;
  if (managed.stranger === null || watched.hasReported || view === null || view.observedAt === null) return [];
  managed.resource.listKeys();
  watched.hasReported = true;
  return [{ kind: 'listed', at: timeSeen(watched), target: managed.target.name }];
}

/** Somebody sees the switch under way, and does not like what the new key does to the application. */
async function rollBackOf(watched: Watched, url: string): Promise<readonly Change[]> {
  const { managed, receipts, using } = watched;
  // In the middle: some have the new key already.
  const isUnderWay = receipts.at(-1)?.step === 'await-consumers' && new Set(using.values()).size > 1;
  if (managed.expected !== 'rolled-back' || !isUnderWay) return [];
  const { name: target } = managed.target;
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const response = await fetch(`${url}/api/targets/${target}/rollback`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ why: 'the new key upsets the game servers', until }),
  });
  await response.arrayBuffer();
  return response.ok ? [{ kind: 'rolled-back', at: timeSeen(watched), target }] : [];
}

/** Applications that read their secret only at start are restarted by hand. */

async function restartOf(watched: Watched, azure: LocalAzure): Promise<readonly Change[]> {
  const { managed, view, receipts } = watched;
  // They read the timeline, and a receipt comes a moment behind what it is about.
  const isTold = ['await-consumers', 'hold'].includes(receipts.at(-1)?.step ?? '');
  const awaited = isTold ? (view?.rotation?.awaiting.map(({ consumer }) => consumer) ?? []) : [];
  const changes: Change[] = [];
  for (const { consumer, secret, restart, restartedWhen } of managed.consumers) {
    if (restart === null || restartedWhen === 'never' || !awaited.includes(consumer.name)) continue;
    if (restartedWhen === 'stalled' && view?.condition?.code !== 'Stalled') continue;
    // The app may not have heard yet that it has read the newest.
    if (consumer.uses === null || consumer.uses.version === newestVersion(secret, azure)) continue;
    await restart();
    changes.push({ kind: 'restarted', at: timeSeen(watched), target: managed.target.name, consumer: consumer.name });
  }
  return changes;
}

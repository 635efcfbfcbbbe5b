import type { Instant } from '../core/model.ts';
import type { App } from './app.ts';
import { alertCorrupted } from './corrupted-fleet.ts';
import { startDeadline } from './deadline.ts';
import { hintAll } from './hint.ts';
import { LEASE_LASTS } from './lease.ts';
import { isOutdated } from './outdated.ts';
import type { FleetLook, LedgerSummary } from './ports.ts';

export interface SweepResult {
  readonly targets: number;
  readonly enqueued: number;
}

/**
 * One pass over the ledger: enqueues what is new, past its `wakeAt`, has rows to take up or deliver, or a lease that
 * has run out, and leaves alone what somebody works on. What people asked for goes first, and what is only to be seen anew last. Pauses the fleet where too
 * many are stuck, and alerts rows of it that cannot be understood.
 *
 * @throws LedgerUnavailable
 */
export async function sweep(app: App): Promise<SweepResult> {
  const { signal } = startDeadline(app.stopwatch);
  const { ledger, fleet, queue } = app.openPorts(signal);
  const hasTime = () => !signal.aborted;
  const most = app.fleet.maxPerSweep ?? Number.POSITIVE_INFINITY;
  const { now, resources } = await ledger.summaries();
  const wanting = wantingALook(app, resources, now);
  const woken = await hintAll(queue, wanting.slice(0, most), null, hasTime);
  const look = await fleet.look();
  alertCorrupted(look, app.log);
  const stuck = stuckSinceLift(app, resources, look);
  if (stuck.length >= app.fleet.pauseAfterStalled) await pause(app, look, stuck, () => fleet.pause());
  const outdated = toSeeAnew(app, resources, wanting, look);
  const room = Math.max(0, most - wanting.length);
  const enqueued = woken + (await hintAll(queue, outdated.slice(0, room), look.refreshAskedAt, hasTime));
  const left = wanting.length + outdated.length - enqueued;
  app.log({ level: 'info', event: 'Swept', targets: app.targets.length, enqueued, left });
  return { targets: app.targets.length, enqueued };
}

/** Those that were asked for first; then new targets, those past their time, and orphans left in the middle. */
function wantingALook(
  { targets }: App,
  resources: readonly LedgerSummary[],
  now: Instant,
): LedgerSummary['resource'][] {
  const known = new Map(resources.map((summary) => [summary.resource, summary]));
  const configured = new Set(targets.map(({ resourceId }) => resourceId));
  const orphans = resources.filter(({ resource, open, hasOutbox }) => (open || hasOutbox) && !configured.has(resource));
  const wanting = [
    ...targets.map(({ resourceId }) => ({ resource: resourceId, summary: known.get(resourceId) ?? null })),
    ...orphans.map((summary) => ({ resource: summary.resource, summary: { ...summary, hasInbox: false } })),
  ].filter(({ summary }) => summary === null || wantsALook(summary, now));
  const isAsked = ({ summary }: (typeof wanting)[number]): number => (summary?.hasInbox ? 1 : 0);
  return wanting.sort((a, b) => isAsked(b) - isAsked(a)).map(({ resource }) => resource);
}

/** Whoever works on a target takes up what comes in meanwhile: a message could only find the lease taken. */
function wantsALook({ wakeAt, hasInbox, hasOutbox, leased, writtenAt }: LedgerSummary, now: Instant): boolean {
  if (leased) return now - (writtenAt ?? 0) >= LEASE_LASTS;
  return hasInbox || hasOutbox || wakeAt === null || wakeAt <= now;
}

/** Targets that were not seen since a person asked to see all anew. The others are looked at in any case. */
function toSeeAnew(
  { targets }: App,
  resources: readonly LedgerSummary[],
  others: readonly LedgerSummary['resource'][],
  { refreshAskedAt }: FleetLook,
): readonly LedgerSummary['resource'][] {
  if (refreshAskedAt === null) return [];
  const isWoken = new Set(others);
  const outdated = new Set(resources.filter((s) => isOutdated(s, refreshAskedAt)).map(({ resource }) => resource));
  return targets.map(({ resourceId }) => resourceId).filter((id) => outdated.has(id) && !isWoken.has(id));
}

/** Targets that were stuck when a person lifted the pause do not pause the fleet again. */
function stuckSinceLift(
  { targets }: App,
  resources: readonly LedgerSummary[],
  { liftedAt }: FleetLook,
): readonly LedgerSummary[] {
  const configured = new Set(targets.map(({ resourceId }) => resourceId));
  return resources.filter(
    ({ resource, stuckSince }) => configured.has(resource) && stuckSince !== null && stuckSince > (liftedAt ?? 0),
  );
}

async function pause(
  { log }: App,
  { pausedSince }: FleetLook,
  stuck: readonly LedgerSummary[],
  begin: () => Promise<boolean>,
): Promise<void> {
  const begins = pausedSince === null && (await begin());
  const remedy = 'Look at the targets named here, then lift the pause: DELETE /api/freeze.';
  const targets = stuck.slice(0, 20).map(({ name, resource }) => name ?? resource);
  log({
    level: begins ? 'error' : 'warning',
    event: 'FleetPaused',
    code: 'FleetPaused',
    remedy,
    stuck: stuck.length,
    targets,
  });
}

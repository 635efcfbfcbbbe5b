import { startDeadline } from './deadline.ts';
import { hint } from './hint.ts';
import type { LedgerSummary } from './ports.ts';
import type { App } from './reconcile.ts';

export interface SweepResult {
  readonly targets: number;
  readonly enqueued: number;
}

/**
 * One pass over the ledger: enqueues what is new, past its `wakeAt`, has rows to take up or deliver, or a lease that
 * nobody released. What people asked for goes first.
 *
 * @throws LedgerUnavailable
 */
export async function sweep(app: App): Promise<SweepResult> {
  const { signal } = startDeadline(app.stopwatch);
  const { ledger, queue } = app.openPorts(signal);
  const { now, resources } = await ledger.summaries();
  const known = new Map(resources.map((summary) => [summary.resource, summary]));
  const wanting = app.targets
    .map((target) => ({ target, summary: known.get(target.resourceId) ?? null }))
    .filter(({ summary }) => summary === null || wantsALook(summary, now))
    .sort((a, b) => Number(b.summary?.hasInbox ?? false) - Number(a.summary?.hasInbox ?? false));
  for (const { target } of wanting) await hint(queue, target.resourceId, 0);
  app.log({ level: 'info', event: 'Swept', targets: app.targets.length, enqueued: wanting.length });
  return { targets: app.targets.length, enqueued: wanting.length };
}

const wantsALook = ({ wakeAt, hasInbox, hasOutbox, leased }: LedgerSummary, now: number): boolean =>
  hasInbox || hasOutbox || leased || wakeAt === null || wakeAt <= now;

import { type Duration, emptyState, type Instant, type ResourceId, type Target } from '../core/model.ts';
import type { App } from './app.ts';
import { type Deadline, startDeadline, withinDeadline } from './deadline.ts';
import { type End, endOfForgotten, endOfOrphan } from './ends.ts';
import { LeaseLost, LedgerCorrupted } from './errors.ts';
import { hint } from './hint.ts';
import { takeUpInbox } from './inbox.ts';
import { isLeased, type Lease, takeLease } from './lease.ts';
import { logDropped } from './log-dropped.ts';
import { type Meter, startMeter } from './meter.ts';
import { DATE_GRANULARITY, isOutdated } from './outdated.ts';
import type { Inbox, LedgerRecord, Partition, Ports } from './ports.ts';
import { FIRST_HEAD } from './receipts.ts';
import { waitedUntil } from './spent.ts';
import { finish, work } from './work.ts';

/** Until the worker that holds the lease is likely to have looked again; one message for each that came. */
const WHILE_LEASED: Duration = 30_000;

export type ReconcileResult = 'not-ours' | 'orphaned' | 'nothing-to-do' | 'leased' | 'lost' | 'corrupted' | 'done';

/**
 * Looks at one target and takes safe steps until there is a reason to wait. Whoever calls it, however often and in
 * whatever order: at most one worker acts, and asking again changes nothing.
 *
 * @param newerThan wants an observation of then or later, although the target's time has not come
 * @throws LedgerUnavailable and nothing else: only then the queue has to redeliver the message
 */
export async function reconcile(
  resource: ResourceId,
  app: App,
  newerThan: Instant | null = null,
): Promise<ReconcileResult> {
  const deadline = startDeadline(app.stopwatch);
  const meter = startMeter(app.stopwatch);
  const ports = openWithin(deadline, meter, app);
  try {
    const partition = await ports.ledger.read(resource);
    if (isLeased(partition)) {
      // It is about something that the look which is under way may have missed, and that stands in no row.
      if (newerThan !== null) await hint(ports.queue, resource, WHILE_LEASED, newerThan);
      return 'leased';
    }
    const target = app.targets.find((t) => t.resourceId === resource);
    if (target === undefined) return await reconcileOrphan(resource, partition, ports, app);
    if (!needsALook(partition) && !owesALook(partition, newerThan)) return 'nothing-to-do';
    const lease = await takeUp(ports, target, partition, app);
    await work({ ports, target, lease, deadline, partition, app, meter });
    tellEnded(partition.record, lease.record, app);
    await sendAgainIfAsked(ports, resource);
    return 'done';
  } catch (error) {
    if (error instanceof LeaseLost) return 'lost';
    if (!(error instanceof LedgerCorrupted)) throw error;
    // The row stays as it is: whoever guesses at it, or begins anew, may regenerate a key that is in use.
    const { code, message: remedy } = error;
    const target = app.targets.find(({ resourceId }) => resourceId === resource)?.name ?? 'unknown';
    app.log({ level: 'error', event: code, target, resource, code, remedy });
    return 'corrupted';
  }
}

/** Once a rotation: what a crash keeps from being told is not told later. */
function tellEnded(before: LedgerRecord | null, { past, state }: LedgerRecord, { telemetry }: App): void {
  const known = new Set(before?.past.map(({ id }) => id));
  for (const rotation of past) if (!known.has(rotation.id)) telemetry.ended(rotation, state.name);
}

/** The lease's own calls are not bound: the release has to be written when the time is over. */
function openWithin(deadline: Deadline, meter: Meter, app: App): Ports {
  const opened = app.openPorts(deadline.signal);
  const service = <Port extends object>(port: Port): Port => meter.metered(withinDeadline(port, deadline));
  return {
    ...opened,
    keys: service(opened.keys),
    secrets: service(opened.secrets),
    dataPlane: service(opened.dataPlane),
    consumers: service(opened.consumers),
    notifier: service(opened.notifier),
    monitor: service(opened.monitor),
    estate: service(opened.estate),
    fleet: withinDeadline(opened.fleet, deadline),
    inventory: withinDeadline(opened.inventory, deadline),
  };
}

function needsALook({ record, inbox, outbox, freeze, now }: Partition): boolean {
  if (record === null || record.lease !== null) return true;
  const isLifted = record.condition?.detail.freeze?.scope === 'target' && freeze === null;
  // A delayed message may arrive a little before the whole second of its time.
  return isLifted || inbox.length > 0 || outbox.length > 0 || record.wakeAt <= now + DATE_GRANULARITY;
}

/** Somebody asked to see the target as it was then or later. A message that comes twice, or late, finds that done. */
function owesALook({ record, age, now }: Partition, newerThan: Instant | null): boolean {
  if (record === null || age === null || newerThan === null) return false;
  return isOutdated({ observedAt: record.state.observedAt, writtenAt: now - age }, newerThan);
}

/** Takes the lease and, in the same write, what the inbox holds; its rows go afterwards, so none is lost between. */
async function takeUp(ports: Ports, target: Target, partition: Partition, app: App): Promise<Lease> {
  const before = waitedUntil(partition.record ?? emptyRecord(target, partition), partition.now);
  const record = takeUpInbox(before, partition.inbox, partition.now);
  const lease = await takeLease(ports.ledger, target.resourceId, partition, record, app.newId(), app.stopwatch);
  logDropped(partition.inbox, record, target, app.log);
  if (partition.inbox.length > 0) await ports.ledger.removeInbox(target.resourceId, partition.inbox);
  return lease;
}

/** What the ledger would hold of a target before its first look. */
export const emptyRecord = (target: Target, { now }: Pick<Partition, 'now'>): LedgerRecord => ({
  state: emptyState(target),
  phase: 'nothing-due',
  findings: [],
  condition: null,
  requests: [],
  receiptedWait: null,
  wakeAt: now,
  pausedAt: null,
  attempt: 0,
  stuckSince: null,
  overdueAlertedAt: null,
  slots: null,
  posture: null,
  past: [],
  awaiting: [],
  head: FIRST_HEAD,
  lease: null,
});

/** A request that came after the inbox was read would otherwise wait for the next sweep. */
async function sendAgainIfAsked({ ledger, queue }: Ports, resource: ResourceId): Promise<void> {
  const { inbox } = await ledger.read(resource);
  if (inbox.length > 0) await hint(queue, resource, 0);
}

/** A target that was removed from the file is never touched again. One that was left in the middle is said, daily. */
async function reconcileOrphan(
  resource: ResourceId,
  partition: Partition,
  ports: Ports,
  app: App,
): Promise<ReconcileResult> {
  const { record } = partition;
  if (record === null || (!isOpen(record) && partition.outbox.length === 0)) return 'not-ours';
  const order = forgetOf(partition);
  if (order === null && !needsALook({ ...partition, inbox: [] })) return 'nothing-to-do';
  const lease = await takeLease(ports.ledger, resource, partition, record, app.newId(), app.stopwatch);
  const end = endOf(record, order, lease, app);
  await finish(end, lease, ports, app);
  tellEnded(record, lease.record, app);
  if (order !== null) await ports.ledger.removeInbox(resource, [order]);
  return 'orphaned';
}

/** One that is not in the middle of anything has receipts to deliver, and is let go. */
function endOf(record: LedgerRecord, order: OrderRow | null, lease: Lease, { configHash }: App): End {
  if (order !== null) return endOfForgotten(lease, order.order, configHash);
  if (isOpen(record)) return endOfOrphan(lease, configHash);
  return { update: { wakeAt: record.wakeAt }, receipts: [], log: [] };
}

/** A person's order to drop the rotation that is open, and no other. */
const forgetOf = ({ inbox, record }: Partition): OrderRow | null =>
  inbox
    .filter((row): row is OrderRow => row.kind === 'order')
    .find(({ order }) => order.is === 'forget' && order.rotation === rotationOf(record)) ?? null;

type OrderRow = Extract<Inbox, { kind: 'order' }>;

/** An intent without a rotation is bound to the empty name. */
export const rotationOf = (record: LedgerRecord | null): string => record?.state.rotation?.id ?? '';

/** A rotation or an intent is open: somebody has to finish it. */
export const isOpen = ({ state: { rotation, intent, publishing } }: LedgerRecord): boolean =>
  rotation !== null || intent !== null || publishing !== null;

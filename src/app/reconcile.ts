import { decide } from '../core/decide.ts';
import type { Decision } from '../core/decision.ts';
import { learn } from '../core/learn.ts';
import { type Duration, emptyState, type ResourceId, type Target } from '../core/model.ts';
import { situationOf } from '../core/slots.ts';
import { type Deadline, OutOfTime, startDeadline, withinDeadline } from './deadline.ts';
import { type End, endOfFailure, endOfPause } from './ends.ts';
import { Defect, LeaseLost, LedgerCorrupted, LedgerUnavailable, PortError } from './errors.ts';
import { hint } from './hint.ts';
import { takeUpInbox } from './inbox.ts';
import { isLeased, type Lease, takeLease, type Update } from './lease.ts';
import type { Log } from './log.ts';
import { ask, observe } from './observe.ts';
import type { LedgerRecord, OpenPorts, Partition, Ports } from './ports.ts';
import { FIRST_HEAD } from './receipts.ts';
import type { SecretValue } from './secret-value.ts';
import { act, isPause } from './steps/act.ts';
import type { StepContext } from './steps/step.ts';

/** What the use cases are given; nothing in app reads a clock, chance or the environment by itself. */
export interface App {
  readonly openPorts: OpenPorts;
  readonly targets: readonly Target[];
  readonly configHash: string;
  readonly log: Log;
  /** Random and unique. */
  readonly newId: () => string;
  /** A key that the service cannot know: the negative control. */
  readonly randomKey: () => SecretValue;
  /** Uniform in [0, 1): spreads retries. */
  readonly chance: () => number;
  /** Milliseconds from any origin; measures durations only. */
  readonly stopwatch: () => number;
}

/** The service's `date` has whole seconds, so a message may arrive this much before its `wakeAt`. */
const DATE_GRANULARITY: Duration = 1_000;
/** A wait of at most this long sends one delayed message; a longer one is found by the sweep. */
const DELAYED_MESSAGE_AT_MOST: Duration = 10 * 60_000;

export type ReconcileResult = 'not-ours' | 'nothing-to-do' | 'leased' | 'lost' | 'corrupted' | 'done';

/**
 * Looks at one target and takes safe steps until there is a reason to wait. Whoever calls it, however often and in
 * whatever order: at most one worker acts, and asking again changes nothing.
 *
 * @throws LedgerUnavailable and nothing else: only then the queue has to redeliver the message
 */
export async function reconcile(resource: ResourceId, app: App): Promise<ReconcileResult> {
  const target = app.targets.find((t) => t.resourceId === resource);
  if (target === undefined) return 'not-ours';
  try {
    return await reconcileTarget(target, app);
  } catch (error) {
    if (error instanceof LeaseLost) return 'lost';
    if (!(error instanceof LedgerCorrupted)) throw error;
    // The row stays as it is: whoever guesses at it, or begins anew, may regenerate a key that is in use.
    const { code, message: remedy } = error;
    app.log({ level: 'error', event: code, target: target.name, resource, code, remedy });
    return 'corrupted';
  }
}

async function reconcileTarget(target: Target, app: App): Promise<ReconcileResult> {
  const deadline = startDeadline(app.stopwatch);
  const opened = app.openPorts(deadline.signal);
  const partition = await opened.ledger.read(target.resourceId);
  if (isLeased(partition)) return 'leased';
  if (!needsALook(partition)) return 'nothing-to-do';
  const ports: Ports = {
    ...opened,
    keys: withinDeadline(opened.keys, deadline),
    secrets: withinDeadline(opened.secrets, deadline),
    dataPlane: withinDeadline(opened.dataPlane, deadline),
  };
  const lease = await takeUp(ports, target, partition, app);
  await work({ ports, target, lease, deadline, app });
  await sendAgainIfAsked(ports, target.resourceId);
  return 'done';
}

function needsALook({ record, inbox, outbox, now }: Partition): boolean {
  if (record === null || record.lease !== null) return true;
  return inbox.length > 0 || outbox.length > 0 || record.wakeAt <= now + DATE_GRANULARITY;
}

/** Takes the lease and, in the same write, what the inbox holds; its rows go afterwards, so none is lost between. */
async function takeUp(ports: Ports, target: Target, partition: Partition, app: App): Promise<Lease> {
  const before = partition.record ?? emptyRecord(target, partition);
  const record = takeUpInbox(before, partition.inbox, partition.now);
  const lease = await takeLease(ports.ledger, target.resourceId, partition, record, app.newId(), app.stopwatch);
  if (partition.inbox.length > 0) await ports.ledger.removeInbox(target.resourceId, partition.inbox);
  return lease;
}

const emptyRecord = (target: Target, { now }: Partition): LedgerRecord => ({
  state: emptyState(target),
  phase: 'nothing-due',
  finding: null,
  condition: null,
  requests: [],
  receiptedWait: null,
  wakeAt: now,
  attempt: 0,
  observedAt: null,
  roles: null,
  awaiting: [],
  head: FIRST_HEAD,
  lease: null,
});

interface Work {
  readonly ports: Ports;
  readonly target: Target;
  readonly lease: Lease;
  readonly deadline: Deadline;
  readonly app: App;
}

async function work(work: Work): Promise<void> {
  const { lease, ports, target, app } = work;
  const { update, receipts, log } = await lookAndStep(work);
  await lease.release(update, receipts);
  for (const record of log) app.log(record);
  await lease.deliver();
  const delay = (update.wakeAt ?? lease.now()) - lease.now();
  if (delay <= DELAYED_MESSAGE_AT_MOST) await hint(ports.queue, target.resourceId, Math.max(0, delay));
}

/** Looks and steps until a decision is to wait, or something fails; either way the end is written with the release. */
async function lookAndStep(work: Work): Promise<End> {
  const { lease, deadline, app, target } = work;
  try {
    for (;;) {
      deadline.check();
      const { decision, context, learned } = await lookAndDecide(work);
      if (isPause(decision)) {
        const end = endOfPause(decision, lease, target, app.configHash);
        return { ...end, update: { ...learned, ...end.update } };
      }
      await lease.commit({ ...learned, phase: decision.kind, receiptedWait: null });
      await act(decision, context);
      await lease.deliver();
    }
  } catch (error) {
    const isOfLedger = [LeaseLost, LedgerUnavailable, LedgerCorrupted].some((kind) => error instanceof kind);
    if (isOfLedger) throw error;
    if (error instanceof OutOfTime) return { update: { wakeAt: lease.now() }, receipts: [], log: [] };
    return endOfFailure(error instanceof PortError ? error : new Defect(error), lease, target, app);
  }
}

async function lookAndDecide({
  ports,
  target,
  lease,
  deadline,
  app,
}: Work): Promise<{ decision: Decision; context: StepContext; learned: Update }> {
  const { newId, configHash } = app;
  let look = await observe(ports, target, lease.record.state, lease.now());
  const state = learn(lease.record.state, look.observation, target, lease.now());
  const situation = situationOf(target, state, look.observation, lease.now());
  let decision = decide(situation);
  if (decision.kind === 'ask') {
    look = await ask(ports, look, decision.keys, state, app.randomKey());
    decision = decide(situationOf(target, state, look.observation, lease.now()));
  }
  if (decision.kind === 'ask') throw new Error('The chain asks what was answered already.');
  const [primary, secondary] = situation.slots;
  const roles = { primary: primary.role, secondary: secondary.role };
  const learned = { state, roles, observedAt: lease.now() };
  return { decision, learned, context: { ports, target, look, lease, deadline, newId, configHash } };
}

/** A request that came after the inbox was read would otherwise wait for the next sweep. */
async function sendAgainIfAsked({ ledger, queue }: Ports, resource: ResourceId): Promise<void> {
  const { inbox } = await ledger.read(resource);
  if (inbox.length > 0) await hint(queue, resource, 0);
}

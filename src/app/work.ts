import type { Control } from '../core/control.ts';
import { decide } from '../core/decide.ts';
import type { Decision } from '../core/decision.ts';
import { learn } from '../core/learn.ts';
import type { Duration, Target, TargetState } from '../core/model.ts';
import type { Surroundings } from '../core/posture.ts';
import { type Situation, situationOf } from '../core/slots.ts';
import type { App } from './app.ts';
import { askConsumers } from './ask-consumers.ts';
import { lookAtControl, PlaceTaken } from './brakes.ts';
import { type Deadline, OutOfTime } from './deadline.ts';
import { deliver } from './deliver.ts';
import { type End, endOfFailure, endOfPause, endOfTaken } from './ends.ts';
import { Defect, LeaseLost, LedgerCorrupted, LedgerUnavailable, PortError } from './errors.ts';
import { hint } from './hint.ts';
import { takeUpInbox } from './inbox.ts';
import type { Lease, Update } from './lease.ts';
import type { LogRecord } from './log.ts';
import { logDropped } from './log-dropped.ts';
import type { Meter } from './meter.ts';
import { askKeys, type Look, observe } from './observe.ts';
import { alertedOfOverdue } from './overdue.ts';
import type { Partition, Ports, StepTold } from './ports.ts';
import { paused } from './spent.ts';
import { act, isPause, type Step } from './steps/act.ts';
import { foundDone } from './steps/publish.ts';
import { summaryOf } from './summary.ts';
import { lookAround } from './surroundings.ts';

/** A wait of at most this long sends one delayed message; a longer one is found by the sweep. */
const DELAYED_MESSAGE_AT_MOST: Duration = 10 * 60_000;

export interface Work {
  readonly ports: Ports;
  readonly target: Target;
  readonly lease: Lease;
  readonly deadline: Deadline;
  readonly partition: Pick<Partition, 'freeze' | 'now'>;
  readonly app: App;
  readonly meter: Meter;
}

/** Looks and steps until there is a reason to wait; the end is written together with the lease's release. */
export async function work(work: Work): Promise<void> {
  const { lease, ports, target } = work;
  const end = alertedOfOverdue(await lookAndStep(work), lease, target);
  await finish({ ...end, update: paused(end.update, lease, work.meter) }, lease, ports, work.app);
  const delay = lease.record.wakeAt - lease.now();
  if (delay <= DELAYED_MESSAGE_AT_MOST) await hint(ports.queue, target.resourceId, Math.max(0, delay));
}

export async function finish({ update, receipts, log }: End, lease: Lease, ports: Ports, app: App): Promise<void> {
  await lease.release(update, receipts);
  for (const record of log) app.log(record);
  await deliver(lease, ports, app);
}

async function lookAndStep(work: Work): Promise<End> {
  const { lease, app, target } = work;
  const of = { target: target.name, rotation: () => lease.record.state.rotation?.id ?? null };
  let steps = 0;
  try {
    let { partition } = work;
    for (;;) {
      const next = await app.telemetry.look(of, (decided) => {
        const stepped = (): void => {
          steps += 1;
        };
        return lookOnce({ ...work, partition }, { decided, stepped });
      });
      if ('update' in next) return next;
      ({ partition } = next);
    }
  } catch (error) {
    const isOfLedger = [LeaseLost, LedgerUnavailable, LedgerCorrupted].some((kind) => error instanceof kind);
    if (isOfLedger) throw error;
    // An invocation that is used up by its look would begin anew for ever, and nobody would be told.
    if (error instanceof OutOfTime && steps > 0) return { update: { wakeAt: lease.now() }, receipts: [], log: [] };
    if (error instanceof PlaceTaken) return endOfTaken(lease, target);
    return endOfFailure(error instanceof PortError ? error : new Defect(error), lease, target, app);
  }
}

/** One look with its step, after which the next look has what came in meanwhile; or the reason to wait. */
async function lookOnce(
  work: Work,
  { decided, stepped }: { readonly decided: (step: StepTold) => void; readonly stepped: () => void },
): Promise<End | { readonly partition: Work['partition'] }> {
  const { lease, deadline, app, target, partition } = work;
  deadline.check();
  const control = await lookAtControl(work.ports, target, partition, app.fleet);
  const { situation, decision, look } = await lookAndDecide(work, control);
  decided(toldOf(decision));
  const { participants } = situation;
  const found = foundDone(lease.record.state, situation.state, look, { lease, ...app });
  if (isPause(decision)) {
    const end = endOfPause(decision, lease, target, app.configHash);
    const reported = await report(work, situation, look);
    return { ...end, update: { ...reported, ...end.update }, receipts: [...found, ...end.receipts] };
  }
  const { state } = situation;
  const learned = { state, ...summaryOf(situation, look, surroundingsIn(lease)) };
  await lease.commit({ ...learned, phase: decision.kind, receiptedWait: null }, found);
  const rotation = lease.record.state.rotation?.id ?? null;
  await act(decision, { ...work, ...app, look, participants });
  stepped();
  app.log(stepTaken(decision.kind, rotation, lease, target));
  await deliver(lease, work.ports, app);
  return { partition: await catchUp(work) };
}

const toldOf = (decision: Decision): StepTold => ({
  step: decision.kind,
  slot: 'slot' in decision ? decision.slot : null,
  role: 'role' in decision ? decision.role : null,
});

/** Carries the head of the receipts, so that a chain that was rewritten since shows. */
const stepTaken = (
  step: Step['kind'],
  rotation: string | null,
  { record: { head } }: Lease,
  target: Target,
): LogRecord => ({
  level: 'info',
  event: step === 'complete' ? 'RotationCompleted' : 'StepTaken',
  target: target.name,
  resource: target.resourceId,
  rotation,
  step,
  seq: head.seq,
  head: head.hash,
});

/** What came in meanwhile counts from the next step on: an order that was answered is not passed over. */
async function catchUp({ ports, lease, target, app }: Work): Promise<Partition> {
  const partition = await ports.ledger.read(target.resourceId);
  if (partition.inbox.length === 0) return partition;
  const { state, requests } = takeUpInbox(lease.record, partition.inbox, lease.now());
  await lease.commit({ state, requests });
  logDropped(partition.inbox, lease.record, target, app.log);
  await ports.ledger.removeInbox(target.resourceId, partition.inbox);
  return partition;
}

async function lookAndDecide({ ports, target, lease, app }: Work, control: Control): Promise<Decided> {
  const found = await lookAndLearn(ports, target, lease.record.state, app, lease.now());
  return await decideOn(found, ports, target, app, control, lease.now());
}

/** What the ledger keeps of the last look of an invocation, with what stands around the target. */
async function report({ ports, target, lease }: Work, situation: Situation, look: Look): Promise<Update> {
  const before = surroundingsIn(lease);
  const { state, participants, now } = situation;
  const surroundings = await lookAround(ports, target, participants.publications, before, now);
  return { state, ...summaryOf(situation, look, surroundings) };
}

const surroundingsIn = ({ record: { posture } }: Lease): Surroundings | null => posture?.surroundings ?? null;

/** One look, and what the ledger learns from it. Changes nothing. */
export async function lookAndLearn(
  ports: Ports,
  target: Target,
  before: TargetState,
  { installation }: App,
  now: number,
): Promise<Found> {
  const look = await observe(ports, target, before, installation, now);
  return { look, state: learn(before, look.observation, target, now) };
}

interface Found {
  readonly look: Look;
  readonly state: TargetState;
}

/** Consumers, then keys, then both again for what came of it: more questions than these would have no end. */
const MOST_QUESTIONS = 4;

export interface Decided {
  readonly situation: Situation;
  readonly decision: Decision;
  readonly look: Look;
}

/** What the chain makes of a look, with everybody asked who has to be. Changes nothing. */
export async function decideOn(
  found: Found,
  ports: Ports,
  target: Target,
  { randomKey, stopwatch }: App,
  control: Control,
  now: number,
): Promise<Decided> {
  let { look, state } = found;
  for (let asked = 0; asked <= MOST_QUESTIONS; asked += 1) {
    const situation = situationOf(target, state, look.observation, now, control);
    const decision = decide(situation);
    if (decision.kind !== 'ask') return { situation, decision, look };
    if (decision.keys.length > 0) look = await askKeys(ports, look, decision.keys, state, randomKey());
    if (decision.consumers.length > 0) {
      ({ look, state } = await askConsumers(
        ports,
        { look, state },
        decision.consumers,
        situation.participants,
        stopwatch,
        now,
      ));
    }
  }
  throw new Error('The chain asks what was answered already.');
}

import type { Control } from '../core/control.ts';
import { decide } from '../core/decide.ts';
import type { Decision } from '../core/decision.ts';
import { findingsOf } from '../core/findings.ts';
import { learn } from '../core/learn.ts';
import type { Duration, Target, TargetState } from '../core/model.ts';
import { type Situation, situationOf } from '../core/slots.ts';
import type { App } from './app.ts';
import { lookAtControl, PlaceTaken } from './brakes.ts';
import { type Deadline, OutOfTime } from './deadline.ts';
import { type End, endOfFailure, endOfPause, endOfTaken } from './ends.ts';
import { Defect, LeaseLost, LedgerCorrupted, LedgerUnavailable, PortError } from './errors.ts';
import { hint } from './hint.ts';
import type { Lease, Update } from './lease.ts';
import type { LogRecord } from './log.ts';
import { ask, type Look, observe } from './observe.ts';
import type { Partition, Ports } from './ports.ts';
import { act, isPause, type Step } from './steps/act.ts';

/** A wait of at most this long sends one delayed message; a longer one is found by the sweep. */
const DELAYED_MESSAGE_AT_MOST: Duration = 10 * 60_000;

export interface Work {
  readonly ports: Ports;
  readonly target: Target;
  readonly lease: Lease;
  readonly deadline: Deadline;
  readonly freeze: Partition['freeze'];
  readonly app: App;
}

/** Looks and steps until there is a reason to wait; the end is written together with the lease's release. */
export async function work(work: Work): Promise<void> {
  const { lease, ports, target } = work;
  await finish(await lookAndStep(work), lease, work.app);
  const delay = lease.record.wakeAt - lease.now();
  if (delay <= DELAYED_MESSAGE_AT_MOST) await hint(ports.queue, target.resourceId, Math.max(0, delay));
}

export async function finish({ update, receipts, log }: End, lease: Lease, app: App): Promise<void> {
  await lease.release(update, receipts);
  for (const record of log) app.log(record);
  await lease.deliver();
}

async function lookAndStep(work: Work): Promise<End> {
  const { lease, deadline, app, target } = work;
  try {
    const control = await lookAtControl(work.ports, target, work.freeze, app.fleet);
    for (;;) {
      deadline.check();
      const { decision, look, learned } = await lookAndDecide(work, control);
      if (isPause(decision)) {
        const end = endOfPause(decision, lease, target, app.configHash);
        return { ...end, update: { ...learned, ...end.update } };
      }
      await lease.commit({ ...learned, phase: decision.kind, receiptedWait: null });
      const rotation = lease.record.state.rotation?.id ?? null;
      await act(decision, { ...work, ...app, look });
      app.log(stepTaken(decision.kind, rotation, lease, target));
      await lease.deliver();
    }
  } catch (error) {
    const isOfLedger = [LeaseLost, LedgerUnavailable, LedgerCorrupted].some((kind) => error instanceof kind);
    if (isOfLedger) throw error;
    if (error instanceof OutOfTime) return { update: { wakeAt: lease.now() }, receipts: [], log: [] };
    if (error instanceof PlaceTaken) return endOfTaken(lease, target);
    return endOfFailure(error instanceof PortError ? error : new Defect(error), lease, target, app);
  }
}

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

async function lookAndDecide(
  { ports, target, lease, app }: Work,
  control: Control,
): Promise<{ decision: Decision; look: Look; learned: Update }> {
  const found = await lookAndLearn(ports, target, lease.record.state, app, lease.now());
  const { situation, decision, look } = await decideOn(found, ports, target, app, control, lease.now());
  return { decision, look, learned: { state: found.state, ...learnedFrom(situation) } };
}

/** One look, and what the ledger learns from it. Changes nothing. */
export async function lookAndLearn(
  ports: Ports,
  target: Target,
  before: TargetState,
  { installation }: App,
  now: number,
): Promise<{ readonly look: Look; readonly state: TargetState }> {
  const look = await observe(ports, target, before, installation, now);
  return { look, state: learn(before, look.observation, target, now) };
}

/** What the chain makes of a look, the data plane asked where it has to be. Changes nothing. */
export async function decideOn(
  { look, state }: { readonly look: Look; readonly state: TargetState },
  ports: Ports,
  target: Target,
  { randomKey }: App,
  control: Control,
  now: number,
): Promise<{ readonly situation: Situation; readonly decision: Decision; readonly look: Look }> {
  const situation = situationOf(target, state, look.observation, now, control);
  const decision = decide(situation);
  if (decision.kind !== 'ask') return { situation, decision, look };
  const asked = await ask(ports, look, decision.keys, state, randomKey());
  const answered = situationOf(target, state, asked.observation, now, control);
  const second = decide(answered);
  if (second.kind === 'ask') throw new Error('The chain asks what was answered already.');
  return { situation: answered, decision: second, look: asked };
}

function learnedFrom(situation: Situation): Update {
  const [primary, secondary] = situation.slots;
  const slots = {
    primary: { role: primary.role, age: situation.ages.primary },
    secondary: { role: secondary.role, age: situation.ages.secondary },
  };
  return { slots, findings: findingsOf(situation) };
}

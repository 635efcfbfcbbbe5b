import type { Decision } from '../../core/decision.ts';
import { PortError } from '../errors.ts';
import { receipt, type StepContext } from './step.ts';

/** Recorded first, so that a crash costs a push and never gives a second one: at most once for each published key. */
export async function nudge(
  { consumer: name, how, fingerprint }: Extract<Decision, { kind: 'nudge' }>,
  context: StepContext,
): Promise<void> {
  const { lease, ports, participants, target, log } = context;
  const { state } = lease.record;
  const nudged = { consumer: name, how, fingerprint, at: lease.now() };
  const rotation = state.rotation && { ...state.rotation, nudges: [...state.rotation.nudges, nudged] };
  await lease.commit({ state: { ...state, rotation } }, [
    receipt(context, 'nudge', { consumer: name, how, fingerprint }),
  ]);
  const consumer = participants.consumers.find((c) => c.name === name);
  if (consumer === undefined) return;
  try {
    await ports.consumers.nudge(consumer, how);
  } catch (error) {
    // It is awaited all the same; a push that did not help shows as ReferenceStuck.
    if (!(error instanceof PortError)) throw error;
    log({
      level: 'warning',
      event: 'NudgeFailed',
      target: target.name,
      consumer: name,
      how,
      code: error.code,
      remedy: error.message,
    });
  }
}

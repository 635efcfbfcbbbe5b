import type { Decision } from '../../core/decision.ts';
import { claimFlight, PlaceTaken } from '../brakes.ts';
import { answerTip } from './answer-tip.ts';
import { newRotation } from './new-rotation.ts';
import { receipt, type StepContext } from './step.ts';

/** Names the keys that must die: in a rotation that begins, with whom to wait for, or for a tip in the one that runs. */
export async function condemn(decision: Extract<Decision, { kind: 'condemn' }>, context: StepContext): Promise<void> {
  const { tip } = decision;
  if (tip !== undefined) return await answerTip({ ...decision, tip }, context);
  const { lease, target, newId, ports, fleet } = context;
  const { state, requests } = lease.record;
  const id = newId();
  // Requests pass this brake, and take a place where there is one, so that scheduled rotations see them.
  const hasPlace = await claimFlight(ports, target, id, fleet);
  if (!hasPlace && decision.reason === 'KeyTooOld') throw new PlaceTaken();
  const askedAt = decision.requests[0]?.at ?? null;
  const ignoresWindows = decision.requests.some(({ force }) => force);
  const { reason, condemned } = decision;
  const rotation = newRotation(context, { id, reason, condemned, ignoresWindows, askedAt });
  const asked = decision.requests.map(({ id }) => id);
  const actor = decision.requests[0]?.who ?? 'rotator';
  const why = decision.requests[0]?.why ?? null;
  const data = {
    reason: decision.reason,
    condemned: decision.condemned.map((c) => c.fingerprint),
    requests: asked,
    why,
  };
  await lease.commit(
    {
      state: { ...state, rotation, pending: [] },
      requests: requests.map((r) => (asked.includes(r.id) ? { ...r, rotation: rotation.id } : r)),
    },
    [{ ...receipt(context, 'condemn', data, actor), rotation: rotation.id }],
  );
}

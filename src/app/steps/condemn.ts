import type { Decision } from '../../core/decision.ts';
import type { Rotation } from '../../core/model.ts';
import { claimFlight, PlaceTaken } from '../brakes.ts';
import { receipt, type StepContext } from './step.ts';

/** Begins a rotation: names the keys that must die, and whom to wait for. */
export async function condemn(decision: Extract<Decision, { kind: 'condemn' }>, context: StepContext): Promise<void> {
  const { lease, target, newId, ports, fleet } = context;
  const { state, requests } = lease.record;
  const { publications, consumers } = target;
  const id = newId();
  // Requests pass this brake, and take a place where there is one, so that scheduled rotations see them.
  const hasPlace = await claimFlight(ports, target, id, fleet);
  if (!hasPlace && decision.reason === 'KeyTooOld') throw new PlaceTaken();
  const rotation: Rotation = {
    id,
    reason: decision.reason,
    startedAt: lease.now(),
    condemned: decision.condemned,
    regenerated: [],
    left: [],
    participants: { publications, consumers },
    nudges: [],
    givenUp: [],
    ignoresWindows: decision.requests.some(({ force }) => force),
  };
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

import type { Decision } from '../../src/core/decision.ts';
import type { Observation, TargetState } from '../../src/core/model.ts';
import { answered } from './random-tips.ts';
import type { World } from './random-world.ts';

export type Of<Kind extends Decision['kind']> = Extract<Decision, { kind: Kind }>;
type Regenerate<Stage> = Extract<Of<'regenerate'>, { stage: Stage }>;

/** What the steps of the application commit, in its own words. */
export function condemned(
  state: TargetState,
  decision: Of<'condemn'>,
  { now, configuration: { publications, consumers } }: World,
  id: string,
): TargetState {
  const { reason, condemned } = decision;
  const participants = { publications, consumers };
  const nothing = { regenerated: [], left: [], nudges: [], givenUp: [], ignoresWindows: false };
  const rotation = { id, reason, startedAt: now, condemned, participants, ...nothing };
  if (decision.tip !== undefined) return answered(state, decision, now, () => rotation);
  return { ...state, rotation, pending: [] };
}

export function unchanged(
  state: TargetState,
  { slot, fingerprint }: Regenerate<'unchanged'>,
  { now }: World,
): TargetState {
  const failed = { slot, fingerprint, count: state.intent?.attempt ?? 1, lastAt: now };
  return { ...state, intent: null, failed };
}

export function seen(
  state: TargetState,
  { slot, from, to }: Regenerate<'seen'>,
  { operation }: Observation,
  { now, configuration }: World,
): TargetState {
  const { rotation } = state;
  const startedAt = state.intent?.startedAt ?? now;
  const settlesAt = operation === 'succeeded' ? null : startedAt + configuration.policy.verification.settle;
  const key = { fingerprint: to, firstSeenAt: now, notSeenAt: null, recordedAt: startedAt, settlesAt };
  const regenerated = { slot, from, to, at: now, dead: null };
  return {
    ...state,
    intent: null,
    failed: null,
    keys: { ...state.keys, [slot]: key },
    rotation: rotation && { ...rotation, regenerated: [...rotation.regenerated, regenerated] },
  };
}

export function confirmedDead(state: TargetState, { deaths }: Of<'confirm-dead'>): TargetState {
  const { rotation } = state;
  const proofOf = (from: string) => deaths.find((d) => d.fingerprint === from)?.proof;
  const regenerated = rotation?.regenerated.map((r) => ({ ...r, dead: proofOf(r.from) ?? r.dead })) ?? [];
  return { ...state, rotation: rotation && { ...rotation, regenerated } };
}

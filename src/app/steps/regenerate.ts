import type { Decision } from '../../core/decision.ts';
import type { RegenerateIntent, RememberedKey, Slot, TargetState } from '../../core/model.ts';
import { mayBeDone } from '../errors.ts';
import { receipt, type StepContext } from './step.ts';

type Regenerate = Extract<Decision, { kind: 'regenerate' }>;

/** Intent first, then the call; what came of it is seen by the next look, never believed from an answer. */
export async function regenerate(decision: Regenerate, context: StepContext): Promise<void> {
  if (decision.stage === 'begin') await beginRegenerate(decision, context);
  else if (decision.stage === 'seen') await recordSeen(decision, context);
  else await recordUnchanged(decision, context);
}

async function beginRegenerate(decision: Extract<Regenerate, { stage: 'begin' }>, context: StepContext): Promise<void> {
  const { lease } = context;
  const { slot, role, fingerprint, attempt, without } = decision;
  const intent = {
    ...{ slot, role, fingerprintBefore: fingerprint, startedAt: lease.now(), attempt, operationUrl: null },
    ...(without && { without }),
  };
  await commitIntent(context, intent);
  const operationUrl = await postOnce(context, slot);
  await commitIntent(context, { ...intent, operationUrl });
}

async function postOnce(context: StepContext, slot: Slot): Promise<string | null> {
  const { ports, target } = context;
  try {
    return (await ports.keys.beginRegenerate(target.resourceId, slot)).operationUrl;
  } catch (error) {
    // A refusal is an end that is known: nothing was begun, so the intent goes. After a lost answer it stays.
    if (!mayBeDone(error)) await commitIntent(context, null);
    throw error;
  }
}

const commitIntent = ({ lease }: StepContext, intent: RegenerateIntent | null): Promise<void> =>
  lease.commit({ state: { ...lease.record.state, intent } });

async function recordSeen(decision: Extract<Regenerate, { stage: 'seen' }>, context: StepContext): Promise<void> {
  const { lease, look, target } = context;
  const { state } = lease.record;
  const { slot, role, from, to } = decision;
  const now = lease.now();
  const startedAt = state.intent?.startedAt ?? now;
  const endIsKnown = look.observation.operation === 'succeeded';
  const key: RememberedKey = {
    fingerprint: to,
    firstSeenAt: now,
    notSeenAt: null,
    recordedAt: startedAt,
    settlesAt: endIsKnown ? null : startedAt + target.policy.verification.settle,
  };
  const regenerated = { slot, from, to, at: now, dead: null };
  const next: TargetState = {
    ...state,
    intent: null,
    failed: null,
    keys: { ...state.keys, [slot]: key },
    rotation: state.rotation && { ...state.rotation, regenerated: [...state.rotation.regenerated, regenerated] },
  };
  const givenUp = state.rotation?.givenUp.filter((g) => g.fingerprint === from) ?? [];
  const data = {
    ...{ slot, role, from, to, attempt: state.intent?.attempt ?? 1, operation: look.observation.operation },
    // An exception from vacancy: who was given up, by whom and why.
    ...(givenUp.length > 0 ? { givenUp } : {}),
    // Or what a compromise did not wait for.
    ...(state.intent?.without ? { without: state.intent.without } : {}),
  };
  await lease.commit({ state: next }, [receipt(context, 'regenerate', data)]);
}

async function recordUnchanged(
  { slot, fingerprint }: Extract<Regenerate, { stage: 'unchanged' }>,
  { lease }: StepContext,
): Promise<void> {
  const { state } = lease.record;
  const failed = { slot, fingerprint, count: state.intent?.attempt ?? 1, lastAt: lease.now() };
  await lease.commit({ state: { ...state, intent: null, failed } });
}

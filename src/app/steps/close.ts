import type { Decision } from '../../core/decision.ts';
import { withEnded } from '../past.ts';
import { accountOf } from '../spent.ts';
import { timeOf } from '../times.ts';
import { receipt, type StepContext } from './step.ts';

export async function confirmDead(
  { deaths }: Extract<Decision, { kind: 'confirm-dead' }>,
  context: StepContext,
): Promise<void> {
  const { lease } = context;
  const { state } = lease.record;
  const proofOf = new Map(deaths.map(({ fingerprint, proof }) => [fingerprint, proof]));
  const rotation = state.rotation && {
    ...state.rotation,
    regenerated: state.rotation.regenerated.map((r) => ({ ...r, dead: proofOf.get(r.from) ?? r.dead })),
  };
  await lease.commit({ state: { ...state, rotation } }, [receipt(context, 'confirm-dead', { deaths })]);
}

/** Each version on its own: a crash leaves the rest enabled, and the next look goes on with them. */
export async function disableOldVersions(
  { versions }: Extract<Decision, { kind: 'disable-old-versions' }>,
  context: StepContext,
): Promise<void> {
  const { lease, ports, deadline } = context;
  for (const { secret, version } of versions) {
    deadline.check();
    await lease.commit({});
    await ports.secrets.disable(secret, version);
  }
  await lease.commit({}, [receipt(context, 'disable-old-versions', { versions })]);
}

export async function complete(context: StepContext): Promise<void> {
  const { lease, ports, target } = context;
  const { state } = lease.record;
  const data = {
    startedAt: state.rotation && timeOf(state.rotation.startedAt),
    regenerated: state.rotation?.regenerated.map(({ slot, from, to, dead }) => ({ slot, from, to, dead })),
    ...(state.rotation?.spent && { spent: accountOf(state.rotation.spent, context) }),
  };
  const past = withEnded(lease.record, 'completed', lease.now());
  await lease.commit({ state: { ...state, rotation: null }, past }, [receipt(context, 'complete', data)]);
  // After the commit: until then nobody may take the place over. What a crash leaves here is taken over by the next.
  if (state.rotation !== null) await ports.fleet.release(target.resourceId, state.rotation.id);
}

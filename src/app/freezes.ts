import type { Freeze, Instant, Target } from '../core/model.ts';
import { hint } from './hint.ts';
import type { FleetLook, Ports } from './ports.ts';
import { Problem } from './problems.ts';
import { timeOf } from './times.ts';

export interface FreezeOrder {
  readonly until: Instant;
  readonly who: string;
  readonly why: string;
}

/**
 * Leaves a target alone until then: no step of a rotation is taken. Replaces an earlier order.
 *
 * @throws Problem `InvalidRequest` for a time that is past; LedgerUnavailable
 */
export async function freezeTarget(target: Target, order: FreezeOrder, ports: Ports): Promise<Freeze> {
  const { now } = await ports.ledger.read(target.resourceId);
  const freeze = freezeOf('target', order, now);
  await ports.ledger.setFreeze(target.resourceId, freeze);
  return freeze;
}

/** @throws LedgerUnavailable */
export async function unfreezeTarget(target: Target, ports: Ports): Promise<void> {
  await ports.ledger.setFreeze(target.resourceId, null);
  await hint(ports.queue, target.resourceId, 0);
}

/** The same for all. @throws Problem `InvalidRequest` for a time that is past; LedgerUnavailable */
export async function freezeFleet(order: FreezeOrder, { fleet }: Ports): Promise<Freeze> {
  const { now } = await fleet.look();
  const freeze = freezeOf('fleet', order, now);
  await fleet.setFreeze(freeze);
  return freeze;
}

/** Lifts the freeze of all and the pause after stalled targets. @throws LedgerUnavailable */
export async function unfreezeFleet({ fleet }: Ports): Promise<void> {
  await fleet.setFreeze(null);
  // Only a pause is lifted: whoever ends a holiday freeze does not say that the stuck targets are fine.
  if ((await fleet.look()).pausedSince !== null) await fleet.lift();
}

/** The freeze of all. One that cannot be understood has no end: nobody knows until when a person ordered it. */
export const freezeOfAll = ({ freeze }: Pick<FleetLook, 'freeze'>): Freeze | null =>
  freeze === 'corrupted' ? UNREAD_FREEZE : freeze;

const UNREAD_FREEZE: Freeze = {
  scope: 'fleet',
  // The last day that RFC 3339 can write.
  until: Date.UTC(9999, 11, 31),
  who: 'unknown',
  why: 'Nobody can tell: the row of this freeze cannot be understood. Order it anew, or lift it.',
};

function freezeOf(scope: Freeze['scope'], order: FreezeOrder, now: Instant): Freeze {
  if (order.until > now) return { scope, ...order };
  throw new Problem('InvalidRequest', 'A freeze ends in the future.', {
    errors: [{ path: 'until', message: `must be later than ${timeOf(now)}` }],
  });
}

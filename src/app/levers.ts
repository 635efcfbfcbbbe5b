import { isCompromised } from '../core/compromise.ts';
import type { Awaited, Instant, Slot, Target } from '../core/model.ts';
import type { App } from './app.ts';
import { hint } from './hint.ts';
import type { LedgerRecord, Order, Ports } from './ports.ts';
import { Problem } from './problems.ts';
import { isOpen, rotationOf } from './reconcile.ts';
import { orphanNamed } from './targets.ts';
import { timeOf } from './times.ts';

/** What a person decides where evidence does not come. Each is bound to one rotation and one key, so that it means no other. */
export interface Lever {
  readonly id: string;
  readonly who: string;
  readonly why: string;
  /** Says what it would do, and does nothing. */
  readonly dryRun: boolean;
}

export interface RollBackAnswer {
  readonly target: string;
  readonly rotation: string;
  /** The slot whose key is published again. */
  readonly slot: Slot;
  readonly fingerprint: string;
  /** No scheduled rotation begins before; RFC 3339. */
  readonly until: string;
}

/**
 * Publishes the outgoing key again and ends the rotation.
 *
 * @param until when scheduled rotations go on; null: after `rotateAfter`
 * @throws Problem `NothingToRollBack`, `RetirementBegun`, `InvalidRequest` for a time that is past; LedgerUnavailable
 */
export async function rollBack(
  target: Target,
  lever: Lever,
  until: Instant | null,
  ports: Ports,
): Promise<RollBackAnswer> {
  const { record, now } = await ports.ledger.read(target.resourceId);
  const { slot, fingerprint, rotation } = outgoingOf(record);
  const end = until ?? now + target.policy.rotateAfter;
  if (end <= now) {
    throw new Problem('InvalidRequest', 'Scheduled rotations pause until a time to come.', {
      errors: [{ path: 'until', message: `must be later than ${timeOf(now)}` }],
    });
  }
  const order = { is: 'roll-back', who: lever.who, why: lever.why, rotation, slot, fingerprint, until: end } as const;
  await give(target, lever, order, ports);
  return { target: target.name, rotation, slot, fingerprint, until: timeOf(end) };
}

/** The key that the running rotation has moved the publications away from, and that is still in its slot. */
function outgoingOf(record: LedgerRecord | null) {
  const { rotation, keys, intent } = record?.state ?? {
    rotation: null,
    keys: { primary: null, secondary: null },
    intent: null,
  };
  const active = record?.state.activeSlot ?? null;
  const slot = (['primary', 'secondary'] as const).find(
    (name) => name !== active && rotation?.left.includes(keys[name]?.fingerprint as never),
  );
  const isRegenerated = rotation?.regenerated.some(({ from }) => rotation.left.includes(from)) ?? false;
  if (isRegenerated || (slot !== undefined && intent?.slot === slot)) {
    throw new Problem('RetirementBegun', 'The key that consumers left is being regenerated, or gone: go on forward.');
  }
  const fingerprint = slot === undefined ? undefined : keys[slot]?.fingerprint;
  if (rotation === null || slot === undefined || fingerprint === undefined) {
    throw new Problem('NothingToRollBack', 'No rotation has moved consumers to another key and waits for them.');
  }
  if (rotation.condemned.some((c) => c.fingerprint === fingerprint && isCompromised(c))) {
    throw new Problem(
      'KeyCompromised',
      'Nobody is led back to a leaked key: go on forward, or give up by name who is awaited.',
    );
  }
  return { slot, fingerprint, rotation: rotation.id };
}

export interface RetireAnswer {
  readonly target: string;
  readonly rotation: string;
  readonly slot: Slot;
  readonly fingerprint: string;
  readonly givenUp: readonly string[];
  /** Everybody who was awaited at the last look, and what each showed last. */
  readonly awaiting: readonly Awaited[];
}

/**
 * Goes on without the missing evidence: the outgoing key is regenerated although those named may still use it.
 *
 * @throws Problem `NothingToRetire`; `InvalidRequest` where the names are not exactly those who are awaited
 * @throws LedgerUnavailable
 */
export async function retire(
  target: Target,
  lever: Lever,
  givenUp: readonly string[],
  ports: Ports,
): Promise<RetireAnswer> {
  const { record } = await ports.ledger.read(target.resourceId);
  const rotation = record?.state.rotation ?? null;
  const awaiting = record?.awaiting ?? [];
  const slot = (['primary', 'secondary'] as const).find((name) => record?.slots?.[name].role === 'outgoing');
  const fingerprint = slot === undefined ? undefined : record?.state.keys[slot]?.fingerprint;
  if (rotation === null || slot === undefined || fingerprint === undefined || awaiting.length === 0) {
    throw new Problem('NothingToRetire', 'Nobody is awaited, so nobody has to be given up.');
  }
  const names = [...new Set(awaiting.map(({ consumer }) => consumer))];
  const errors = [
    ...names
      .filter((name) => !givenUp.includes(name))
      .map((name) => ({ path: 'givenUp', message: `must name ${name}, who is awaited` })),
    ...givenUp
      .filter((name) => !names.includes(name))
      .map((name) => ({ path: 'givenUp', message: `names ${name}, who is not awaited` })),
  ];
  if (errors.length > 0) {
    throw new Problem('InvalidRequest', 'Name everybody who is given up, and nobody else.', { errors });
  }
  const { who, why } = lever;
  await give(target, lever, { is: 'retire', who, why, rotation: rotation.id, fingerprint, givenUp }, ports);
  return { target: target.name, rotation: rotation.id, slot, fingerprint, givenUp, awaiting };
}

export interface ForgetAnswer {
  readonly target: string;
  readonly resourceId: string;
  /** null where only an intent was open. */
  readonly rotation: string | null;
}

/**
 * Lets go of an orphan: its rotation is dropped as it stands, and its keys stay as they are.
 *
 * @throws Problem `TargetNotFound` where no orphan has that name; LedgerUnavailable
 */
export async function forget(name: string | undefined, lever: Lever, app: App, ports: Ports): Promise<ForgetAnswer> {
  const resource = await orphanNamed(name, app, ports);
  const { record } = await ports.ledger.read(resource);
  if (record === null || !isOpen(record)) throw new Problem('TargetNotFound', 'There is nothing to forget.');
  const { who, why } = lever;
  const order = { is: 'forget', who, why, rotation: rotationOf(record) } as const;
  await give({ resourceId: resource }, lever, order, ports);
  return { target: record.state.name, resourceId: resource, rotation: record.state.rotation?.id ?? null };
}

async function give(
  { resourceId }: Pick<Target, 'resourceId'>,
  { id, dryRun }: Lever,
  order: Order,
  ports: Ports,
): Promise<void> {
  if (dryRun) return;
  await ports.ledger.insertInbox(resourceId, { kind: 'order', id, order });
  await hint(ports.queue, resourceId, 0);
}

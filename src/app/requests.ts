import type { Phase } from '../core/decision.ts';
import { type Duration, type PendingRequest, SLOTS, type Target } from '../core/model.ts';
import { freezeOfAll } from './freezes.ts';
import { hint } from './hint.ts';
import { replacesBoth } from './joins.ts';
import { isKnownAs } from './known-requests.ts';
import type { LedgerRecord, Partition, Ports } from './ports.ts';
import { Problem } from './problems.ts';
import { timeOf } from './times.ts';
import { windowAt } from './windows.ts';

export interface RotateRequest extends Omit<PendingRequest, 'at'> {
  /** Whether the caller chose the id, so that it means this very request. */
  readonly isNamed: boolean;
}

export type RotateAnswer = { readonly code: 'AlreadyYoung' } | Accepted;

interface Accepted {
  readonly code: null;
  readonly request: string;
  readonly target: string;
  /** null until it has begun. */
  readonly rotation: string | null;
  readonly phase: Phase;
  /** Whether it joins a rotation in flight. */
  readonly joined: boolean;
  /** When the next window opens, where it waits for one; RFC 3339. */
  readonly opensAt?: string;
}

/** Keys made so lately need no second rotation unless somebody insists. */
const YOUNG: Duration = 60 * 60_000;

/**
 * Asks for a rotation. Durable once this returns; asking twice with one id is asking once.
 *
 * @throws Problem `Frozen` while a person has ordered to leave the target, or all, alone
 * @throws LedgerUnavailable
 */
export async function requestRotation(target: Target, request: RotateRequest, ports: Ports): Promise<RotateAnswer> {
  const partition = await ports.ledger.read(target.resourceId);
  const { record } = partition;
  const known = record?.requests.find((each) => isKnownAs(each, request.id, 'request'));
  if (known !== undefined) return accepted(target, request, record, known.rotation, false);
  const running = record !== null && replacesBoth(record.state) ? (record.state.rotation?.id ?? null) : null;
  if (running === null && !request.force && !request.isNamed && isYoung(partition)) return { code: 'AlreadyYoung' };
  await refuseWhileFrozen(partition, ports);
  const { id, who, why, acceptUnknownConsumers, force, reason } = request;
  await ports.ledger.insertInbox(target.resourceId, {
    kind: 'request',
    joins: running,
    ...{ id, who, why, acceptUnknownConsumers, force, reason },
  });
  await hint(ports.queue, target.resourceId, 0);
  const answer = accepted(target, request, record, running, running !== null);
  const window = request.force ? null : windowAt(target.policy.windows, partition.now);
  if (window === null || window.isOpen || window.opensAt === null) return answer;
  return { ...answer, opensAt: timeOf(window.opensAt) };
}

const accepted = (
  target: Target,
  request: RotateRequest,
  record: LedgerRecord | null,
  rotation: string | null,
  joined: boolean,
): Accepted => ({
  code: null,
  request: request.id,
  target: target.name,
  rotation,
  phase: record?.phase ?? 'nothing-due',
  joined,
});

function isYoung({ record, now }: Partition): boolean {
  const made = SLOTS.map((slot) => record?.state.keys[slot]?.recordedAt ?? null);
  return made.every((at) => at !== null && now - at < YOUNG);
}

async function refuseWhileFrozen({ freeze, now }: Partition, { fleet }: Ports): Promise<void> {
  const inForce = [freeze, freezeOfAll(await fleet.look())].find((each) => each !== null && now < each.until);
  if (!inForce) return;
  const { scope, until, who, why } = inForce;
  const what = scope === 'target' ? 'The target is' : 'All targets are';
  throw new Problem('Frozen', `${what} frozen. Lift the freeze, or ask again when it has ended.`, {
    more: { freeze: { scope, until: timeOf(until), who, why } },
  });
}

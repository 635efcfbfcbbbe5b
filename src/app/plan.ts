import { CONDITIONS, type ConditionCode } from '../core/codes.ts';
import { chain } from '../core/decide.ts';
import type { Decision } from '../core/decision.ts';
import type { Instant, PendingRequest, Target } from '../core/model.ts';
import { dueAt } from '../core/schedule.ts';
import type { Situation } from '../core/slots.ts';
import type { App } from './app.ts';
import { lookAtControl } from './brakes.ts';
import { Obstacle, ResourceBusy, Unavailable } from './errors.ts';
import { takeUpInbox } from './inbox.ts';
import type { Ports } from './ports.ts';
import { emptyRecord } from './reconcile.ts';
import { timeOf, withTimes } from './times.ts';
import { decideOn, lookAndLearn } from './work.ts';

export interface Blocker {
  /** A condition's, or `Unavailable`. */
  readonly code: ConditionCode | 'Unavailable';
  readonly meaning: string;
  readonly remedy: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What would happen next, and everything that stands in the way. Times are RFC 3339, UTC. */
export interface Plan {
  readonly target: string;
  readonly observedAt: string;
  readonly next: { readonly step: Decision['kind'] } & Readonly<Record<string, unknown>>;
  /** When the next look is taken at the latest; null where there is a step to take at once. */
  readonly wakeAt: string | null;
  /** When the next scheduled rotation is due; null while one runs, and where none ever is by itself. */
  readonly dueAt: string | null;
  readonly blockers: readonly Blocker[];
}

/**
 * Looks and decides as a worker would, and changes nothing.
 *
 * @param asked a request to be planned as if it had been made; null: as things are
 * @throws LedgerUnavailable; a resource that cannot be read is a blocker
 */
export async function planFor(
  target: Target,
  asked: Omit<PendingRequest, 'at'> | null,
  ports: Ports,
  app: App,
): Promise<Plan> {
  const partition = await ports.ledger.read(target.resourceId);
  const { inbox, now } = partition;
  const { state } = takeUpInbox(partition.record ?? emptyRecord(target, partition), inbox, now);
  const before = asked === null ? state : { ...state, pending: [...state.pending, { ...asked, at: now }] };
  const control = await lookAtControl(ports, target, partition, app.fleet);
  try {
    const found = await lookAndLearn(ports, target, before, app, now);
    return planOf(await decideOn(found, ports, target, app, control, now), target, now);
  } catch (error) {
    return planAround(error, target, now);
  }
}

/** Where even the look fails, the failure is the plan. @throws what is none of the resource's */
function planAround(error: unknown, target: Target, now: Instant): Plan {
  const nothing = { target: target.name, observedAt: timeOf(now), wakeAt: null, dueAt: null };
  if (error instanceof Obstacle) {
    const blocker = { code: error.code, meaning: CONDITIONS[error.code].meaning, remedy: error.message, detail: {} };
    return { ...nothing, next: { step: 'hold', code: error.code }, blockers: [blocker] };
  }
  if (!(error instanceof Unavailable || error instanceof ResourceBusy)) throw error;
  const meaning = 'A service could not be asked, so nobody can tell what would happen.';
  const blocker = { code: 'Unavailable', meaning, remedy: error.message, detail: {} } as const;
  return { ...nothing, next: { step: 'wait', for: 'retry' }, blockers: [blocker] };
}

function planOf({ situation, decision }: Decided, target: Target, now: Instant): Plan {
  const { kind: step, ...rest } = decision;
  return {
    target: target.name,
    observedAt: timeOf(now),
    next: { step, ...withTimes(rest) },
    wakeAt: 'wakeAt' in decision ? timeOf(decision.wakeAt) : null,
    dueAt: dueOf(situation),
    blockers: blockersIn(situation),
  };
}

type Decided = Awaited<ReturnType<typeof decideOn>>;

function dueOf(situation: Situation): string | null {
  const due = situation.state.rotation === null ? dueAt(situation) : null;
  return due === null ? null : timeOf(due);
}

/** Every check is asked, not only up to the first that applies: a person mends all of it in one go. */
function blockersIn(situation: Situation): readonly Blocker[] {
  return chain.flatMap((check) => {
    const decision = check(situation);
    if (decision?.kind !== 'hold') return [];
    const { meaning, remedy } = CONDITIONS[decision.code];
    return { code: decision.code, meaning, remedy, detail: withTimes(decision.detail) };
  });
}

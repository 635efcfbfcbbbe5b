import { CONDITIONS, type ConditionCode } from '../core/codes.ts';
import type { ConditionDetail, Duration, Instant, Target } from '../core/model.ts';
import { Defect, Obstacle, type PortError, Unavailable } from './errors.ts';
import type { Lease, Update } from './lease.ts';
import { isAlertDue, type LogRecord } from './log.ts';
import { withEnded } from './past.ts';
import type { Order } from './ports.ts';
import type { ReceiptDraft } from './receipts.ts';
import type { Pause } from './steps/act.ts';
import { receipt } from './steps/step.ts';
import { timeOf, withTimes } from './times.ts';

/** How a reconcile ends: what is written with the lease's release, and what is said. */
export interface End {
  readonly update: Update & { readonly wakeAt: Instant };
  readonly receipts: readonly ReceiptDraft[];
  readonly log: readonly LogRecord[];
}

/** A wait, a held condition, or nothing due. */
export function endOfPause(pause: Pause, lease: Lease, target: Target, configHash: string): End {
  if (pause.kind === 'hold') return endOfHold(pause.code, pause.detail, pause.wakeAt, lease, target, configHash);
  const isWaitOfRotation = pause.kind === 'await-consumers' || pause.kind === 'soak';
  const begins = isWaitOfRotation && lease.record.receiptedWait !== pause.kind;
  return {
    update: {
      phase: pause.kind,
      condition: null,
      awaiting: pause.kind === 'await-consumers' ? pause.awaiting : [],
      attempt: 0,
      stuckSince: null,
      wakeAt: pause.wakeAt,
      ...(isWaitOfRotation ? { receiptedWait: pause.kind } : {}),
    },
    receipts: begins ? [receipt({ lease, configHash }, pause.kind, dataOfWait(pause))] : [],
    log: endedCondition(lease, target),
  };
}

function dataOfWait(pause: Extract<Pause, { kind: 'await-consumers' | 'soak' }>): Record<string, unknown> {
  const { slot, fingerprint } = pause;
  if (pause.kind === 'soak') return { slot, fingerprint, until: timeOf(pause.until) };
  return { slot, fingerprint, awaiting: pause.awaiting.map(({ consumer, secret }) => ({ consumer, secret })) };
}

function endOfHold(
  code: ConditionCode,
  detail: ConditionDetail,
  wakeAt: Instant,
  lease: Lease,
  target: Pick<Target, 'name' | 'resourceId'>,
  configHash: string,
): End {
  const before = lease.record.condition;
  const now = lease.now();
  const begins = before?.code !== code;
  const says = begins || isAlertDue(before.alertedAt, now);
  const condition = {
    code,
    detail,
    since: begins ? now : before.since,
    alertedAt: says ? now : before.alertedAt,
  };
  const stuckSince = code === 'Stalled' ? condition.since : null;
  const { meaning, remedy, alerts } = CONDITIONS[code];
  const { name, resourceId } = target;
  const alert = {
    level: alerts ? 'error' : 'info',
    event: 'TargetHeld',
    target: name,
    resource: resourceId,
    code,
    meaning,
    remedy,
    detail,
  } as const;
  return {
    update: { phase: 'hold', condition, awaiting: detail.awaiting ?? [], attempt: 0, stuckSince, wakeAt },
    receipts: begins ? [receipt({ lease, configHash }, 'hold', { code, ...withTimes(detail) })] : [],
    log: says ? [alert] : [],
  };
}

/** An orphan is looked at this often: only its ledger row, never Azure. */
const ORPHAN_PAUSE: Duration = 60 * 60_000;

/** A target in the middle of something that rotation.json no longer names. */
export function endOfOrphan(lease: Lease, configHash: string): End {
  const { name, resourceId } = lease.record.state;
  return endOfHold('Orphaned', {}, lease.now() + ORPHAN_PAUSE, lease, { name, resourceId }, configHash);
}

/** A person has said that nobody will finish it: the keys stay as they are, and the ledger lets go. */
export function endOfForgotten(lease: Lease, { who, why }: Order, configHash: string): End {
  const { state } = lease.record;
  const next = { ...state, rotation: null, intent: null, publishing: null, rollBack: null };
  const now = lease.now();
  return {
    update: {
      state: next,
      past: withEnded(lease.record, 'forgotten', now),
      phase: 'nothing-due',
      condition: null,
      attempt: 0,
      stuckSince: null,
      wakeAt: now,
    },
    receipts: [receipt({ lease, configHash }, 'nothing-due', { forgotten: true, why }, who)],
    log: [{ level: 'info', event: 'TargetForgotten', target: state.name, resource: state.resourceId, who }],
  };
}

/** Another target was quicker: no failure, so it is not counted as one. */
export const endOfTaken = (lease: Lease, { policy }: Target): End => ({
  update: { phase: 'wait', condition: null, attempt: 0, stuckSince: null, wakeAt: lease.now() + policy.observeEvery },
  receipts: [],
  log: [],
});

const endedCondition = ({ record }: Lease, { name, resourceId }: Target): readonly LogRecord[] =>
  record.condition === null
    ? []
    : [{ level: 'info', event: 'TargetReleased', target: name, resource: resourceId, code: record.condition.code }];

const FIRST_RETRY: Duration = 30_000;
const LAST_RETRY: Duration = 60 * 60_000;
/** Failures in a row after which a person is told. The target is never given up. */
const ALERTED_AFTER = 6;

/** A port's failure: held where a person has to act, else tried again. */
export function endOfFailure(
  error: PortError,
  lease: Lease,
  target: Target,
  { chance, configHash }: { readonly chance: () => number; readonly configHash: string },
): End {
  if (error instanceof Obstacle) {
    const wakeAt = lease.now() + target.policy.observeEvery;
    return endOfHold(
      error.code,
      error.secret === null ? {} : { secrets: [error.secret] },
      wakeAt,
      lease,
      target,
      configHash,
    );
  }
  const attempt = lease.record.attempt + 1;
  const retryAfter = error instanceof Unavailable ? error.retryAfter : null;
  const backoff = FIRST_RETRY * 2 ** (attempt - 1) * (1 + chance() / 2);
  const wakeAt = lease.now() + Math.min(LAST_RETRY, Math.max(retryAfter ?? 0, backoff));
  const failed: LogRecord = {
    level: isAlerted(attempt) ? 'error' : 'warning',
    event: 'TargetFailing',
    target: target.name,
    resource: target.resourceId,
    code: error.code,
    attempt,
    remedy: error.message,
    ...(error instanceof Defect ? { where: error.where } : {}),
  };
  // Kept from the first time on, so that a fleet whose pause was lifted is not paused again by every retry.
  const stuckSince = attempt < ALERTED_AFTER ? null : (lease.record.stuckSince ?? lease.now());
  return { update: { attempt, stuckSince, wakeAt }, receipts: [], log: [failed] };
}

/** At the sixth failure in a row, then daily: by then a retry comes once an hour. */
const isAlerted = (attempt: number): boolean => attempt >= ALERTED_AFTER && (attempt - ALERTED_AFTER) % 24 === 0;

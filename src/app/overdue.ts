import { FINDINGS } from '../core/finding-codes.ts';
import { overdueAt, overdueSince } from '../core/key-age.ts';
import { type Instant, SLOTS, type Target } from '../core/model.ts';
import type { End } from './ends.ts';
import type { Lease, Update } from './lease.ts';
import { ALERT_AGAIN_AFTER, isAlertDue, type LogRecord } from './log.ts';
import type { LedgerRecord } from './ports.ts';
import { timeOf } from './times.ts';

/**
 * Alerts of keys that may be older than is allowed: when the first one is, then daily. Whatever the end is: a target that
 * is held, frozen, waiting or failing has the very keys that grow too old.
 */
export function alertedOfOverdue(end: End, lease: Lease, target: Target): End {
  const now = lease.now();
  const known = { ...lease.record, ...end.update };
  const those = overdueKeys(known, target, now);
  const before = lease.record.overdueAlertedAt;
  const says = those.length > 0 && isAlertDue(before, now);
  const overdueAlertedAt = those.length === 0 ? null : says ? now : before;
  const next = overdueAlertedAt === null ? nextOverdueAt(known, target, now) : overdueAlertedAt + ALERT_AGAIN_AFTER;
  return {
    ...end,
    update: { ...end.update, overdueAlertedAt, wakeAt: wakeAtOf(end.update, next) },
    log: says ? [...end.log, alertOf(those, known, target)] : end.log,
  };
}

interface OverdueKey {
  readonly slot: (typeof SLOTS)[number];
  readonly since: Instant;
}

/** A slot without a fingerprint has no key: local authentication is off. */
function overdueKeys({ slots }: Pick<LedgerRecord, 'slots'>, { policy }: Target, now: Instant): readonly OverdueKey[] {
  return SLOTS.flatMap((slot) => {
    const seen = slots?.[slot] ?? null;
    const since = seen === null || seen.fingerprint === null ? null : overdueSince(seen.age, policy, now);
    return since === null ? [] : [{ slot, since }];
  });
}

function nextOverdueAt({ slots }: Pick<LedgerRecord, 'slots'>, { policy }: Target, now: Instant): Instant | null {
  const ahead = SLOTS.flatMap((slot) => {
    const seen = slots?.[slot] ?? null;
    const at = seen === null || seen.fingerprint === null ? null : overdueAt(seen.age, policy);
    return at === null || at <= now ? [] : [at];
  });
  return ahead.length === 0 ? null : Math.min(...ahead);
}

/** A long wait would say it late. After a failure its own pause counts: a service may have asked for it. */
function wakeAtOf({ wakeAt, attempt = 0 }: Update & { readonly wakeAt: Instant }, next: Instant | null): Instant {
  return next === null || attempt > 0 ? wakeAt : Math.min(wakeAt, next);
}

const alertOf = (
  those: readonly OverdueKey[],
  { phase, condition }: Pick<LedgerRecord, 'phase' | 'condition'>,
  { name, resourceId }: Target,
): LogRecord => ({
  level: 'error',
  event: 'KeyOverdue',
  target: name,
  resource: resourceId,
  code: 'KeyOverdue',
  meaning: FINDINGS.KeyOverdue.meaning,
  remedy: FINDINGS.KeyOverdue.remedy,
  slots: those.map(({ slot }) => slot),
  since: timeOf(Math.min(...those.map(({ since }) => since))),
  phase,
  heldBy: condition?.code ?? null,
});

import type { Duration, Instant, Spent } from '../core/model.ts';
import type { Lease, Update } from './lease.ts';
import type { Meter } from './meter.ts';
import type { LedgerRecord } from './ports.ts';

/** Where the time of a rotation went, in milliseconds. `ours` is what neither a service nor a wait accounts for. */
export interface Account {
  readonly total: Duration;
  readonly inCalls: Duration;
  readonly waited: Duration;
  readonly ours: Duration;
}

/** The record as it is taken up again: until `wakeAt`, or until something came in, it was waited for on purpose. */
export function waitedUntil(record: LedgerRecord, now: Instant): LedgerRecord {
  const { pausedAt, wakeAt, state } = record;
  const { rotation } = state;
  if (pausedAt === null || rotation?.spent === undefined) return { ...record, pausedAt: null };
  const waited = Math.max(0, Math.min(now, wakeAt) - pausedAt);
  const spent = { ...rotation.spent, waited: rotation.spent.waited + waited };
  return { ...record, pausedAt: null, state: { ...state, rotation: { ...rotation, spent } } };
}

/** What is written where the work of an invocation ends. */
export function paused<U extends Update>(update: U, { record, now }: Lease, meter: Meter): U {
  const state = update.state ?? record.state;
  const { rotation } = state;
  if (rotation?.spent === undefined) return { ...update, pausedAt: null };
  const spent = { ...rotation.spent, inCalls: rotation.spent.inCalls + Math.round(meter.take()) };
  return { ...update, pausedAt: now(), state: { ...state, rotation: { ...rotation, spent } } };
}

/** @returns whole milliseconds; the service's clock has whole seconds, so a short rotation is told only so exactly */
export function accountOf(spent: Spent, { lease, meter }: { readonly lease: Lease; readonly meter: Meter }): Account {
  const total = Math.round(Math.max(0, lease.now() - spent.askedAt));
  const inCalls = Math.round(spent.inCalls + meter.take());
  const waited = Math.round(spent.waited);
  return { total, inCalls, waited, ours: Math.max(0, total - inCalls - waited) };
}

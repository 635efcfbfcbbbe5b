import type { Duration, Instant } from '../core/model.ts';

/** One structured record. Never holds a key: everything in it is a name, a code, a fingerprint or a time. */
export interface LogRecord {
  readonly level: 'info' | 'warning' | 'error';
  /** Stable: alerts and queries are built on it. */
  readonly event: string;
  readonly target?: string;
  readonly resource?: string;
  readonly code?: string;
  readonly remedy?: string;
  readonly [field: string]: unknown;
}

export type Log = (record: LogRecord) => void;

/** An alert is repeated once a day while it holds. */
export const ALERT_AGAIN_AFTER: Duration = 24 * 60 * 60_000;

export const isAlertDue = (alertedAt: Instant | null, now: Instant): boolean =>
  alertedAt === null || now - alertedAt >= ALERT_AGAIN_AFTER;

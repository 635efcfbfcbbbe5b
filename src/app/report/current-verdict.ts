import type { LocalAuth, Verdict } from '../../core/local-auth.ts';
import type { Duration, Instant } from '../../core/model.ts';
import type { Standing } from './entry.ts';

/** An observation that is older says too little to advise what cannot be undone. */
export const FRESH: Duration = 24 * 60 * 60_000;

interface Observed {
  readonly observedAt: Instant | null;
  readonly condition: Pick<Standing, 'code'> | null;
}

/** Whether the last look still speaks for the resource. */
export function isCurrent({ observedAt, condition }: Observed, now: Instant): boolean {
  const isUnread = condition?.code === 'ResourceForbidden' || condition?.code === 'ResourceNotFound';
  return observedAt !== null && now - observedAt <= FRESH && !isUnread;
}

/** A verdict that nobody could renew is none. What is disabled stays so. */
export function currentVerdict(verdict: Verdict | null, observed: Observed, now: Instant): Verdict {
  if (verdict === null) return 'Unknown';
  return isCurrent(observed, now) || verdict === 'Disabled' ? verdict : 'Unknown';
}

/** The same with its reasons. */
export function currentLocalAuth(localAuth: LocalAuth | null, observed: Observed, now: Instant): LocalAuth {
  const { observedAt: at } = observed;
  const verdict = currentVerdict(localAuth?.verdict ?? null, observed, now);
  if (localAuth !== null && verdict === localAuth.verdict) return localAuth;
  const notObserved = { code: 'NotObserved', detail: at === null ? {} : { at } } as const;
  return { verdict, reasons: [notObserved, ...(localAuth?.reasons ?? [])] };
}

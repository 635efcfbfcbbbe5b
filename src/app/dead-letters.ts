import type { Duration, Instant } from '../core/model.ts';
import type { App } from './app.ts';
import { startDeadline } from './deadline.ts';
import { Unavailable } from './errors.ts';
import { isAlertDue, type Log } from './log.ts';
import type { DeadLettersKept, DeadLettersSeen } from './ports.ts';
import { timeOf } from './times.ts';

/** It stands between a sweep and a survey in one invocation. */
const LASTS: Duration = 20_000;

/**
 * Counts the events that Event Grid could not deliver: one of them may have been a report of a leak. Alerts at once and then
 * daily while any are there. None is opened: whoever may publish an event has written what is in it.
 *
 * @throws LedgerUnavailable
 */
export async function lookAtDeadLetters(app: App): Promise<void> {
  const { signal } = startDeadline(app.stopwatch, LASTS);
  const { deadLetters, inventory } = app.openPorts(signal);
  if (deadLetters === null) return;
  const { now, kept: before } = await inventory.deadLetters();
  const found = await lookInto(deadLetters.look, before, app.log);
  const after = { ...found, alertedAt: alerted(found.seen, before?.alertedAt ?? null, now, app.log) };
  // Most sweeps find what was found before, and a row that says so is not written again.
  if (JSON.stringify(after) !== JSON.stringify(before)) await inventory.keepDeadLetters(after);
}

type Found = Pick<DeadLettersKept, 'seen' | 'isBlind'>;

/** What was seen before counts on where nobody can look: it is said once, since what is missing is missing every time. */
async function lookInto(
  look: () => Promise<DeadLettersSeen>,
  before: DeadLettersKept | null,
  log: Log,
): Promise<Found> {
  try {
    return { seen: await look(), isBlind: false };
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    if (before?.isBlind !== true) {
      const remedy = `${error.message} Grant the app Storage Blob Data Reader on the container, or take DEAD_LETTERS_CONTAINER out of its settings.`;
      log({ level: 'warning', event: 'DeadLettersUnseen', code: error.code, remedy });
    }
    return { seen: before?.seen ?? null, isBlind: true };
  }
}

/** @returns when a person was last told; null while there is nothing to tell */
function alerted(seen: DeadLettersSeen | null, before: Instant | null, now: Instant, log: Log): Instant | null {
  if (seen === null || seen.count === 0) return null;
  if (!isAlertDue(before, now)) return before;
  log({
    level: 'error',
    event: 'DeadLetters',
    code: 'DeadLetters',
    remedy:
      'Read them, report what they say of a leak, then delete them: the finding DeadLetters of the report has the commands.',
    count: seen.count,
    isMore: seen.isMore,
    newestAt: timeOf(seen.newestAt),
    container: seen.container,
  });
  return now;
}

import { Temporal } from 'temporal-polyfill';
import type { Control } from '../core/control.ts';
import type { Day, Instant, Window } from '../core/model.ts';

const DAYS: readonly Day[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
/** A window comes back within a week; a day before, one may have begun that lasts until now. */
const DAYS_LOOKED_AT = 9;

/** Whether a window is open, and when the next one opens. null without windows: always. */
export function windowAt(windows: readonly Window[], now: Instant): Control['window'] {
  if (windows.length === 0) return null;
  const spans = windows.flatMap((window) => spansOf(window, now));
  const isOpen = spans.some(({ from, to }) => from <= now && now < to);
  const starts = spans.map(({ from }) => from).filter((from) => from > now);
  return { isOpen, opensAt: starts.length === 0 ? null : Math.min(...starts) };
}

interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

function spansOf({ days, from, to, timeZone }: Window, now: Instant): readonly Span[] {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate();
  return Array.from({ length: DAYS_LOOKED_AT }, (_, i) => today.add({ days: i - 1 }))
    .filter((date) => days.some((day) => DAYS.indexOf(day) === date.dayOfWeek - 1))
    .map((date) => ({
      from: instantAt(date, from, timeZone),
      to: instantAt(to <= from ? date.add({ days: 1 }) : date, to, timeZone),
    }));
}

/** A time that the clocks skip in spring is the one after it; of one that they show twice in autumn, the first. */
const instantAt = (date: Temporal.PlainDate, time: string, timeZone: string): Instant =>
  date.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds;

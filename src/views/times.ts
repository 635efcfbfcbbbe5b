import type { Duration, Instant } from '../core/model.ts';
import { html, type Markup } from './markup.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const MONTH = 30.44 * DAY;
const YEAR = 365.25 * DAY;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** The model carries times as RFC 3339. */
export const instantOf = (time: string): Instant => Date.parse(time);

/** A time to the minute, and how long ago it was or will be. */
export const when = (time: string, now: Instant): Markup => shown(time, now, minuteOf);

/** A day, and how far it is. */
export const whenDay = (time: string, now: Instant): Markup => shown(time, now, dayOf);

/** A time to the minute, where many stand below one another. */
export const moment = (time: string): Markup => tagged(time, minuteOf(instantOf(time)));

/** A day, where there is little room. */
export const day = (time: string): Markup => tagged(time, dayOf(instantOf(time)));

/** Only how far it is, where there is little room. */
export const ago = (time: string, now: Instant): Markup => tagged(time, distance(instantOf(time), now));

/** How long ago alone, as in `overdue for 8 days`. */
export const since = (time: string, now: Instant): Markup => tagged(time, spanOf(now - instantOf(time)));

/** What the model leaves open may be no time at all: then it is said as it is. */
function shown(time: string, now: Instant, form: (instant: Instant) => string): Markup {
  const instant = instantOf(time);
  if (Number.isNaN(instant)) return html`${time}`;
  return html`${tagged(time, form(instant))} <span class="ago">(${distance(instant, now)})</span>`;
}

const tagged = (time: string, text: string): Markup =>
  html`<time datetime="${time.replace('.000Z', 'Z')}">${text}</time>`;

/** `30 Jul 2026`, in UTC. */
export function dayOf(instant: Instant): string {
  const date = new Date(instant);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** `Jul`, and the year in January. */
export function monthOf(instant: Instant): string {
  const date = new Date(instant);
  const month = MONTHS[date.getUTCMonth()] ?? '';
  return month === 'Jan' ? `Jan ${date.getUTCFullYear()}` : month;
}

/** `08:15`, in UTC. */
export function clockOf(instant: Instant): string {
  const date = new Date(instant);
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
}

/** `30 Jul 2026, 08:15 UTC`. */
export const minuteOf = (instant: Instant): string => `${dayOf(instant)}, ${clockOf(instant)} UTC`;

/** `3 hours ago`, `in 13 days`, `just now`. */
export function distance(instant: Instant, now: Instant): string {
  const apart = Math.abs(now - instant);
  if (apart < 5 * SECOND) return 'just now';
  return instant <= now ? `${spanOf(apart)} ago` : `in ${spanOf(apart)}`;
}

/** A duration in its largest fitting unit. */
export function spanOf(duration: Duration): string {
  const [unit, name] = unitOf(duration);
  const count = Math.round(duration / unit);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

/** A span of a policy, which is stated in days: `90 days`, not three months. */
export const policySpanOf = (duration: Duration): string =>
  duration >= 2 * DAY ? `${Math.round(duration / DAY)} days` : spanOf(duration);

/** The same where there is little room: `90 d`. */
export function shortPolicySpanOf(duration: Duration): string {
  const [unit, name] = duration >= 2 * DAY ? ([DAY, 'day'] as const) : unitOf(duration);
  return `${Math.round(duration / unit)} ${name === 'minute' ? 'min' : name.charAt(0)}`;
}

function unitOf(duration: Duration): readonly [Duration, string] {
  if (duration < 100 * SECOND) return [SECOND, 'second'];
  if (duration < 100 * MINUTE) return [MINUTE, 'minute'];
  if (duration < 2 * DAY) return [HOUR, 'hour'];
  if (duration < 2 * MONTH) return [DAY, 'day'];
  return duration < 2 * YEAR ? [MONTH, 'month'] : [YEAR, 'year'];
}

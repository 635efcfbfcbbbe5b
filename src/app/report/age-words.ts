import type { KeyAge } from '../../core/key-age.ts';
import type { Duration, Instant } from '../../core/model.ts';

const MINUTE: Duration = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface Unit {
  readonly name: string;
  /** Used for ages of at least this length: of a unit there are two or more, but of minutes. */
  readonly from: Duration;
  /** Whole ones from one instant to a later one, and whether something is left over. */
  readonly count: (from: Instant, to: Instant) => { readonly whole: number; readonly isMore: boolean };
}

const lasting =
  (lasts: Duration): Unit['count'] =>
  (from, to) => ({ whole: Math.floor((to - from) / lasts), isMore: (to - from) % lasts > 0 });

const UNITS: readonly [Unit, ...Unit[]] = [
  { name: 'minute', from: 0, count: lasting(MINUTE) },
  { name: 'hour', from: 2 * HOUR, count: lasting(HOUR) },
  { name: 'day', from: 2 * DAY, count: lasting(DAY) },
  { name: 'month', from: 61 * DAY, count: calendarMonths },
  { name: 'year', from: 3 * 366 * DAY, count: calendarYears },
];

/** An age as a person says it, with what it rests on: `between 14 and 15 months: the key itself says September 2025`. */
export function ageInWords(age: KeyAge, now: Instant): string {
  const ground = groundOf(age);
  const span = spanInWords(age, now);
  return ground === null ? span : `${span}: ${ground}`;
}

function spanInWords({ madeAfter, madeBefore }: KeyAge, now: Instant): string {
  if (madeAfter === null)
    return madeBefore === null ? 'unknown' : `at least ${atLeast(madeBefore, now, unitFor(madeBefore, now))}`;
  const unit = unitFor(madeAfter, now);
  if (madeBefore === null || unit.count(madeBefore, now).whole === 0) {
    return madeBefore !== null && madeBefore - madeAfter <= MINUTE
      ? about(madeAfter, now)
      : `at most ${atMost(madeAfter, now, unit)}`;
  }
  const low = unit.count(madeBefore, now).whole;
  // What is known to the minute needs no span.
  if (madeBefore - madeAfter <= MINUTE) return counted(low, unit);
  return `between ${low} and ${atMost(madeAfter, now, unit)}`;
}

function about(madeAfter: Instant, now: Instant): string {
  const unit = unitFor(madeAfter, now);
  const { whole } = unit.count(madeAfter, now);
  return whole === 0 ? 'less than a minute' : counted(whole, unit);
}

const unitFor = (from: Instant, now: Instant): Unit => UNITS.findLast((unit) => now - from >= unit.from) ?? UNITS[0];

const atLeast = (from: Instant, now: Instant, unit: Unit): string => counted(unit.count(from, now).whole, unit);

function atMost(from: Instant, now: Instant, unit: Unit): string {
  const { whole, isMore } = unit.count(from, now);
  return counted(whole + Number(isMore), unit);
}

const counted = (count: number, { name }: Unit): string => `${count} ${name}${count === 1 ? '' : 's'}`;

function calendarMonths(from: Instant, to: Instant): ReturnType<Unit['count']> {
  const [a, b] = [new Date(from), new Date(to)];
  const difference = (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth();
  const anniversary = (months: number): Instant => new Date(from).setUTCMonth(a.getUTCMonth() + months);
  const whole = anniversary(difference) > to ? difference - 1 : difference;
  return { whole, isMore: anniversary(whole) < to };
}

function calendarYears(from: Instant, to: Instant): ReturnType<Unit['count']> {
  const { whole: months, isMore } = calendarMonths(from, to);
  return { whole: Math.floor(months / 12), isMore: isMore || months % 12 > 0 };
}

function groundOf({ basis, madeAfter, madeBefore }: KeyAge): string | null {
  switch (basis) {
    case null:
      return madeAfter === null && madeBefore === null ? 'nothing tells when it was made' : null;
    case 'recorded':
      return madeAfter === madeBefore
        ? `this app made it on ${day(madeAfter)}`
        : `it changed between the looks of ${minute(madeAfter)} and ${minute(madeBefore)}`;
    case 'activity-log':
      return `the activity log shows it on ${day(madeBefore)}`;
    case 'embedded':
      return `the key itself says ${month(madeBefore)}`;
    case 'published':
      return `a secret carried it on ${day(madeBefore)}`;
    case 'resource':
      return `the resource was made on ${day(madeAfter)}`;
    default:
      return basis satisfies never;
  }
}

const iso = (at: Instant | null): string => (at === null ? '' : new Date(at).toISOString());
const day = (at: Instant | null): string => iso(at).slice(0, 10);
const minute = (at: Instant | null): string => iso(at).slice(0, 16).replace('T', ' ');

const MONTHS = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' });
const month = (at: Instant | null): string => (at === null ? '' : MONTHS.format(at));

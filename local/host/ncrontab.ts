/*
 * NCRONTAB as Azure Functions reads it: `{second} {minute} {hour} {day} {month} {day of week}`, or five fields from the
 * minute on. In UTC, as in Azure without WEBSITE_TIME_ZONE. Day and day of week must both match, where other crons take
 * either. What Azure refuses (`L`, `W`, `#`, `@daily`, day 7) is refused here, so that a schedule which starts here
 * starts there.
 */

export interface Schedule {
  /** The first time strictly later than the given one. */
  next(after: Date): Date;
}

const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];
const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const fields = [
  { from: 0, to: 59, names: [] },
  { from: 0, to: 59, names: [] },
  { from: 0, to: 23, names: [] },
  { from: 1, to: 31, names: [] },
  { from: 1, to: 12, names: months },
  { from: 0, to: 6, names: days },
] satisfies { from: number; to: number; names: string[] }[];
type Field = (typeof fields)[number];

export function ncrontab(expression: string): Schedule {
  const texts = expression.trim().split(/\s+/);
  if (texts.length === 5) texts.unshift('0');
  if (texts.length !== 6)
    throw new Error(`"${expression}" is not an NCRONTAB expression: it has six fields, seconds first.`);
  const [seconds, minutes, hours, dates, inMonths, weekdays] = fields.map((field, i) =>
    values(texts[i] ?? '', field, expression),
  ) as Sets;

  const dayMatches = (t: Date) => dates.has(t.getUTCDate()) && weekdays.has(t.getUTCDay());
  const next = (after: Date): Date => {
    const t = new Date(after);
    t.setUTCMilliseconds(1000);
    // Every 29 February that is a Sunday: the longest pause an expression can ask for is 40 years (over 2100).
    const end = t.getUTCFullYear() + 41;
    while (t.getUTCFullYear() < end) {
      if (!inMonths.has(t.getUTCMonth() + 1)) t.setTime(Date.UTC(t.getUTCFullYear(), t.getUTCMonth() + 1));
      else if (!dayMatches(t)) t.setUTCHours(24, 0, 0);
      else if (!hours.has(t.getUTCHours())) t.setUTCMinutes(60, 0);
      else if (!minutes.has(t.getUTCMinutes())) t.setUTCSeconds(60);
      else if (!seconds.has(t.getUTCSeconds())) t.setUTCMilliseconds(1000);
      else return t;
    }
    throw new Error(`"${expression}" names a day that never comes.`);
  };
  next(new Date(0));
  return { next };
}

type Sets = [Set<number>, Set<number>, Set<number>, Set<number>, Set<number>, Set<number>];

function values(text: string, field: Field, expression: string): Set<number> {
  const refuse = (): never => {
    throw new Error(`"${expression}" is not an NCRONTAB expression: "${text}" cannot stand where it does.`);
  };
  const value = (word: string): number => {
    const named = field.names.findIndex(
      (name) => name === word.toLowerCase() || name.slice(0, 3) === word.toLowerCase(),
    );
    const number = named >= 0 ? named + field.from : /^\d{1,2}$/.test(word) ? Number(word) : Number.NaN;
    return number >= field.from && number <= field.to ? number : refuse();
  };
  const all = text.split(',').flatMap((item) => {
    const [, range = refuse(), step] = /^(\*|\w+(?:-\w+)?)(?:\/(\d{1,2}))?$/.exec(item) ?? [];
    const [low = '', high] = range.split('-');
    const from = low === '*' ? field.from : value(low);
    // `5/15` runs to the end of the field, `5` is itself.
    const to = high ? value(high) : low === '*' || step ? field.to : from;
    const by = Number(step ?? 1);
    if (by < 1 || to < from) refuse();
    return Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, i) => from + i * by);
  });
  return new Set(all);
}

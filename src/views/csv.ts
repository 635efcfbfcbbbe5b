import { stringify } from 'csv-stringify/sync';
import type { Entry } from '../app/report/entry.ts';
import { timeOf } from '../app/times.ts';
import { SLOTS, type Slot } from '../core/model.ts';

const COLUMNS = [
  'target',
  'resourceId',
  'slot',
  'role',
  'fingerprint',
  'madeAfter',
  'madeBefore',
  'basis',
  'age',
  'dueAt',
  'overdueSince',
  'phase',
  'condition',
  'conditionSince',
  'verdict',
  'findingsHigh',
  'findingsMedium',
  'findingsLow',
  'findingsInfo',
  'observedAt',
] as const;

/** A row for each key, for a spreadsheet. What is unknown is empty. Lines end as RFC 4180 has it. */
export function csvOf(entries: readonly Entry[]): string {
  return stringify(
    entries.flatMap((entry) => SLOTS.map((slot) => rowOf(entry, slot))),
    {
      header: true,
      columns: [...COLUMNS],
      record_delimiter: '\r\n',
      // Without it Excel takes a file that is opened by a double click for one of the local code page. It costs a program
      // that reads the file three bytes to skip; programs have the JSON.
      bom: true,
      // A text that a spreadsheet would run gets an apostrophe before it.
      escape_formulas: true,
      // `escape_formulas` leaves out the line feed, which OWASP's list has beside tab and carriage return.
      cast: { string: (text) => (text.startsWith('\n') ? `'${text}` : text) },
    },
  );
}

function rowOf(entry: Entry, slot: Slot): Record<(typeof COLUMNS)[number], string | number | null> {
  const key = entry.keys[slot];
  return {
    target: entry.name,
    resourceId: entry.resourceId,
    slot,
    role: key.role,
    fingerprint: key.fingerprint,
    madeAfter: timeOf(key.madeAfter),
    madeBefore: timeOf(key.madeBefore),
    basis: key.basis,
    age: key.age,
    dueAt: timeOf(key.dueAt),
    overdueSince: timeOf(key.overdueSince),
    phase: entry.phase,
    condition: entry.condition?.code ?? null,
    conditionSince: timeOf(entry.condition?.since ?? null),
    verdict: entry.verdict,
    findingsHigh: entry.tally.high,
    findingsMedium: entry.tally.medium,
    findingsLow: entry.tally.low,
    findingsInfo: entry.tally.info,
    observedAt: timeOf(entry.observedAt),
  };
}

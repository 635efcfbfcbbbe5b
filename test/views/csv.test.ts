import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/app/report/entry.ts';
import { csvOf } from '../../src/views/csv.ts';
import { anEntry, anUnobservedEntry, DAY, NOW } from './an-entry.ts';

/** What another program reads. It is strict: a quote or a line end out of place is an error. */
const readBack = (entries: readonly Entry[]): Record<string, string>[] =>
  parse(csvOf(entries), { bom: true, columns: true, record_delimiter: '\r\n' });

/** What makes a spreadsheet take a cell for a formula, after OWASP. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const starts = [...'=+-@\t\r\n＝＋－＠'];

describe('a target in the spreadsheet', () => {
  it('has a row for each key', () => {
    const held = anEntry({
      phase: 'hold',
      condition: { code: 'Stalled', since: NOW - DAY },
      primary: { overdueSince: NOW - 3 * DAY, age: 'between 14 and 15 months: the key itself says September 2025' },
    });
    const rows = readBack([held]);
    expect(rows).toEqual([
      {
        target: 'chat-prod',
        resourceId: held.resourceId,
        slot: 'primary',
        role: 'active',
        fingerprint: 'sha256:00000000000000aa',
        madeAfter: '2026-10-23T08:00:00.000Z',
        madeBefore: '2026-10-23T08:00:00.000Z',
        basis: 'recorded',
        age: 'between 14 and 15 months: the key itself says September 2025',
        dueAt: '2026-12-22T08:00:00.000Z',
        overdueSince: '2026-10-30T08:00:00.000Z',
        phase: 'hold',
        condition: 'Stalled',
        conditionSince: '2026-11-01T08:00:00.000Z',
        verdict: 'MigrateFirst',
        findingsHigh: '0',
        findingsMedium: '2',
        findingsLow: '1',
        findingsInfo: '3',
        observedAt: '2026-11-02T07:40:00.000Z',
      },
      expect.objectContaining({
        slot: 'secondary',
        role: 'standby',
        overdueSince: '',
        conditionSince: expect.any(String),
      }),
    ]);
  });

  it('has empty cells where nothing is known', () => {
    const [row] = readBack([anUnobservedEntry()]);
    expect(row).toMatchObject({ role: '', fingerprint: '', madeAfter: '', basis: '', dueAt: '', observedAt: '' });
  });

  it('leaves a header where there is none', () => {
    expect(csvOf([])).toMatch(/^\uFEFFtarget,resourceId,slot,[A-Za-z,]+,observedAt\r\n$/);
  });
});

describe('the file', () => {
  it('tells Excel that it is UTF-8, and ends its lines as RFC 4180 has it', () => {
    const file = csvOf([anEntry(), anEntry()]);
    expect([...Buffer.from(file).subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(file.split('\r\n')).toHaveLength(1 + 4 + 1);
    expect(file.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it.each(starts)('does not let a spreadsheet run what begins with %j', (start) => {
    const [row] = readBack([anEntry({ name: `${start}cmd|' /C calc'!A0` })]);
    expect(row?.target).toBe(`'${start}cmd|' /C calc'!A0`);
  });

  it('does not touch a number below zero, which is no formula', () => {
    const [row] = readBack([anEntry({ tally: { high: -1, medium: 0, low: 0, info: 0 } })]);
    expect(row?.findingsHigh).toBe('-1');
  });

  const unit = fc.constantFrom(...starts, '"', "'", ',', ';', ' ', 'a', '1', '\0', 'é', '\u2028', '😀');
  const text = fc.oneof(fc.string({ unit }), fc.string({ unit: 'binary' }));

  it('has no cell that begins a formula, and reads back as what went in', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ name: text, age: text })), (some) => {
        const rows = readBack(some.map(({ name, age }) => anEntry({ name, primary: { age } })));
        expect(rows.flatMap((row) => Object.values(row)).filter((cell) => FORMULA.test(cell))).toEqual([]);
        const asWritten = (cell: string): string => (FORMULA.test(cell) ? `'${cell}` : cell);
        expect(rows.filter(({ slot }) => slot === 'primary').map(({ target, age }) => ({ target, age }))).toEqual(
          some.map(({ name, age }) => ({ target: asWritten(name), age: asWritten(age) })),
        );
      }),
    );
  });
});

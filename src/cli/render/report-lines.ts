import type { Report, TargetReport } from '../../app/report/schema.ts';
import { type Instant, SLOTS } from '../../core/model.ts';
import { several } from '../../views/names.ts';
import { distance, spanOf } from '../../views/times.ts';
import type { Paint, Style } from '../terminal/paint.ts';
import { table } from '../terminal/table.ts';
import { short } from './fingerprint.ts';
import { standing } from './standing.ts';

/** The fleet in a few numbers, what needs a person, and two lines for each target: one a key. */
export function reportLines(report: Report, paint: Paint): readonly string[] {
  const now = Date.parse(report.generatedAt);
  const { targets, unmanaged, summary } = report;
  return [
    ...summaryLines(report, paint),
    ...(targets.length === 0 ? ['No target is selected.'] : table(keyRows(targets, now, paint))),
    ...(unmanaged.length === 0
      ? []
      : [
          '',
          `Nobody manages ${unmanaged.map(({ name }) => name).join(', ')}: add them to rotation.json, or remove them.`,
        ]),
    ...(report.next === undefined
      ? []
      : ['', `There are more: ${several(summary.matching, 'target')} in all. --page 2 goes on.`]),
  ];
}

export function summaryLines({ summary, generatedAt }: Report, paint: Paint): readonly string[] {
  const { targets, overdue, rotating, held, oldestObservation, attention, attentionMore } = summary;
  const now = Date.parse(generatedAt);
  const looked =
    oldestObservation === null ? 'never looked at' : `the oldest look ${distance(Date.parse(oldestObservation), now)}`;
  const counts = [
    several(targets, 'target'),
    paint(overdue > 0 ? 'red' : 'dim', `${overdue} overdue`),
    paint(rotating > 0 ? 'yellow' : 'dim', `${rotating} rotating`),
    paint(held > 0 ? 'red' : 'dim', `${held} held`),
    paint('dim', looked),
  ];
  const needs = attention.map(({ severity, target, code, text }) => [
    `  ${paint(STYLES[severity], severity)}`,
    target ?? 'the fleet',
    code,
    text,
  ]);
  return [
    counts.join(' · '),
    '',
    ...(needs.length === 0 ? [] : [paint('bold', 'Needs a person:'), ...table(needs)]),
    ...(attentionMore === 0 ? [] : [`  and ${attentionMore} more`]),
    ...(needs.length === 0 ? [] : ['']),
  ];
}

export const STYLES: Readonly<Record<'high' | 'medium' | 'low' | 'info', Style>> = {
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  info: 'dim',
};

function keyRows(targets: readonly TargetReport[], now: Instant, paint: Paint): readonly (readonly string[])[] {
  const head = ['TARGET', 'SLOT', 'ROLE', 'KEY', 'AGE', 'DUE', ''].map((name) => paint('dim', name));
  return [head, ...targets.flatMap((target) => rowsOf(target, now, paint))];
}

function rowsOf(target: TargetReport, now: Instant, paint: Paint): readonly (readonly string[])[] {
  const told = [standing(target, paint), [target.localAuth.verdict, findingsIn(target)].filter(Boolean).join(', ')];
  return SLOTS.map((slot, index) => {
    const { role, fingerprint, age } = target.keys[slot];
    return [
      index === 0 ? paint('bold', target.name) : '',
      slot,
      role ?? '',
      fingerprint === null ? '' : short(fingerprint),
      // What an age rests on is told by status.
      age.split(':', 1)[0] ?? '',
      dueIn(target.keys[slot], now, paint),
      told[index] ?? '',
    ];
  });
}

export function dueIn({ dueAt, overdueSince }: TargetReport['keys']['primary'], now: Instant, paint: Paint): string {
  if (overdueSince !== null) return paint('red', `overdue for ${spanOf(now - Date.parse(overdueSince))}`);
  if (dueAt === null) return '';
  return Date.parse(dueAt) <= now ? paint('yellow', 'due') : distance(Date.parse(dueAt), now);
}

/** `2 high, 1 low`. */
export function findingsIn({ findings }: TargetReport): string {
  const counts = (['high', 'medium', 'low'] as const).map(
    (severity) => [findings.filter((each) => each.severity === severity).length, severity] as const,
  );
  return counts.flatMap(([count, severity]) => (count === 0 ? [] : [`${count} ${severity}`])).join(', ');
}

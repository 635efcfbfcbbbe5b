import { CONDITIONS, conditionText } from '../../core/codes.ts';
import { FINDINGS, INSTALLATION_FINDINGS, SEVERITIES, type Severity } from '../../core/finding-codes.ts';
import type { Leak } from '../../core/leaks.ts';
import { type Instant, SLOTS } from '../../core/model.ts';
import { namedRows } from '../corrupted-fleet.ts';
import type { DeadLettersSeen, Survey } from '../ports.ts';
import { timeOf } from '../times.ts';
import { FRESH } from './current-verdict.ts';
import type { Entry } from './entry.ts';
import type { Report } from './schema.ts';

type Attention = Report['summary']['attention'][number];

export interface FleetFacts {
  readonly pausedSince: Instant | null;
  readonly leaks: readonly Leak[];
  /** Keys of the rows of the fleet that cannot be understood. */
  readonly corruptedRows: readonly string[];
  readonly unmanaged: number;
  readonly surveys: readonly Survey[];
  /** null where none were looked for, or nobody could look yet. */
  readonly deadLetters: DeadLettersSeen | null;
  readonly now: Instant;
}

/** What needs a person now, the worst first and of these the oldest. */
export function attentionOf(entries: readonly Entry[], fleet: FleetFacts): readonly Attention[] {
  const all = [...attentionOfFleet(entries, fleet), ...entries.flatMap((entry) => attentionOfTarget(entry, fleet.now))];
  const rank = ({ severity }: Attention): number => SEVERITIES.indexOf(severity);
  return all.sort((a, b) => rank(a) - rank(b) || (a.since ?? '9').localeCompare(b.since ?? '9'));
}

/** What one target needs a person for. */
export function attentionOfTarget(entry: Entry, now: Instant): readonly Attention[] {
  const about = (code: string, severity: Severity, text: string, since: Instant | null): Attention => ({
    target: entry.name,
    code,
    severity,
    text,
    since: timeOf(since),
  });
  const { condition, stuckSince, observedAt, verdict } = entry;
  const overdue = SLOTS.flatMap((slot) => entry.keys[slot].overdueSince ?? []);
  const found: Attention[] = [];
  if (condition !== null && conditionText(condition.code).alerts) {
    found.push(about(condition.code, 'high', conditionText(condition.code).meaning, condition.since));
  } else if (stuckSince !== null) {
    found.push(about('Failing', 'high', 'Its looks have failed again and again.', stuckSince));
  }
  if (overdue.length > 0) found.push(about('KeyOverdue', 'high', FINDINGS.KeyOverdue.meaning, Math.min(...overdue)));
  if (observedAt === null) found.push(about('NotObserved', 'medium', 'It has not been looked at yet.', null));
  else if (now - observedAt > FRESH) {
    found.push(about('NotObserved', 'high', 'It has not been looked at for a day.', observedAt));
  }
  if (verdict === 'DisableNow') {
    found.push(about('DisableNow', 'medium', 'Nothing known uses a key: local authentication can be disabled.', null));
  }
  return found;
}

function attentionOfFleet(
  entries: readonly Entry[],
  { pausedSince, leaks, corruptedRows, unmanaged, surveys, deadLetters }: FleetFacts,
): readonly Attention[] {
  const about = (code: string, severity: Severity, text: string, since: Instant | null = null): Attention => ({
    target: null,
    code,
    severity,
    text,
    since: timeOf(since),
  });
  const grave = entries.filter(({ tally }) => tally.high > 0).length;
  const unseen = surveys.filter(({ trouble }) => trouble !== null);
  const found: Attention[] = [];
  if (pausedSince !== null) found.push(about('FleetPaused', 'high', CONDITIONS.FleetPaused.meaning, pausedSince));
  for (const [repository, them] of byRepository(leaks)) {
    found.push(about('LeakUnmapped', 'high', leakText(repository, them), them[0]?.at));
  }
  if (corruptedRows.length > 0) found.push(about('FleetRowCorrupted', ROWS.severity, rowsText(corruptedRows)));
  if (deadLetters !== null && deadLetters.count > 0) found.push(aboutLetters(deadLetters, about));
  if (grave > 0)
    found.push(about('HighFindings', 'medium', `${count(grave, 'target')} with findings of high severity.`));
  if (unmanaged > 0) {
    found.push(about('Unmanaged', 'medium', `${count(unmanaged, 'SignalR resource')} that no target names.`));
  }
  if (unseen.length > 0) {
    const names = unseen.map(({ subscription }) => subscription).join(', ');
    found.push(about('SubscriptionNotSeen', 'medium', `Subscriptions that could not be listed: ${names}.`));
  }
  return found;
}

/** A repository is one thing to look into, however often secret scanning found a key in it. */
const byRepository = (leaks: readonly Leak[]): ReadonlyMap<string, readonly Leak[]> =>
  Map.groupBy(leaks, ({ repository }) => repository);

function leakText(repository: string, leaks: readonly Leak[]): string {
  const urls = leaks.flatMap(({ url }) => url ?? []).slice(-MOST_URLS);
  const found = `Secret scanning found ${count(leaks.length, 'SignalR key')} in ${repository}, which no target names.`;
  return [found, 'Find out whose, and report a compromise.', ...urls].join(' ');
}

const MOST_URLS = 3;

const ROWS = INSTALLATION_FINDINGS.FleetRowCorrupted;

const rowsText = (rows: readonly string[]): string =>
  `${ROWS.meaning} ${count(rows.length, 'row')}: ${namedRows(rows).join(', ')}. ${ROWS.remedy}`;

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

const aboutLetters = (
  { count: n, isMore, oldestAt, newestAt }: DeadLettersSeen,
  about: (code: string, severity: Severity, text: string, since: Instant | null) => Attention,
): Attention => {
  const many = isMore ? `More than ${count(n, 'blob')}` : count(n, 'blob');
  const newest = newestAt === null ? '' : ` The newest is of ${timeOf(newestAt)}.`;
  const { severity, meaning, remedy } = INSTALLATION_FINDINGS.DeadLetters;
  return about('DeadLetters', severity, `${meaning} ${many} of them.${newest} ${remedy}`, oldestAt);
};

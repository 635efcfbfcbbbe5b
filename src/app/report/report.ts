import pLimit from 'p-limit';
import type { Instant } from '../../core/model.ts';
import { postureFindings } from '../../core/posture-findings.ts';
import type { App } from '../app.ts';
import type { ListedResource, Ports, Survey } from '../ports.ts';
import { readRow } from '../read-row.ts';
import { timeOf } from '../times.ts';
import { attentionOf, type FleetFacts } from './attention.ts';
import { entriesOf } from './entries.ts';
import type { Entry } from './entry.ts';
import { findingReports } from './finding-report.ts';
import { installationFindings } from './installation-findings.ts';
import { PAGE_SIZE, type ReportQuery } from './query.ts';
import type { Report, UnmanagedReport } from './schema.ts';
import { isOverdue, select } from './select.ts';
import { type Known, type Row, targetReport } from './target-report.ts';

/** Rows of one page that are read at a time. */
const CONCURRENT_READS = 16;

/** The fleet as the last looks saw it; nothing is asked of Azure, so it answers at once. */
export interface FleetReport {
  readonly entries: readonly Entry[];
  readonly unmanaged: readonly ListedResource[];
  readonly facts: FleetFacts;
}

/** @throws LedgerUnavailable */
export async function lookAtFleet(app: App, { ledger, fleet, inventory, deadLetters }: Ports): Promise<FleetReport> {
  const [{ now, resources: glances }, { pausedSince, leaks, corrupted }, listed, { surveys }, { kept }] =
    await Promise.all([
      ledger.glances(),
      fleet.look(),
      app.subscriptions.length === 0 ? [] : inventory.resources(),
      app.subscriptions.length === 0 ? { surveys: [] as readonly Survey[] } : inventory.surveys(),
      deadLetters === null ? { kept: null } : inventory.deadLetters(),
    ]);
  const entries = entriesOf(app, glances, now);
  const managed = new Set(entries.map(({ resourceId }) => resourceId));
  const unmanaged = listed
    .filter(({ resource }) => !managed.has(resource) && app.subscriptions.includes(subscriptionOf(resource)))
    .sort((a, b) => (a.resource < b.resource ? -1 : 1));
  const asked = surveys.filter(({ subscription }) => app.subscriptions.includes(subscription));
  const letters = kept?.seen ?? null;
  const facts = {
    ...{ pausedSince, leaks, corruptedRows: corrupted, unmanaged: unmanaged.length },
    ...{ surveys: asked, deadLetters: letters, now },
  };
  return { entries, unmanaged, facts };
}

/**
 * One page of the report: the targets that the query selects, in its order, each with everything that is known of it.
 *
 * @throws LedgerUnavailable
 */
export async function reportFor(query: ReportQuery, app: App, ports: Ports): Promise<Report> {
  const fleet = await lookAtFleet(app, ports);
  const { entries, facts } = fleet;
  const { now } = facts;
  const selected = select(entries, query, now);
  const onPage = <T>(all: readonly T[]): readonly T[] =>
    all.slice((query.page - 1) * PAGE_SIZE, query.page * PAGE_SIZE);
  const limit = pLimit(CONCURRENT_READS);
  const rows = await Promise.all(
    onPage(selected).map((entry) =>
      limit(async () => ({ entry, row: await readRow(ports, entry.resourceId, () => now) })),
    ),
  );
  const hasNext = Math.max(selected.length, fleet.unmanaged.length) > query.page * PAGE_SIZE;
  return {
    version: 1,
    generatedAt: timeOf(now),
    ...(hasNext ? { next: addressOf({ ...query, page: query.page + 1 }) } : {}),
    summary: summaryOf(fleet, selected.length, corruptedAmong(rows), now),
    unmanaged: onPage(fleet.unmanaged).map((each) => unmanagedReport(each, app)),
    targets: rows.map(({ entry, row }) => targetReport(known(entry, app), row, app)),
    findings: installationFindings(facts),
  };
}

const known = ({ name, resourceId }: Entry, { targets }: Pick<App, 'targets'>): Known =>
  targets.find((target) => target.resourceId === resourceId) ?? { name, resourceId };

/** The list does not open rows, so it knows of none that cannot be understood; those of the page are known by now. */
const corruptedAmong = (rows: readonly { readonly entry: Entry; readonly row: Row }[]): ReadonlySet<Entry> =>
  new Set(rows.flatMap(({ entry, row }) => (row.isCorrupted ? entry : [])));

const ATTENTION_SHOWN = 20;

function summaryOf(
  { entries: listed, unmanaged, facts }: FleetReport,
  matching: number,
  corrupted: ReadonlySet<Entry>,
  now: Instant,
): Report['summary'] {
  const condition = { code: 'LedgerCorrupted', since: now } as const;
  const entries = listed.map((entry) => (corrupted.has(entry) ? { ...entry, condition } : entry));
  const attention = attentionOf(entries, facts);
  const observed = entries.flatMap(({ observedAt }) => observedAt ?? []);
  const are = (what: (entry: Entry) => boolean): number => entries.filter(what).length;
  const with_ = (verdict: Entry['verdict']): number => are((entry) => entry.verdict === verdict);
  const sum = (severity: keyof Entry['tally']): number => entries.reduce((all, { tally }) => all + tally[severity], 0);
  return {
    targets: entries.length,
    matching,
    observed: observed.length,
    oldestObservation: timeOf(observed.length === 0 ? null : observed.reduce((a, b) => Math.min(a, b))),
    overdue: are(isOverdue),
    rotating: are(({ rotating }) => rotating),
    held: are(({ condition }) => condition !== null),
    stuck: are(({ stuckSince }) => stuckSince !== null),
    verdicts: {
      Disabled: with_('Disabled'),
      DisableNow: with_('DisableNow'),
      MigrateFirst: with_('MigrateFirst'),
      Unknown: with_('Unknown'),
    },
    findings: { high: sum('high'), medium: sum('medium'), low: sum('low'), info: sum('info') },
    unmanaged: unmanaged.length,
    surveys: facts.surveys.map(({ at, ...survey }) => ({ ...survey, at: timeOf(at) })),
    attention: attention.slice(0, ATTENTION_SHOWN),
    attentionMore: Math.max(0, attention.length - ATTENTION_SHOWN),
  };
}

function unmanagedReport(
  { resource, name, createdAt, posture }: ListedResource,
  { cloud }: Pick<App, 'cloud'>,
): UnmanagedReport {
  const { location, sku, localAuthDisabled, serviceMode } = posture;
  const of = { name, resourceId: resource, location, serviceMode, cloud };
  return {
    name,
    resourceId: resource,
    subscription: subscriptionOf(resource),
    location,
    sku: sku?.name ?? null,
    createdAt: timeOf(createdAt),
    localAuthDisabled,
    findings: findingReports(postureFindings(posture, null), of),
  };
}

const subscriptionOf = (resource: string): string => resource.split('/')[2] ?? '';

/** A page of the report by its address, with what is not the default. */
export function addressOf({ page, search, verdict, severity, show, sort }: ReportQuery): string {
  const query = new URLSearchParams();
  if (search !== '') query.set('q', search);
  if (show !== 'all') query.set('show', show);
  if (verdict !== null) query.set('verdict', verdict);
  if (severity !== null) query.set('severity', severity);
  if (sort !== 'attention') query.set('sort', sort);
  if (page !== 1) query.set('page', String(page));
  const text = query.toString();
  return text === '' ? '/api/report' : `/api/report?${text}`;
}

import { z } from 'zod';
import { refreshSchema } from '../app/answer-schemas.ts';
import type { App } from '../app/app.ts';
import { askForRefresh } from '../app/refresh.ts';
import { EVERYTHING, type ReportQuery } from '../app/report/query.ts';
import { lookAtFleet, reportFor } from '../app/report/report.ts';
import { reportSchema } from '../app/report/schema.ts';
import { select } from '../app/report/select.ts';
import { SEVERITIES } from '../core/finding-codes.ts';
import { csvOf } from '../views/csv.ts';
import { metricsOf } from '../views/metrics.ts';
import { reportPage } from '../views/page.ts';
import { sarifOf } from '../views/sarif.ts';
import { formatFor } from './http/accept.ts';
import { json, page, text } from './http/respond.ts';
import { openPorts, route } from './http/route.ts';

const MOST_PAGES = 10_000;
const LONGEST_SEARCH = 200;
const FORMATS = ['json', 'html', 'csv', 'sarif'] as const;

/** How old each key is, whether local authentication should be disabled, and what else is wrong. */
export const report = route({
  name: 'report',
  method: 'GET',
  path: 'report',
  roles: ['Reader'],
  summary: 'How old each key is, whether local authentication should be disabled, and what else is wrong.',
  query: z.object({
    format: z.enum(FORMATS).optional().describe('Default: the best of Accept, else json.'),
    q: z
      .string()
      .max(LONGEST_SEARCH)
      .default(EVERYTHING.search)
      .describe('Part of the name or resource id of a target.'),
    page: z.coerce.number().int().min(1).max(MOST_PAGES).default(EVERYTHING.page),
    verdict: z.enum(['Disabled', 'DisableNow', 'MigrateFirst', 'Unknown']).nullable().default(null),
    severity: z.enum(SEVERITIES).nullable().default(null).describe('At least this severe.'),
    show: z.enum(['all', 'attention', 'overdue', 'rotating', 'held']).default(EVERYTHING.show),
    sort: z.enum(['attention', 'name', 'age', 'due', 'observed']).default(EVERYTHING.sort),
  }),
  answers: {
    200: {
      description: 'A page of the report; as CSV, every key that the query selects.',
      json: reportSchema,
      texts: ['text/html', 'text/csv', 'application/sarif+json'],
    },
  },
  handle: async ({ query: { format: named, q: search, ...rest }, accept }, { app }) => {
    const format = formatFor(named, accept, FORMATS);
    const query = { search, ...rest };
    if (format === 'csv') return text(await csv(query, app), 'text/csv; charset=utf-8', 'signalr-keys.csv');
    const found = await reportFor(query, app, openPorts(app));
    if (format === 'html') return page(reportPage(found, query));
    const next = found.next === undefined ? {} : { next: inFormat(found.next, named) };
    if (format === 'sarif') {
      const log = JSON.stringify(sarifOf({ ...found, ...next }, { version: app.version }));
      return text(log, 'application/sarif+json', 'signalr-keys.sarif');
    }
    return json(200, { ...found, ...next });
  },
});

/** Whoever named a format gets the next page in it. */
function inFormat(address: string, format: string | undefined): string {
  if (format === undefined) return address;
  return `${address}${address.includes('?') ? '&' : '?'}format=${format}`;
}

/** Every key that the query selects, not a page of them. */
async function csv(query: ReportQuery, app: App): Promise<string> {
  const { entries, facts } = await lookAtFleet(app, openPorts(app));
  return csvOf(select(entries, query, facts.now));
}

/** The same numbers for a collector of metrics. */
export const metrics = route({
  name: 'metrics',
  method: 'GET',
  path: 'metrics',
  roles: ['Reader'],
  summary: 'The same numbers for a collector of metrics.',
  answers: { 200: { description: 'OpenMetrics.', texts: ['application/openmetrics-text'] } },
  handle: async (_, { app }) => {
    const { entries, unmanaged, facts } = await lookAtFleet(app, openPorts(app));
    const deadLetters = facts.deadLetters?.count ?? null;
    const fleet = { generatedAt: facts.now, targets: app.targets.length, unmanaged: unmanaged.length, deadLetters };
    const { body, contentType } = await metricsOf(entries, fleet);
    return text(body, contentType);
  },
});

/** Has every target looked at anew. */
export const refresh = route({
  name: 'refresh',
  method: 'POST',
  path: 'report/refresh',
  roles: ['Operator'],
  summary: 'Has every target looked at anew.',
  answers: { 202: { description: 'It is asked for.', json: refreshSchema } },
  handle: async (_, { app, caller }) => {
    const asked = await askForRefresh(app, openPorts(app));
    app.log({ level: 'info', event: 'RefreshAsked', who: caller.name, ...asked });
    return json(202, asked);
  },
});

import type { HttpRequest } from '@azure/functions';
import { z } from 'zod';
import type { App } from '../app/app.ts';
import { Problem } from '../app/problems.ts';
import { askForRefresh } from '../app/refresh.ts';
import { EVERYTHING, type ReportQuery } from '../app/report/query.ts';
import { lookAtFleet, reportFor } from '../app/report/report.ts';
import { select } from '../app/report/select.ts';
import { SEVERITIES } from '../core/finding-codes.ts';
import { csvOf } from '../views/csv.ts';
import { metricsOf } from '../views/metrics.ts';
import { reportPage } from '../views/page.ts';
import { sarifOf } from '../views/sarif.ts';
import { formatFor } from './http/accept.ts';
import { json, page, text } from './http/respond.ts';
import { openPorts, type Route } from './http/route.ts';

const MOST_PAGES = 10_000;
const LONGEST_SEARCH = 200;

const querySchema = z.object({
  q: z.string().max(LONGEST_SEARCH).default(EVERYTHING.search),
  page: z.coerce.number().int().min(1).max(MOST_PAGES).default(EVERYTHING.page),
  verdict: z.enum(['Disabled', 'DisableNow', 'MigrateFirst', 'Unknown']).nullable().default(null),
  severity: z.enum(SEVERITIES).nullable().default(null),
  show: z.enum(['all', 'attention', 'overdue', 'rotating', 'held']).default(EVERYTHING.show),
  sort: z.enum(['attention', 'name', 'age', 'due', 'observed']).default(EVERYTHING.sort),
});

/** A form sends what was left empty as an empty text. @throws Problem `InvalidRequest` */
function queryOf(request: HttpRequest): ReportQuery {
  const given = Object.keys(querySchema.shape).flatMap((name) => {
    const value = request.query.get(name);
    return value === null || value === '' ? [] : [[name, value] as const];
  });
  const parsed = querySchema.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    throw new Problem('InvalidRequest', 'The query is not what this route takes.', { errors });
  }
  const { q: search, ...rest } = parsed.data;
  return { search, ...rest };
}

/** How old each key is, whether local authentication should be disabled, and what else is wrong. */
export const report: Route = {
  name: 'report',
  method: 'GET',
  path: 'report',
  roles: ['Reader'],
  handle: async (request, { app }) => {
    const format = formatFor(request, ['json', 'html', 'csv', 'sarif']);
    const query = queryOf(request);
    if (format === 'csv') return text(await csv(query, app), 'text/csv; charset=utf-8', 'signalr-keys.csv');
    const found = await reportFor(query, app, openPorts(app));
    if (format === 'html') return page(reportPage(found, query));
    const next = found.next === undefined ? {} : { next: inFormat(found.next, request) };
    if (format === 'sarif') {
      const log = JSON.stringify(sarifOf({ ...found, ...next }, { version: app.version }));
      return text(log, 'application/sarif+json', 'signalr-keys.sarif');
    }
    return json(200, { ...found, ...next });
  },
};

/** Whoever named a format gets the next page in it. */
function inFormat(address: string, request: HttpRequest): string {
  const format = request.query.get('format');
  if (format === null) return address;
  return `${address}${address.includes('?') ? '&' : '?'}format=${format}`;
}

/** Every key that the query selects, not a page of them. */
async function csv(query: ReportQuery, app: App): Promise<string> {
  const { entries, facts } = await lookAtFleet(app, openPorts(app));
  return csvOf(select(entries, query, facts.now));
}

/** The same numbers for a collector of metrics. */
export const metrics: Route = {
  name: 'metrics',
  method: 'GET',
  path: 'metrics',
  roles: ['Reader'],
  handle: async (_, { app }) => {
    const { entries, unmanaged, facts } = await lookAtFleet(app, openPorts(app));
    const fleet = { generatedAt: facts.now, targets: app.targets.length, unmanaged: unmanaged.length };
    const { body, contentType } = await metricsOf(entries, fleet);
    return text(body, contentType);
  },
};

/** Has every target looked at anew. */
export const refresh: Route = {
  name: 'refresh',
  method: 'POST',
  path: 'report/refresh',
  roles: ['Operator'],
  handle: async (_, { app, caller }) => {
    const asked = await askForRefresh(app, openPorts(app));
    app.log({ level: 'info', event: 'RefreshAsked', who: caller.name, ...asked });
    return json(202, asked);
  },
};

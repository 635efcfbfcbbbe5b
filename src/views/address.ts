import { EVERYTHING, type ReportQuery } from '../app/report/query.ts';

/** The page lives at /api/report and at /api/targets/{target}: addresses are relative, since a proxy may add a prefix. */
export const targetAddress = (name: string): string => `targets/${encodeURIComponent(name)}`;

/** The report, seen from the page of a target. */
export const reportAddress = '../report';

/** The report with another query. */
export function queryAddress(query: ReportQuery, change: Partial<ReportQuery> = {}): string {
  const { page, search, verdict, severity, show, sort } = { ...query, page: 1, ...change };
  const parameters = new URLSearchParams();
  if (search !== EVERYTHING.search) parameters.set('q', search);
  if (show !== EVERYTHING.show) parameters.set('show', show);
  if (verdict !== null) parameters.set('verdict', verdict);
  if (severity !== null) parameters.set('severity', severity);
  if (sort !== EVERYTHING.sort) parameters.set('sort', sort);
  if (page !== EVERYTHING.page) parameters.set('page', String(page));
  return `?${parameters}`;
}

/** The address of a page of ours or of the web; null for what a browser could run, as `javascript:`. */
export function linkable(address: string): string | null {
  if (/^(\?|\/(?![/\\]))/.test(address)) return address;
  return /^https?:\/\//i.test(address) && URL.canParse(address) ? address : null;
}

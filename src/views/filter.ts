import { EVERYTHING, type ReportQuery } from '../app/report/query.ts';
import type { Report } from '../app/report/schema.ts';
import { SEVERITIES } from '../core/finding-codes.ts';
import { queryAddress } from './address.ts';
import { html, type Markup } from './markup.ts';
import { VERDICT_ORDER, VERDICTS } from './verdict.ts';

type Choice = readonly [value: string, name: string];

const SHOW: Readonly<Record<ReportQuery['show'], string>> = {
  all: 'All targets',
  attention: 'Needing a person',
  overdue: 'Overdue',
  rotating: 'Rotating',
  held: 'Held',
};

const SORT: Readonly<Record<ReportQuery['sort'], string>> = {
  attention: 'Need of a person',
  name: 'Name',
  age: 'Oldest key',
  due: 'Next due',
  observed: 'Oldest observation',
};

const ANY: Choice = ['', 'Any'];
const VERDICT: readonly Choice[] = [ANY, ...VERDICT_ORDER.map((verdict): Choice => [verdict, VERDICTS[verdict].name])];
const SEVERITY: readonly Choice[] = [
  ANY,
  ...SEVERITIES.map((severity): Choice => [severity, severity === 'high' ? 'high' : `${severity} or worse`]),
];

/** A plain GET form, so that a filtered list has an address to keep. */
export function filterForm(query: ReportQuery, { summary }: Report): Markup | null {
  if (summary.targets === 0) return null;
  const isFiltered = queryAddress(query) !== queryAddress(EVERYTHING);
  return html`<search><form class="filter" method="get">
    <label><span>Name or resource id</span><input type="search" name="q" value="${query.search}" autocomplete="off" spellcheck="false" /></label>
    ${choose('Show', 'show', Object.entries(SHOW), query.show)}
    ${choose('Local auth', 'verdict', VERDICT, query.verdict ?? '')}
    ${choose('Findings', 'severity', SEVERITY, query.severity ?? '')}
    ${choose('Order by', 'sort', Object.entries(SORT), query.sort)}
    <div class="buttons"><button type="submit">Apply</button> ${isFiltered && html`<a href="${queryAddress(EVERYTHING)}">Clear</a>`}</div>
  </form></search>`;
}

const choose = (label: string, name: string, choices: readonly Choice[], chosen: string): Markup =>
  html`<label><span>${label}</span><select name="${name}">${choices.map(
    ([value, text]) => html`<option value="${value}" ${value === chosen && 'selected'}>${text}</option>`,
  )}</select></label>`;

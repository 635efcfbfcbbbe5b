import type { ReportQuery } from '../app/report/query.ts';
import type { Report } from '../app/report/schema.ts';
import { type Page, pageOf } from './document.ts';
import { filterForm } from './filter.ts';
import { glance, headline } from './glance.ts';
import { glossaryOf, glossarySection } from './glossary.ts';
import { installationSection } from './installation.ts';
import { legend } from './legend.ts';
import { html } from './markup.ts';
import { extent, paging } from './paging.ts';
import { isLong as isLongList, targetList } from './target-list.ts';
import { instantOf, when } from './times.ts';
import { isLong as isLongUnmanaged, unmanagedSection } from './unmanaged.ts';

/** The report for people: one glance first, then target by target. It works without a script. */
export function reportPage(report: Report, query: ReportQuery): Page {
  const { generatedAt, summary } = report;
  const now = instantOf(generatedAt);
  const glossary = glossaryOf([
    ...(isLongList(report) ? report.targets.flatMap(({ findings }) => findings) : []),
    ...(isLongUnmanaged(report) ? report.unmanaged.flatMap(({ findings }) => findings) : []),
  ]);
  const body = html`<header class="top"><p class="product">SignalR keys</p><p class="made">Report of ${when(generatedAt, now)}</p></header>
    <main>
    <h1>${headline(summary)}</h1>
    ${glance(report, now)}
    ${installationSection(report)}
    <section id="targets"><h2>Targets <span class="extent">${extent(report, query)}</span></h2>
      ${filterForm(query, report)}
      ${targetList(report, query, glossary, now)}
      ${paging(report, query)}
    </section>
    ${unmanagedSection(report, glossary, now)}
    ${glossarySection(glossary)}
    </main>
    ${legend}`;
  return pageOf(headline(summary), { id: 'targets', name: 'the targets' }, body);
}

import { PAGE_SIZE, type ReportQuery } from '../app/report/query.ts';
import type { Report } from '../app/report/schema.ts';
import { linkable, queryAddress } from './address.ts';
import { html, type Markup } from './markup.ts';
import { counted } from './names.ts';

/** Which targets the page shows, of how many. */
export function extent({ summary, targets }: Report, { page }: ReportQuery): string {
  const { matching, targets: all } = summary;
  if (targets.length === 0) return all === 0 ? '' : `0 of ${counted(matching === 0 ? all : matching)}`;
  const first = (page - 1) * PAGE_SIZE + 1;
  const range =
    matching === targets.length ? counted(matching) : `${counted(first)}–${counted(first + targets.length - 1)}`;
  const of = matching === targets.length && matching === all ? '' : ` of ${counted(matching)}`;
  return matching === all ? `${range}${of}` : `${range}${of} that match, ${counted(all)} in all`;
}

export function paging({ next, summary }: Report, query: ReportQuery): Markup | null {
  const following = next === undefined ? null : linkable(next);
  if (query.page === 1 && following === null) return null;
  // Resources that no target names are paged alike, and there may be more of them.
  const entries = Math.max(summary.matching, summary.unmanaged);
  const pages = Math.max(query.page, Math.ceil(entries / PAGE_SIZE));
  return html`<nav class="paging" aria-label="Pages">
    ${query.page > 1 ? html`<a rel="prev" href="${queryAddress(query, { page: query.page - 1 })}">Previous</a>` : html`<span></span>`}
    <span>Page ${counted(query.page)} of ${counted(pages)}</span>
    ${following === null ? html`<span></span>` : html`<a rel="next" href="${following}">Next</a>`}
  </nav>`;
}

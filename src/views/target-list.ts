import type { ReportQuery } from '../app/report/query.ts';
import type { Report, TargetReport } from '../app/report/schema.ts';
import type { Instant } from '../core/model.ts';
import { smallAgeBars } from './age-bar.ts';
import { dueInShort } from './ages.ts';
import { tallyChips, tallyOf } from './chip.ts';
import { noMatch, noTargets } from './empty.ts';
import type { Glossary } from './glossary.ts';
import { html, type Markup } from './markup.ts';
import { anchorOf, placeOf } from './names.ts';
import { doing } from './rotation.ts';
import { targetBody, targetInShort } from './target.ts';
import { verdictChip } from './verdict.ts';

/** Up to here each target has everything with it; above, only the most, so that the page stays small. */
const FEW = 10;
export const isLong = ({ targets }: Pick<Report, 'targets'>): boolean => targets.length > FEW;

/** How many targets that need a person are open at once. */
const OPEN = 3;

export function targetList({ targets, summary }: Report, query: ReportQuery, glossary: Glossary, now: Instant): Markup {
  if (targets.length === 0) return summary.targets === 0 ? noTargets : noMatch(query, summary.matching);
  const isShort = isLong({ targets });
  const open = isShort ? new Set<string>() : opened(targets, summary);
  const names = ['Target', 'Key ages', 'Now', 'Local auth', 'Findings'];
  return html`<div class="columns" aria-hidden="true">${names.map((name) => html`<span>${name}</span>`)}</div>
    <div class="targets">${targets.map((target) => {
      const { name } = target;
      const body = isShort ? targetInShort(target, glossary, now) : targetBody(target, { now, level: 4, alone: false });
      return html`<details class="target" ${open.has(name) && 'open'}>${row(target, now)}<div class="body" id="${anchorOf(name)}">${body}</div></details>`;
    })}</div>`;
}

/** The first ones that need a person; the only one in any case. */
function opened(targets: readonly TargetReport[], { attention }: Report['summary']): ReadonlySet<string> {
  const needing = new Set(attention.map(({ target }) => target));
  const those = targets.length === 1 ? targets : targets.filter(({ name }) => needing.has(name));
  return new Set(those.slice(0, OPEN).map(({ name }) => name));
}

function row(target: TargetReport, now: Instant): Markup {
  const { name, resourceId, location, localAuth, findings, observedAt } = target;
  const place = [placeOf(resourceId)?.group ?? resourceId, location].filter((part) => part !== null);
  return html`<summary><h3>${name}</h3> <span class="place">${place.join(' · ')}</span>
    <span class="small-ages">${smallAgeBars(target, now)}</span> <span class="next">${dueInShort(target, now)}</span>
    <span class="doing">${doing(target, now)}</span>
    <span class="auth">${verdictChip(localAuth.verdict)}</span>
    <span class="tally">${observedAt !== null && tallyChips(tallyOf(findings))}</span></summary>`;
}

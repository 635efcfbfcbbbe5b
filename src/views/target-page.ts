import type { TargetReport } from '../app/report/schema.ts';
import type { Instant } from '../core/model.ts';
import { reportAddress } from './address.ts';
import { dueInShort } from './ages.ts';
import { tallyChips, tallyOf } from './chip.ts';
import { type Page, pageOf } from './document.ts';
import { legend } from './legend.ts';
import { html, type Markup } from './markup.ts';
import { placeOf } from './names.ts';
import { type ReceiptShown, receiptTable } from './receipts.ts';
import { doing, phaseInShort } from './rotation.ts';
import { section, targetBody } from './target.ts';
import { instantOf, when } from './times.ts';
import { verdictChip } from './verdict.ts';

/**
 * One target with everything.
 *
 * @param receipts of its newest steps
 */
export function targetPage(target: TargetReport, generatedAt: string, receipts: readonly ReceiptShown[]): Page {
  const { name, observedAt } = target;
  const now = instantOf(generatedAt);
  const body = html`<header class="top"><p class="product"><a href="${reportAddress}">SignalR keys</a></p>
      <p class="made">${observedAt === null ? 'Not observed yet' : html`Observed ${when(observedAt, now)}`}</p></header>
    <main id="target" class="alone">
    <h1>${name}</h1>
    ${strip(target, now)}
    ${targetBody(target, { now, level: 2, alone: true })}
    ${section(2, 'Newest steps', receiptTable(receipts))}
    </main>
    ${legend}`;
  return pageOf(`${name}: ${inShort(target)}`, { id: 'target', name: 'the target' }, body);
}

function strip(target: TargetReport, now: Instant): Markup {
  const { resourceId, location, sku, localAuth, findings, observedAt } = target;
  const place = [placeOf(resourceId)?.group ?? resourceId, location, sku].filter((part) => part !== null);
  return html`<p class="place">${place.join(' · ')}</p>
    <ul class="strip"><li>${doing(target, now)}</li><li>${dueInShort(target, now)}</li>
    <li>Local auth: ${verdictChip(localAuth.verdict)}</li>${observedAt !== null && html`<li>${tallyChips(tallyOf(findings))}</li>`}</ul>`;
}

/** For the title: the first of these that is so. */
function inShort(target: TargetReport): string {
  const { condition, keys, observedAt } = target;
  if (observedAt === null) return 'not observed yet';
  if (condition !== null) return `held, ${condition.code}`;
  if (keys.primary.overdueSince !== null || keys.secondary.overdueSince !== null) return 'overdue';
  return phaseInShort(target);
}

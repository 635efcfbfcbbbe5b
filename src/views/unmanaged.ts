import type { Report, UnmanagedReport } from '../app/report/schema.ts';
import type { Instant } from '../core/model.ts';
import { chip, tallyChips, tallyOf } from './chip.ts';
import { facts } from './facts.ts';
import { findingLines, findingList } from './findings.ts';
import { html, type Markup } from './markup.ts';
import { counted, placeOf, several } from './names.ts';
import { when, whenDay } from './times.ts';

/** Up to here each resource has its commands with it, and this many are listed at all. */
const FEW = 10;
const MOST = 100;

/** What nobody rotates, so that nothing hides; and where we could not look. */
export function unmanagedSection({ unmanaged, summary }: Report, now: Instant): Markup {
  const { surveys } = summary;
  const shown = unmanaged.slice(0, MOST);
  const more = Math.max(unmanaged.length, summary.unmanaged) - shown.length;
  return html`<section class="unmanaged" id="unmanaged"><h2>Unmanaged <span class="extent">${counted(summary.unmanaged)}</span></h2>
    ${surveys.length === 0 && html`<p class="muted">No subscription has been looked through: name some under <code>subscriptions</code> in rotation.json.</p>`}
    ${surveys.length > 0 && shown.length === 0 && summary.unmanaged === 0 && html`<p class="muted">Every SignalR resource of ${several(surveys.length, 'subscription')} is a target.</p>`}
    ${surveys.filter(({ trouble }) => trouble !== null).map((survey) => troubleNote(survey, now))}
    ${
      shown.length > 0 &&
      html`<p>SignalR resources of the configured subscriptions that no target names. Make each a target, or delete those that nobody uses.</p>
      <div class="targets">${shown.map((each, index) => item(each, now, shown.length > FEW ? null : `unmanaged-${index}`))}</div>`
    }
    ${more > 0 && html`<p class="muted">And ${counted(more)} more.</p>`}</section>`;
}

const troubleNote = ({ subscription, at, trouble }: Report['summary']['surveys'][number], now: Instant): Markup =>
  html`<p class="note">Subscription <code>${subscription}</code> ${trouble === 'forbidden' ? 'may not be read with the identity of this app' : 'could not be read'}; last tried ${when(at, now)}. What it holds may be missing here.</p>`;

/** @param group null where commands are left out */
function item(resource: UnmanagedReport, now: Instant, group: string | null): Markup {
  const { name, resourceId, location, sku, createdAt, localAuthDisabled, findings, subscription } = resource;
  const place = [placeOf(resourceId)?.group ?? resourceId, location, sku].filter((part) => part !== null);
  return html`<details class="target bare"><summary><h3>${name}</h3> <span class="place">${place.join(' · ')}</span>
    <span class="auth">${localAuthDisabled ? chip('Local auth off', 'good') : chip('Local auth on', 'medium')}</span>
    <span class="tally">${tallyChips(tallyOf(findings))}</span></summary>
    <div class="body">${facts([
      ['Resource id', html`<code>${resourceId}</code>`],
      ['Subscription', html`<code>${subscription}</code>`],
      ['Created', createdAt && whenDay(createdAt, now)],
    ])}
    ${group === null ? findingLines(findings, null) : findingList(findings, group, false)}</div></details>`;
}

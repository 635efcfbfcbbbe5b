import type { Report, UnmanagedReport } from '../app/report/schema.ts';
import type { Instant } from '../core/model.ts';
import { chip, tallyChips, tallyOf } from './chip.ts';
import { facts } from './facts.ts';
import { findingList } from './findings.ts';
import { findingLines, type Glossary } from './glossary.ts';
import { html, type Markup } from './markup.ts';
import { counted, placeOf, several } from './names.ts';
import { when, whenDay } from './times.ts';

/** Up to here each resource has its commands with it. */
const FEW = 10;
export const isLong = ({ unmanaged }: Pick<Report, 'unmanaged'>): boolean => unmanaged.length > FEW;

/** What nobody rotates, so that nothing hides; and where we could not look. */
export function unmanagedSection({ unmanaged, summary }: Report, glossary: Glossary, now: Instant): Markup {
  const more = summary.unmanaged - unmanaged.length;
  const isShort = isLong({ unmanaged });
  return html`<section class="unmanaged" id="unmanaged">
    <h2>Unmanaged <span class="extent">${counted(summary.unmanaged)}</span></h2>
    ${looked(summary, now)}
    ${unmanaged.length > 0 && html`<p>SignalR resources of the configured subscriptions that no target names. Make each a target, or delete those that nobody uses.</p>`}
    ${
      unmanaged.length > 0 &&
      html`<div class="targets">${unmanaged.map((each, index) => {
        const { findings } = each;
        const found = isShort
          ? findingLines(findings, glossary, null)
          : findingList(findings, `unmanaged-${index}`, false);
        return item(each, found, now);
      })}</div>`
    }
    ${more > 0 && html`<p class="muted">${counted(more)} more on other pages.</p>`}</section>`;
}

/** Where was looked, as far as it bears on what is shown. */
function looked({ surveys, unmanaged }: Report['summary'], now: Instant): Markup {
  if (surveys.length === 0) {
    return html`<p class="muted">No subscription has been looked through: rotation.json names none under <code>subscriptions</code>, or the first sweep is still to come.</p>`;
  }
  const troubled = surveys.filter(({ trouble }) => trouble !== null);
  if (troubled.length > 0) return html`${troubled.map((survey) => troubleNote(survey, now))}`;
  return html`${unmanaged === 0 && html`<p class="muted">Every SignalR resource of ${several(surveys.length, 'subscription')} is a target.</p>`}`;
}

function troubleNote({ subscription, at, trouble }: Report['summary']['surveys'][number], now: Instant): Markup {
  const why = trouble === 'forbidden' ? 'may not be read with the identity of this app' : 'could not be read';
  return html`<p class="note">Subscription <code>${subscription}</code> ${why}; last tried ${when(at, now)}. What it holds may be missing here.</p>`;
}

function item(resource: UnmanagedReport, found: Markup, now: Instant): Markup {
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
    ${found}</div></details>`;
}

import { EVERYTHING, type ReportQuery } from '../app/report/query.ts';
import type { Report } from '../app/report/schema.ts';
import { SEVERITIES } from '../core/finding-codes.ts';
import type { Instant } from '../core/model.ts';
import { queryAddress, targetAddress } from './address.ts';
import { chip, type Tone } from './chip.ts';
import { html, joined, type Markup, type Part } from './markup.ts';
import { anchorOf, counted, several } from './names.ts';
import { ago } from './times.ts';
import { VERDICT_ORDER, VERDICTS } from './verdict.ts';

type Summary = Report['summary'];

/** The most important thing, for the title and the first line. */
export function headline({ targets, attention, attentionMore }: Summary): string {
  const needing = attention.length + attentionMore;
  if (needing > 0) return `${counted(needing)} need${needing === 1 ? 's' : ''} you`;
  return targets === 0 ? 'No targets yet' : 'Nothing needs you';
}

/** What needs a person now, and the few numbers; nothing where there is nothing to look after. */
export function glance({ summary, targets }: Report, now: Instant): Markup | null {
  if (summary.targets === 0 && summary.attention.length === 0) return null;
  return html`<section class="panel"><h2>What needs a person</h2>${attentionList(summary, new Set(targets.map(({ name }) => name)), now)}</section>
    <section class="panel"><h2>In numbers <span class="extent">${observation(summary, now)}</span></h2><div class="figures">${numbers(summary)}</div></section>`;
}

/** As many as are read at a glance; the others are a step away. */
const AT_ONCE = 6;

function attentionList(summary: Summary, here: ReadonlySet<string>, now: Instant): Markup {
  const { attention, attentionMore } = summary;
  if (attention.length === 0) return calm(summary);
  const line = (each: Summary['attention'][number]): Markup => attentionLine(each, here, now);
  const rest = attention.slice(AT_ONCE);
  return html`<ul class="needs">${attention.slice(0, AT_ONCE).map(line)}</ul>
    ${rest.length > 0 && html`<details class="rest"><summary>${counted(rest.length)} more</summary><ul class="needs">${rest.map(line)}</ul></details>`}
    ${attentionMore > 0 && html`<p><a href="${queryAddress(EVERYTHING, { show: 'attention' })}">${counted(attentionMore)} beyond these: show all targets that need a person</a></p>`}`;
}

/** Where the page tells more of what the fleet needs a person for. */
const FLEET: ReadonlyMap<string, string> = new Map([
  ['HighFindings', queryAddress(EVERYTHING, { severity: 'high' })],
  ['Unmanaged', '#unmanaged'],
  ['SubscriptionNotSeen', '#unmanaged'],
  ['DeadLetters', '#installation'],
  ['FleetRowCorrupted', '#installation'],
]);

function attentionLine(
  { target, code, severity, text, since }: Summary['attention'][number],
  here: ReadonlySet<string>,
  now: Instant,
): Markup {
  const address = target === null ? FLEET.get(code) : here.has(target) ? `#${anchorOf(target)}` : targetAddress(target);
  const name = target ?? 'The fleet';
  return html`<li>${chip(severity, severity)} <p class="whom"><b>${address === undefined ? name : html`<a href="${address}">${name}</a>`}</b> <code class="code">${code}</code></p>
    <p>${text}</p> <p class="since">${since !== null && html`since ${ago(since, now)}`}</p></li>`;
}

function calm({ targets, overdue, held, stuck, observed }: Summary): Markup {
  const quiet = overdue + held + stuck === 0 && observed === targets;
  return html`<p class="calm"><b>Nothing needs a person now.</b></p>
    ${quiet && html`<p>No key is overdue, and no target is held or stuck.</p>`}`;
}

function numbers(summary: Summary): Markup {
  const { targets, overdue, rotating, held, stuck, unmanaged, verdicts, findings } = summary;
  return html`<dl class="numbers">
      ${number('Targets', targets, queryAddress(EVERYTHING))}
      ${number('Overdue', overdue, queryAddress(EVERYTHING, { show: 'overdue' }), 'bad')}
      ${number('Rotating', rotating, queryAddress(EVERYTHING, { show: 'rotating' }))}
      ${number('Held', held, queryAddress(EVERYTHING, { show: 'held' }), 'bad')}
      ${number('Stuck', stuck, null, 'bad')}
      ${number('Unmanaged', unmanaged, '#unmanaged')}
    </dl>
    <div><h3>Local authentication</h3>
    <ul class="counts">${VERDICT_ORDER.map((verdict) => count(verdicts[verdict], VERDICTS[verdict].name, VERDICTS[verdict].tone, { verdict }))}</ul></div>
    <div><h3>Findings</h3>
    <ul class="counts">${SEVERITIES.map((severity) => count(findings[severity], severity, severity, { severity }))}</ul></div>`;
}

/** @param kind how it looks when it is not zero */
function number(name: string, many: number, address: string | null, kind = ''): Markup {
  const shown = counted(many);
  return html`<div class="${many > 0 && kind}"><dt>${name}</dt><dd>${address === null || many === 0 ? shown : html`<a href="${address}">${shown}</a>`}</dd></div>`;
}

function count(many: number, name: string, tone: Tone, change: Partial<ReportQuery>): Markup {
  const shown = html`<b class="swatch ${tone}">${counted(many)}</b> ${name}`;
  return html`<li>${many === 0 ? shown : html`<a href="${queryAddress(EVERYTHING, change)}">${shown}</a>`}</li>`;
}

function observation({ targets, observed, oldestObservation }: Summary, now: Instant): Part {
  if (targets === 0) return null;
  const missing = targets - observed;
  const oldest = oldestObservation === null ? null : html`Oldest observation ${ago(oldestObservation, now)}`;
  return joined(
    [oldest, missing > 0 && `${several(missing, 'target')} not observed yet`].filter(
      (part) => part !== null && part !== false,
    ),
    '; ',
  );
}

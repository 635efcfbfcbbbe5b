import type { StepReport, TargetReport } from '../app/report/schema.ts';
import type { Verdict } from '../core/local-auth.ts';
import type { Instant } from '../core/model.ts';
import { chip, type Tone } from './chip.ts';
import { details, facts } from './facts.ts';
import { html, joined, type Markup } from './markup.ts';
import { listed, secretName, shortSecret } from './names.ts';
import { code, waysTo } from './remedy.ts';
import { when } from './times.ts';

type LocalAuthReport = TargetReport['localAuth'];
type ReasonReport = LocalAuthReport['reasons'][number];

/** A fleet's way from keys to none. */
export const VERDICT_ORDER = [
  'Unknown',
  'MigrateFirst',
  'DisableNow',
  'Disabled',
] as const satisfies readonly Verdict[];

export const VERDICTS: Readonly<
  Record<Verdict, { readonly name: string; readonly tone: Tone; readonly meaning: string }>
> = {
  Unknown: { name: 'Unknown', tone: 'info', meaning: 'Nobody can tell yet whether a key is still in use.' },
  MigrateFirst: { name: 'Migrate first', tone: 'medium', meaning: 'Disabling it now would refuse somebody.' },
  DisableNow: { name: 'Disable now', tone: 'accent', meaning: 'Nothing known uses a key any more.' },
  Disabled: { name: 'Disabled', tone: 'good', meaning: 'Local authentication is off: there is no key to steal.' },
};

export const verdictChip = (verdict: Verdict): Markup => chip(VERDICTS[verdict].name, VERDICTS[verdict].tone);

/** Whether local authentication should be disabled, what speaks against it, and what to do next. */
export function verdictOf({ verdict, reasons, warning, steps }: LocalAuthReport, now: Instant, group: string): Markup {
  return html`<p class="verdict">${verdictChip(verdict)} ${VERDICTS[verdict].meaning}</p>
    ${reasonList(reasons, now)}
    ${warning !== null && html`<p class="note warns"><b>Cannot be undone:</b> ${warning}</p>`}
    ${steps.length > 0 && html`<ol class="steps" aria-label="Next steps">${steps.map((step, index) => stepItem(step, index + 1, `${group}-${index}`))}</ol>`}`;
}

const WEIGHS: Readonly<Record<ReasonReport['weighs'], { readonly name: string; readonly tone: Tone }>> = {
  blocks: { name: 'blocks', tone: 'high' },
  unknown: { name: 'unknown', tone: 'medium' },
  warns: { name: 'note', tone: 'info' },
};

/** The verdict and the reasons that decided it. */
export function verdictInShort({ verdict, reasons }: LocalAuthReport): Markup {
  const [heaviest] = heaviestFirst(reasons);
  const deciding = reasons.filter(({ weighs }) => weighs === heaviest?.weighs);
  return html`<p>${VERDICTS[verdict].meaning}</p>${deciding.length > 0 && html`<ul class="plain">${deciding.map(reasonLine)}</ul>`}`;
}

const reasonLine = ({ meaning, detail: { consumers = [], secrets = [] } }: ReasonReport): Markup =>
  html`<li>${meaning} <span class="muted">${[...consumers, ...secrets.map(shortSecret)].join(', ')}</span></li>`;

function heaviestFirst(reasons: readonly ReasonReport[]): readonly ReasonReport[] {
  const order = Object.keys(WEIGHS);
  return reasons.toSorted((a, b) => order.indexOf(a.weighs) - order.indexOf(b.weighs));
}

function reasonList(reasons: readonly ReasonReport[], now: Instant): Markup | null {
  if (reasons.length === 0) return null;
  return html`<ul class="reasons">${heaviestFirst(reasons).map(
    ({ code, weighs, meaning, detail }) => html`<li>${chip(WEIGHS[weighs].name, WEIGHS[weighs].tone)}
      <div><p>${meaning} <code class="code">${code}</code></p>${detailOf(detail, now)}</div></li>`,
  )}</ul>`;
}

const detailOf = (
  { consumers = [], secrets = [], slot, fingerprint, at }: ReasonReport['detail'],
  now: Instant,
): Markup | null =>
  details([
    listed(consumers),
    secrets.length > 0 && html`${joined(secrets.map(secretName), ', ')}`,
    slot,
    fingerprint && html`<code>${fingerprint}</code>`,
    at && when(at, now),
  ]);

const stepItem = (step: StepReport, position: number, group: string): Markup =>
  html`<li><details><summary><span class="muted">${position}.</span> <span>${step.title}</span></summary><div class="opened">
    <p>${step.text}</p>
    ${step.connectionStrings.map(({ secret, value }) => html`${facts([['Write into', secretName(secret)]])}${code(value)}`)}
    ${waysTo(step, group)}
  </div></details></li>`;

import { SEVERITIES, type Severity } from '../core/finding-codes.ts';
import { html, type Markup } from './markup.ts';
import { counted } from './names.ts';

/** How a chip is coloured. Its text says the same, so the colour is never alone. */
export type Tone = Severity | 'good' | 'accent';

export const chip = (text: string, tone: Tone): Markup => html`<span class="chip ${tone}">${text}</span>`;

export type Tally = Readonly<Record<Severity, number>>;

/** `2 high` `3 medium`: the severities that there are. */
export function tallyChips(tally: Tally): Markup {
  const there = SEVERITIES.filter((severity) => tally[severity] > 0);
  if (there.length === 0) return html`<span class="muted">No findings</span>`;
  return html`${there.map((severity) => html`${chip(`${counted(tally[severity])} ${severity}`, severity)} `)}`;
}

export function tallyOf(findings: readonly { readonly severity: Severity }[]): Tally {
  const tally = { high: 0, medium: 0, low: 0, info: 0 };
  for (const { severity } of findings) tally[severity] += 1;
  return tally;
}

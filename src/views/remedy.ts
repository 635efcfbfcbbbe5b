import type { StepReport } from '../app/report/schema.ts';
import { html, type Markup, type Part } from './markup.ts';

type FourWays = Pick<StepReport, 'portal' | 'azureCli' | 'bicep' | 'terraform'>;

/**
 * The ways to do something, one open at a time.
 *
 * @param group unique on the page: of the ways that share it a browser opens one
 */
export function waysTo({ portal, azureCli, bicep, terraform }: FourWays, group: string): Markup | null {
  const ways = [
    way('Portal', group, portal.length > 0 && html`<ol>${portal.map((step) => html`<li>${linked(step)}</li>`)}</ol>`),
    way('Azure CLI', group, azureCli !== '' && code(azureCli)),
    way('Bicep', group, bicep !== '' && code(bicep)),
    way('Terraform', group, terraform !== '' && code(terraform)),
  ].filter((each) => each !== null);
  return ways.length === 0 ? null : html`<div class="ways">${ways}</div>`;
}

/** A text to be copied. It wraps, so that nothing scrolls sideways and paper shows all of it. */
export const code = (text: string): Markup => html`<pre><code>${text}</code></pre>`;

const way = (name: string, group: string, how: Markup | false): Markup | null =>
  how === false
    ? null
    : html`<details name="${group}"><summary>${name}</summary><div class="way">${how}</div></details>`;

/** Addresses in a text as links, which are too long to be read: the host says where they lead. */
function linked(text: string): Markup {
  const parts = text.split(/(https:\/\/[^\s"'<>]+)/);
  return html`${parts.map((part, index) => (index % 2 === 0 ? part : link(part)))}`;
}

const link = (address: string): Part =>
  URL.canParse(address) ? html`<a href="${address}" rel="noreferrer">${new URL(address).host}</a>` : address;

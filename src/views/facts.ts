import { html, joined, type Markup, type Part } from './markup.ts';

/** Names and what they are, in a list; those without a value are left out. */
export function facts(pairs: readonly (readonly [string, Part])[]): Markup | null {
  const known = pairs.filter(([, value]) => value !== null && value !== undefined && value !== false && value !== '');
  if (known.length === 0) return null;
  return html`<dl class="facts">${known.map(([name, value]) => html`<div><dt>${name}</dt> <dd>${value}</dd></div>`)}</dl>`;
}

/** What is told of something on its second line; absent parts are left out. */
export function details(parts: readonly Part[]): Markup | null {
  const known = parts.filter((part) => part !== null && part !== undefined && part !== false && part !== '');
  return known.length === 0 ? null : html`<p class="detail">${joined(known, ' · ')}</p>`;
}

/** What the model leaves open, as plain text: `allow ClientConnection; deny none`. */
export function plainly(value: unknown): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return 'none';
  if (Array.isArray(value)) return value.map(plainly).join(', ');
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([name, member]) => `${name} ${plainly(member)}`)
    .join('; ');
}

import { html, type Markup } from './markup.ts';

/** Where a resource is, as far as its id says. */
export function placeOf(resourceId: string): { readonly subscription: string; readonly group: string } | null {
  const match = /^\/subscriptions\/([^/]+)\/resourcegroups\/([^/]+)\//i.exec(resourceId);
  const [, subscription, group] = match ?? [];
  return subscription === undefined || group === undefined ? null : { subscription, group };
}

/** `kv-chat/signalr` for `https://kv-chat.vault.azure.net/secrets/signalr`. */
export function shortSecret(secret: string): string {
  const match = /^https:\/\/([^/.]+)\.[^/]+\/secrets\/([^/]+)$/.exec(secret);
  return match === null ? secret : `${match[1]}/${match[2]}`;
}

/** A secret in its short form; the whole address is shown by pointing at it. */
export const secretName = (secret: string): Markup =>
  html`<code title="${secret}">${breakable(shortSecret(secret))}</code>`;

/** Lets a line break after the slash rather than in the middle of a word. */
const breakable = (text: string): Markup =>
  html`${text.split('/').map((part, index) => (index === 0 ? part : html`/<wbr />${part}`))}`;

/** Where a target is on the page. Names are [a-z0-9-]; anything else is made fit for an id. */
export const anchorOf = (name: string): string => `target-${slugged(name)}`;

/** Text that can stand in an id or a name of the page. */
export const slugged = (text: string): string => text.replace(/[^A-Za-z0-9-]/g, '_');

/** `12,345`. */
export const counted = (number: number): string => number.toLocaleString('en-US');

/** `1 target`, `2 targets`. */
export const several = (number: number, noun: string): string => `${counted(number)} ${noun}${number === 1 ? '' : 's'}`;

/** Names in a sentence: `a, b and c`. */
export function listed(names: readonly string[]): string {
  const last = names.at(-1);
  return last === undefined || names.length === 1 ? (last ?? '') : `${names.slice(0, -1).join(', ')} and ${last}`;
}

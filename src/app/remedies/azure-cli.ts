import { addressOf } from './address.ts';
import { shellWord } from './quoting.ts';
import type { Subject } from './remedy.ts';

/** A word that the shell is to expand. Made here only, never of what comes from outside. */
export interface Expanded {
  readonly shell: string;
}

type Word = string | Expanded;

/** One command of the Azure CLI, an option a line. `true` is an option without a value. */
export function az(command: string, options: Readonly<Record<string, Word | readonly Word[] | true>>): string {
  const lines = Object.entries(options).map(([name, value]) => option(`--${name}`, value));
  return [`az ${command}`, ...lines].join(' \\\n  ');
}

function option(name: string, value: Word | readonly Word[] | true): string {
  if (value === true) return name;
  // Otherwise a value that begins with a hyphen would be taken for an option.
  if (typeof value === 'string' && value.startsWith('-')) return `${name}=${shellWord(value)}`;
  const words = (Array.isArray(value) ? value : [value]).map((word: Word) =>
    typeof word === 'string' ? shellWord(word) : word.shell,
  );
  return [name, ...words].join(words.length > 1 ? ' \\\n    ' : ' ');
}

export const lines = (...all: readonly string[]): string => all.join('\n');

/** For what stands in a pipe, a loop or a comment. */
export const indented = (text: string, by: string): string => text.replaceAll(/^/gm, by);

export const noCli = (because: string): string => `# Not to be done with the Azure CLI: ${because}`;

/** The version that has IP rules; the one that the SDK sends has none. */
export const SIGNALR_API = '2024-03-01';

const signalr = (subject: Subject) => ({ ids: addressOf(subject).id, 'api-version': SIGNALR_API });

/** For commands that take no id. */
export function named(subject: Subject): { name: string; 'resource-group': string; subscription: string } {
  const { name, group, subscription } = addressOf(subject);
  return { name, 'resource-group': group, subscription };
}

/**
 * Changes properties of the resource and nothing else.
 *
 * Not `az signalr update`, nor the other commands of that group which write: with Azure CLI 2.91.0 each of them sends
 * publicNetworkAccess Enabled, disableLocalAuth false and disableAadAuth false beside what it was asked to change
 * (defaults of azure-mgmt-signalr 2.0.0b2, seen in the body that it makes). They would open what was closed and bring
 * access keys back.
 */
export function patch(subject: Subject, properties: unknown): string {
  return az('resource patch', { ...signalr(subject), properties: JSON.stringify(properties) });
}

/** The same for what stands beside the properties, such as sku and identity. */
export function patchWhole(subject: Subject, resource: unknown): string {
  return az('resource patch', { ...signalr(subject), 'is-full-object': true, properties: JSON.stringify(resource) });
}

/**
 * Changes a part of what `patch` would replace as a whole: it reads the resource, sets the paths and writes all of it
 * back. So the network rules that are not named stay.
 */
export function update(
  subject: Subject,
  how: { readonly set?: readonly Word[]; readonly add?: readonly Word[] },
): string {
  return az('resource update', { ...signalr(subject), ...how });
}

/** Shows a part of the resource. */
export const show = (subject: Subject, query: string): string =>
  az('resource show', { ...signalr(subject), output: 'json', query });

/** Reads a part of the resource into a variable of the shell. */
export const readInto = (variable: string, subject: Subject, query: string): string =>
  `${variable}=$(${show(subject, query)})`;

import { stripVTControlCharacters, styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];
export type Span = string | readonly [Style, string];
export type Paint = (...spans: readonly Span[]) => string;

/** Colours as the stream wants them: none into a pipe, none under NO_COLOR. */
export const painter =
  (stream: NodeJS.WritableStream): Paint =>
  (...spans) =>
    spans.map((span) => (typeof span === 'string' ? span : styleText(span[0], span[1], { stream }))).join('');

/** Columns that a text takes; what is printed here is one column a character. */
export const widthOf = (text: string): number => stripVTControlCharacters(text).length;

/** Breaks between words, so that each line has at most so many characters. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** `3f9a1c2e` of `sha256:3f9a1c2e…`: enough to tell the few keys on a screen apart. */
export const short = (fingerprint: string): string => fingerprint.replace('sha256:', '').slice(0, 8);

/** `web`, `web and worker`, `web, worker and cron`. */
export function list(names: readonly string[]): string {
  const [last, ...before] = [...new Set(names)].toReversed();
  return before.length === 0 ? (last ?? '') : `${before.toReversed().join(', ')} and ${last}`;
}

/** `web uses 3f9a1c2e`, `web and worker use 3f9a1c2e`. */
export const uses = (names: readonly string[], what: string): string =>
  `${list(names)} ${new Set(names).size === 1 ? 'uses' : 'use'} ${what}`;

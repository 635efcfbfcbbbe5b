import { html as template } from 'hono/html';

declare const escaped: unique symbol;

/** HTML in which every part was escaped. Only `html` makes it, and nothing in this folder can insert a text raw. */
export interface Markup {
  readonly [escaped]: true;
}

/** What may stand in a template: texts, which are escaped, and markup. Absent parts leave nothing. */
export type Part = string | number | Markup | null | undefined | false | readonly Part[];

/** The one place that knows how hono types its template. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const made: unknown = template(squeezed(strings), ...parts);
  // hono answers a promise where a part is one, which `Part` rules out.
  if (made instanceof Promise) throw new TypeError('A page is made at once: no part of it may be a promise.');
  return made as Markup;
}

/** A piece of the style sheet. It takes no parts: the Content-Security-Policy names its hash. */
export const css = html as (strings: TemplateStringsArray) => Markup;

/** What is sent. hono's markup is a String object, which is not equal to any text until it is made one. */
export const textOf = (markup: Markup): string => String(markup);

/** Parts with something between them. */
export const joined = (parts: readonly Part[], between: Part): readonly Part[] =>
  parts.flatMap((part, index) => (index === 0 ? [part] : [between, part]));

const known = new WeakMap<TemplateStringsArray, TemplateStringsArray>();

/** The template without its indentation, which would be a fifth of a page of a hundred targets. */
function squeezed(strings: TemplateStringsArray): TemplateStringsArray {
  const found = known.get(strings);
  if (found !== undefined) return found;
  const texts = strings.map((text) => text.replace(/\n\s*/g, '\n'));
  const made: TemplateStringsArray = Object.assign(texts, { raw: texts });
  known.set(strings, made);
  return made;
}

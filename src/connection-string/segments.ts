/**
 * One piece between semicolons. `before + value + after === raw`, so an edit can put another value in and leave every
 * other byte alone. `name` is folded for comparison and null where there is no `=`.
 */
export interface Segment {
  readonly raw: string;
  readonly name: string | null;
  readonly before: string;
  readonly value: string;
  readonly after: string;
}

/** Every segment, the empty ones too: `split(text).map((s) => s.raw).join(';') === text`. Throws nothing. */
export function split(text: string): Segment[] {
  return text.split(';').map(segment);
}

function segment(raw: string): Segment {
  const equals = raw.indexOf('=');
  if (equals === -1) return { raw, name: null, before: '', value: raw, after: '' };
  const [start, end] = inner(raw, equals + 1);
  return {
    raw,
    name: fold(trim(raw.slice(0, equals))),
    before: raw.slice(0, start),
    value: raw.slice(start, end),
    after: raw.slice(end),
  };
}

// Not String.prototype.trim: .NET's Trim takes U+0085 and leaves U+FEFF, so a byte order mark stays part of a name.
const WHITE_SPACE = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** As .NET's `String.Trim`. */
export function trim(text: string): string {
  return text.slice(...inner(text, 0));
}

function inner(text: string, from: number): [start: number, end: number] {
  let start = from;
  let end = text.length;
  while (WHITE_SPACE.test(text.charAt(start))) start++;
  while (end > start && WHITE_SPACE.test(text.charAt(end - 1))) end--;
  return [start, end];
}

/**
 * Folds letter case as .NET's OrdinalIgnoreCase does: one character to one character, and nothing outside ASCII becomes
 * a letter of ASCII. Plain `toUpperCase` would read a name with a long s or a dotless i as one of the grammar's, and
 * plain `toLowerCase` one with the Kelvin sign.
 */
function fold(name: string): string {
  return Array.from(name, (character) => {
    const upper = character.toUpperCase();
    // Stryker disable next-line EqualityOperator: U+0080 itself has no other case.
    const simple = upper.length === character.length && (upper >= '\u0080' || character < '\u0080');
    return simple ? upper : character;
  }).join('');
}

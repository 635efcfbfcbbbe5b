/**
 * One word of a POSIX shell, whatever is in it. Names come from Azure and from configuration, and whoever copies a
 * command runs it. A NUL, which no argument can hold, is left out.
 */
export function shellWord(text: string): string {
  const carried = text.replaceAll('\0', '');
  // Neither `=` nor `~` nor `%`: zsh expands a word that begins with one of them.
  return /^[\w@:,./+-]+$/.test(carried) ? carried : `'${carried.replaceAll("'", `'\\''`)}'`;
}

/** A string of Bicep with its quotes. Source: the language's document on strings; `${` would begin an expression. */
export function bicepString(text: string): string {
  return `'${escaped(text, /[\\']|\$(?=\{)/g, (code) => `\\u{${code.toString(16)}}`)}'`;
}

/** A string of HCL with its quotes. Source: HCL's syntax; `${` and `%{` would begin a template, and are doubled. */
export function hclString(text: string): string {
  const literal = escaped(text, /[\\"]/g, (code) => `\\u${code.toString(16).padStart(4, '0')}`);
  return `"${literal.replaceAll(/[$%](?=\{)/g, '$&$&')}"`;
}

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Line and paragraph separators too: an editor may break the line at them. */
const UNSEEN = /[\p{Cc}\u2028\u2029]/gu;

function escaped(text: string, special: RegExp, code: (point: number) => string): string {
  return text
    .toWellFormed()
    .replace(special, '\\$&')
    .replace(UNSEEN, (character) => NAMED[character] ?? code(character.codePointAt(0) ?? 0));
}

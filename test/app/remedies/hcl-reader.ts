const NAMED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * What a string of HCL means that holds no template. Throws where it does not end, or where a template begins in it. Source:
 * HCL's syntax: `$${` and `%%{` stand for `${` and `%{`.
 */
export function unquoteHcl(quoted: string): string {
  const whole = /^"((?:[^"\\\n$%]|\\(?:["\\nrt]|u[0-9a-f]{4})|(?:\$\$|%%)\{|[$%](?!\{))*)"$/;
  const inside = whole.exec(quoted)?.[1];
  if (inside === undefined) throw new SyntaxError(`Not a string of HCL: ${quoted}`);
  return inside
    .replaceAll('$${', '${')
    .replaceAll('%%{', '%{')
    .replaceAll(/\\(?:u([0-9a-f]{4})|(.))/gs, (_, code?: string, named = '') =>
      code === undefined ? (NAMED[named] ?? named) : String.fromCharCode(Number.parseInt(code, 16)),
    );
}

/** A string literal, whether or not an expression is interpolated in it. */
const STRING = /"(?:[^"\\\n]|\\.)*"/g;

/** The string literals of a configuration, as they stand. Throws where its brackets do not match. */
export function stringsInHcl(text: string): readonly string[] {
  const strings = [...text.matchAll(STRING)].map(([string]) => string);
  const rest = text.replaceAll(STRING, '').replaceAll(/^ *#[^\n]*$/gm, '');
  if (rest.includes('"')) throw new SyntaxError('A string has no end.');
  const open: string[] = [];
  for (const bracket of rest.match(/[{}[\]()]/g) ?? []) {
    if ('{[('.includes(bracket)) open.push(bracket);
    else if (open.pop() !== { '}': '{', ']': '[', ')': '(' }[bracket])
      throw new SyntaxError(`${bracket} closes nothing.`);
  }
  if (open.length > 0) throw new SyntaxError(`${open.join('')} is not closed.`);
  return strings;
}

/** A value as it is written: an expression stays text. */
export type Read = string | { readonly expression: string } | readonly Read[] | { readonly [name: string]: Read };

export interface Declaration {
  readonly symbol: string;
  readonly type: string;
  readonly apiVersion: string;
  readonly existing: boolean;
  readonly body: { readonly [name: string]: Read };
}

/**
 * Reads as much of Bicep as the remedies are written in: comments, and resources whose bodies are objects, arrays, strings
 * and expressions that end with their line. Throws where it is not that.
 */
export function readBicep(text: string): readonly Declaration[] {
  const reader = new Reader(text);
  const declarations: Declaration[] = [];
  for (reader.skip(); !reader.atEnd; reader.skip()) declarations.push(reader.declaration());
  return declarations;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  skip(): void {
    this.#match(/(?:\s|\/\/[^\n]*)*/y);
  }

  declaration(): Declaration {
    const symbol = this.#must(/resource ([a-z]\w*) /iy);
    const [type = '', apiVersion = ''] = this.#string().split('@');
    const existing = this.#match(/ existing/y) !== null;
    this.#must(/ = (?=\{)/y);
    return { symbol, type, apiVersion, existing, body: this.#object() };
  }

  #value(): Read {
    const next = this.#text[this.#at];
    if (next === "'") return this.#string();
    if (next === '{') return this.#object();
    if (next === '[') return this.#array();
    return { expression: this.#must(/([^\n]+)/y) };
  }

  #object(): { readonly [name: string]: Read } {
    this.#must(/\{/y);
    const body: Record<string, Read> = {};
    for (this.skip(); this.#match(/\}/y) === null; this.skip()) {
      const name = this.#text[this.#at] === "'" ? this.#string() : this.#must(/([a-z_]\w*)/iy);
      this.#must(/: /y);
      if (Object.hasOwn(body, name)) throw new SyntaxError(`${name} stands twice`);
      body[name] = this.#value();
    }
    return body;
  }

  #array(): readonly Read[] {
    this.#must(/\[/y);
    const items: Read[] = [];
    for (this.skip(); this.#match(/\]/y) === null; this.skip()) items.push(this.#value());
    return items;
  }

  #string(): string {
    return unquoteBicep(this.#must(/('(?:[^'\\\n$]|\\(?:[\\'nrt$]|u\{[0-9a-f]+\})|\$(?!\{))*')/y));
  }

  #must(pattern: RegExp): string {
    const match = this.#match(pattern);
    if (match === null) throw new SyntaxError(`${pattern} does not match ${this.#text.slice(this.#at, this.#at + 40)}`);
    return match[1] ?? match[0];
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match) this.#at = pattern.lastIndex;
    return match;
  }
}

const NAMED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** What a string of Bicep means. Source: the language's document on strings. */
export const unquoteBicep = (quoted: string): string =>
  quoted
    .slice(1, -1)
    .replaceAll(/\\(?:u\{([0-9a-f]+)\}|(.))/gs, (_, code?: string, named = '') =>
      code === undefined ? (NAMED[named] ?? named) : String.fromCodePoint(Number.parseInt(code, 16)),
    );

import type { Writable } from 'node:stream';
import type { KnownSecrets } from '../known-secrets.ts';
import { harmless, isColoured, type Paint, painter } from './paint.ts';

type Stream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** Standard output or standard error. All that is printed passes here, so that nothing told in confidence gets out. */
export class Output {
  readonly paint: Paint;
  readonly isTerminal: boolean;
  /** Something can be drawn over. */
  readonly isLive: boolean;
  readonly #stream: Stream;
  readonly #secrets: KnownSecrets;
  readonly #isColoured: boolean;

  constructor(stream: Stream, env: NodeJS.ProcessEnv, secrets: KnownSecrets) {
    this.#stream = stream;
    this.#secrets = secrets;
    this.#isColoured = isColoured(stream, env);
    this.paint = painter(this.#isColoured);
    this.isTerminal = stream.isTTY === true;
    this.isLive = this.isTerminal && env.TERM !== 'dumb';
  }

  /** Of a line; a pipe has no end of the line to wrap at. */
  get columns(): number {
    // A terminal that does not know its width says 0.
    return this.isTerminal ? this.#stream.columns || 80 : Number.POSITIVE_INFINITY;
  }

  line(text = ''): void {
    this.#write(`${harmless(text, this.#isColoured)}\n`);
  }

  lines(texts: readonly string[]): void {
    for (const text of texts) this.line(text);
  }

  /** JSON for programs. */
  json(value: unknown): void {
    this.document(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** Text in a form of its own: into a file or a pipe as it is. */
  document(text: string): void {
    this.#write(this.isTerminal ? harmless(text, false) : text);
  }

  /** Lines over those that were drawn before, and as few columns wide as the terminal. Only on something live. */
  redraw(over: number, lines: readonly string[], live: readonly string[]): void {
    // To column 1 as well: the terminal may have echoed a key behind the last line.
    const erase = over === 0 ? '' : `\r\u001b[${over}A\u001b[J`;
    const text = [...lines, ...live].map((line) => `${harmless(line, this.#isColoured)}\n`).join('');
    this.#stream.write(erase + this.#secrets.mask(text));
  }

  /** The one way out for what is secret. @throws Error on a terminal, where it would stay in the scrollback */
  secret(text: string): void {
    if (this.isTerminal) throw new Error('A secret is not shown on a terminal.');
    this.#stream.write(text);
  }

  /** Once everything has left: the end of the process would cut off what a pipe has not taken yet. */
  flushed(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#stream.destroyed) resolve();
      else this.#stream.write('', () => resolve());
    });
  }

  #write(text: string): void {
    this.#stream.write(this.#secrets.mask(text));
  }
}

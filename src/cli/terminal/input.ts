import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { usage } from '../failure.ts';
import type { KnownSecrets } from '../known-secrets.ts';
import type { Output } from './output.ts';

/** More than any file that is asked for. */
const LONGEST = 1024 * 1024;

/** Standard input: what is secret comes in here, since arguments stand in the list of processes and in the shell's history. */
export class Input {
  readonly #stream: NodeJS.ReadStream;
  readonly #err: Output;
  readonly #secrets: KnownSecrets;

  constructor(stream: NodeJS.ReadStream, err: Output, secrets: KnownSecrets) {
    this.#stream = stream;
    this.#err = err;
    this.#secrets = secrets;
  }

  /** A key or a text that holds one: what is typed into a hidden prompt, or all of a pipe. @throws Failure for nothing */
  async secret(what: string): Promise<string> {
    const text = (await this.#read(what)).replace(/^\ufeff/, '').replace(/[\r\n]+$/, '');
    if (text.trim() === '') throw usage(`No ${what} came in on standard input.`, 'Pipe it in, or type it when asked.');
    this.#secrets.addIn(text);
    return text;
  }

  /** One line for each of `whats`; a terminal is asked for one after the other. */
  async secrets(whats: readonly string[]): Promise<readonly string[]> {
    if (this.#stream.isTTY) {
      const typed: string[] = [];
      for (const what of whats) typed.push(await this.secret(what));
      return typed;
    }
    const lines = (await this.secret(whats.join(' and '))).split(/\r?\n/).filter((line) => line.trim() !== '');
    for (const line of lines) this.#secrets.addIn(line);
    if (lines.length !== whats.length) {
      throw usage(`Standard input must have ${whats.length} lines: ${whats.join(', then ')}.`);
    }
    return lines;
  }

  async #read(what: string): Promise<string> {
    if (this.#stream.isTTY) return this.#prompt(what);
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of this.#stream) {
      chunks.push(Buffer.from(chunk));
      size += chunk.length;
      if (size > LONGEST) throw usage('Standard input is too long.');
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  /** What is typed is echoed nowhere. */
  async #prompt(what: string): Promise<string> {
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const asking = createInterface({ input: this.#stream, output: nowhere, terminal: true });
    this.#err.document(`${what} (not shown): `);
    try {
      return await new Promise((resolve, reject) => {
        asking.once('SIGINT', () => reject(usage('Interrupted.')));
        asking.once('close', () => resolve(''));
        asking.question('').then(resolve, reject);
      });
    } finally {
      asking.close();
      this.#err.line();
    }
  }
}

import type { Writable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { type Paint, painter } from './paint.ts';

/** Lines that stay, above a few that are drawn anew. Into a pipe only what stays is written. */
export class Screen {
  readonly paint: Paint;
  readonly isLive: boolean;
  readonly #stream: Writable & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;
  #drawn = 0;

  constructor(stream: Writable & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>) {
    this.#stream = stream;
    this.paint = painter(stream);
    this.isLive = stream.isTTY === true && process.env.TERM !== 'dumb';
  }

  /** Of a line; a pipe has no end of the line to wrap at. */
  get columns(): number {
    return this.isLive ? (this.#stream.columns ?? 80) : Number.POSITIVE_INFINITY;
  }

  /** One write for all of it, or the terminal would show the moment in between. No line of `status` may wrap. */
  show(lines: readonly string[], status: readonly string[] = []): void {
    const live = this.isLive ? status : [];
    if (lines.length + live.length + this.#drawn === 0) return;
    // To column 1 as well: the terminal has echoed ^C behind the last line.
    const erase = this.#drawn === 0 ? '' : `\r\x1b[${this.#drawn}A\x1b[J`;
    this.#drawn = live.length;
    this.#stream.write(erase + [...lines, ...live].map((line) => `${line}\n`).join(''));
  }
}

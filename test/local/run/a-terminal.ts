import { Writable } from 'node:stream';

/** Remembers what it was made to show. */
export class Terminal extends Writable {
  readonly isTTY: boolean;
  readonly columns = 80;
  text = '';

  constructor({ isTTY = true } = {}) {
    super();
    this.isTTY = isTTY;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

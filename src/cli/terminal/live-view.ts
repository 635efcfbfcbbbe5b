import type { Output } from './output.ts';
import { widthOf, withoutColours } from './paint.ts';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;

/** Lines that stay, above a few that are drawn anew. Into a file or a pipe goes only what stays. */
export class LiveView {
  readonly #output: Output;
  #now: () => readonly string[] = () => [];
  #drawn = 0;
  #frame = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(output: Output) {
    this.#output = output;
  }

  /** @param lines what is drawn from now on; the first one has a spinner before it */
  show(lines: () => readonly string[]): void {
    this.#now = lines;
    if (!this.#output.isLive) return;
    this.#timer ??= setInterval(() => this.#draw([]), FRAME_MS);
    this.#timer.unref();
    this.#draw([]);
  }

  /** Lines that stay. */
  print(...lines: readonly string[]): void {
    if (this.#output.isLive) this.#draw(lines);
    else this.#output.lines(lines);
  }

  /** Takes away what was drawn. */
  end(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#now = () => [];
    if (this.#output.isLive) this.#draw([]);
  }

  #draw(lines: readonly string[]): void {
    const [first, ...rest] = this.#now();
    const frame = FRAMES[this.#frame++ % FRAMES.length] ?? '';
    const live = first === undefined ? [] : [`${this.#output.paint('cyan', frame)} ${first}`, ...rest];
    if (lines.length + live.length + this.#drawn === 0) return;
    // A line that wraps would be two, and the next one drawn over only one of them.
    const fitting = live.map((line) => cut(line, this.#output.columns - 1));
    this.#output.redraw(this.#drawn, lines, fitting);
    this.#drawn = live.length;
  }
}

function cut(line: string, columns: number): string {
  if (widthOf(line) <= columns) return line;
  return `${withoutColours(line).slice(0, Math.max(0, columns - 1))}…`;
}

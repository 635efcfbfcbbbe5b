import type { Writable } from 'node:stream';
import type { LogRecord } from '../host/start.ts';
import type { RunDocument } from '../run/document.ts';
import type { Audience } from '../run/run.ts';
import type { Change, Watch } from '../run/watch.ts';
import type { World } from '../run/world.ts';
import { banner } from './banner.ts';
import { wrap } from './paint.ts';
import { Screen } from './screen.ts';
import { statusLines } from './status.ts';
import { summary } from './summary.ts';
import { type Line, lineOfChange, lineOfLog } from './words.ts';

/** Receipts carry a time up to a second past, and are seen a moment later: nothing younger may be shown before them. */
const settling = 2_000;

/** Tells people what happens while it happens. */
export class Timeline implements Audience {
  readonly #screen: Screen;
  readonly #isOnce: boolean;
  readonly #startedAt = Date.now();
  #watch: Watch | null = null;
  #pending: Line[] = [];
  #names = 0;

  constructor(stream: Writable, { isOnce }: { readonly isOnce: boolean }) {
    this.#screen = new Screen(stream);
    this.#isOnce = isOnce;
  }

  starting(): void {
    this.#screen.show(['Building the app, starting a local Azure and Azurite …']);
  }

  started(world: World, watch: Watch): void {
    this.#watch = watch;
    this.#names = Math.max(0, ...world.targets.map(({ target }) => target.name.length));
    this.#screen.show(banner(world, this.#screen.paint, this.#isOnce));
  }

  changed(changes: readonly Change[]): void {
    this.#pending.push(...changes.map(lineOfChange));
    this.#tell(Date.now() - settling);
  }

  logged(record: LogRecord): void {
    const line = lineOfLog(record);
    if (line) this.#pending.push(line);
  }

  ended(): void {
    this.#watch = null;
    this.#tell(Number.POSITIVE_INFINITY);
    if (!this.#isOnce) this.#screen.show(['', 'Stopping …']);
  }

  summary(document: RunDocument): void {
    this.#screen.show(['', ...summary(document, this.#screen.paint)]);
  }

  #tell(until: number): void {
    const isOld = ({ at }: Line) => at <= until;
    const lines = this.#pending.filter(isOld).toSorted((a, b) => a.at - b.at);
    this.#pending = this.#pending.filter((line) => !isOld(line));
    const { columns, paint } = this.#screen;
    const context = { columns, paint, startedAt: this.#startedAt };
    const status = this.#watch && this.#screen.isLive ? statusLines(this.#watch.targets, context) : [];
    this.#screen.show(
      lines.flatMap((line) => this.#lay(line)),
      status,
    );
  }

  #lay({ at, target, word, style, text }: Line): readonly string[] {
    const { columns, paint } = this.#screen;
    const time = new Date(at).toTimeString().slice(0, 8);
    const indent = time.length + 2 + this.#names + 2 + 10 + 2;
    const [first = '', ...rest] = wrap(text, Math.max(20, columns - 1 - indent));
    return [
      paint(['dim', time], `  ${target.padEnd(this.#names)}  `, [style, word.padEnd(10)], `  ${first}`),
      ...rest.map((line) => ' '.repeat(indent) + line),
    ];
  }
}

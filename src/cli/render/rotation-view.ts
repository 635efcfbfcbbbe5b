import type { TargetReport } from '../../app/report/schema.ts';
import { phaseInShort } from '../../views/rotation.ts';
import { spanOf } from '../../views/times.ts';
import type { Receipt } from '../answers.ts';
import { LiveView } from '../terminal/live-view.ts';
import type { Output } from '../terminal/output.ts';
import { awaitedLines } from './awaited-lines.ts';
import { receiptLine } from './receipt-line.ts';

/** A rotation as it goes: each receipt a line that stays, and below, on a terminal, the phase, the time, and who is waited for. */
export class RotationView {
  readonly #live: LiveView;
  readonly #output: Output;
  readonly #startedAt = Date.now();
  #target: TargetReport | null = null;
  #told = '';

  constructor(output: Output, name: string) {
    this.#output = output;
    this.#live = new LiveView(output);
    this.#live.show(() => this.#now(name));
  }

  looked(target: TargetReport, receipts: readonly Receipt[]): void {
    const { paint, isLive } = this.#output;
    this.#target = target;
    this.#live.print(...receipts.map((receipt) => receiptLine(receipt, paint, { withDate: false })));
    // What a terminal draws anew, a log is told once, and again when it changes.
    const told = phaseInShort(target);
    if (!isLive && target.rotation !== null && told !== this.#told)
      this.#live.print(`${new Date().toISOString().slice(11, 19)}  ${told}`);
    this.#told = told;
  }

  end(): void {
    this.#live.end();
  }

  #now(name: string): readonly string[] {
    const { paint } = this.#output;
    const lasts = spanOf(Date.now() - this.#startedAt);
    if (this.#target === null) return [`${paint('bold', name)}  ${lasts}`];
    const awaiting = this.#target.rotation?.awaiting ?? [];
    return [
      `${paint('bold', name)}  ${phaseInShort(this.#target)}  ${paint('dim', lasts)}`,
      ...awaitedLines(awaiting, Date.now()),
    ];
  }
}

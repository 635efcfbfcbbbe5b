import { Command } from 'commander';
import { EXIT_MEANINGS, type ExitCode } from './exit-code.ts';

/** A command that says how it is used: examples and exit codes. Help and docs/cli.md are made from it. */
export class DescribedCommand extends Command {
  readonly examples: (readonly [line: string, what: string])[] = [];
  readonly exits = new Map<ExitCode, string>();

  constructor(name?: string) {
    super(name);
    this.addHelpText('after', () => this.#afterwords());
  }

  override createCommand(name?: string): DescribedCommand {
    return new DescribedCommand(name);
  }

  /** @param line without the name of the program */
  example(line: string, what: string): this {
    this.examples.push([line, what]);
    return this;
  }

  /** Beside `failed` and `not understood`, which mean the same everywhere. */
  exitsWith(code: ExitCode, when: string): this {
    this.exits.set(code, when);
    return this;
  }

  /** Every code that the command may end with, and when. */
  get allExits(): readonly (readonly [ExitCode, string])[] {
    const own = [...this.exits].map(([code, when]) => [code, `${EXIT_MEANINGS[code]}: ${when}`] as const);
    const others = ([1, 2] as const)
      .filter((code) => !this.exits.has(code))
      .map((code) => [code, EXIT_MEANINGS[code]] as const);
    return [...own, ...others].sort(([a], [b]) => a - b);
  }

  #afterwords(): string {
    const examples = this.examples.flatMap(([line, what]) => [`  # ${what}`, `  ${PROGRAM} ${line}`]);
    const exits = this.exits.size === 0 ? [] : this.allExits.map(([code, when]) => `  ${code}  ${when}`);
    return [
      ...(examples.length > 0 ? ['', 'Examples:', ...examples] : []),
      ...(exits.length > 0 ? ['', 'Exit codes:', ...exits] : []),
    ].join('\n');
  }
}

export const PROGRAM = 'signalr-key-rotation';

/** Nothing runs, and a person can change that: a message to act on, without a stack. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
  /** Each on a line of its own. */
  readonly problems: readonly string[];

  constructor(message: string, problems: readonly string[] = []) {
    super(message);
    this.problems = problems;
  }

  get reason(): string {
    return [this.message, this.problems.join('; ')].filter((part) => part !== '').join(' ');
  }
}

import { rotator } from './identity.ts';

/** Role assignments that are missing: everything is allowed until it is forbidden. Consumers have identities of their own and keep theirs. */
export class Denials<Operation extends string> {
  readonly #denied = new Set<string>();

  forbid(operation: Operation, principal: string = rotator): void {
    this.#denied.add(`${principal}|${operation}`);
  }

  allow(operation: Operation, principal: string = rotator): void {
    this.#denied.delete(`${principal}|${operation}`);
  }

  forbids(operation: Operation, principal: string): boolean {
    return this.#denied.has(`${principal}|${operation}`);
  }
}

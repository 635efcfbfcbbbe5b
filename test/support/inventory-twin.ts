import type { DeadLettersKept, Inventory, ListedResource, Survey } from '../../src/app/ports.ts';
import type { Instant, ResourceId } from '../../src/core/model.ts';
import type { VaultSeen } from '../../src/core/posture.ts';

/** What surveys found, in memory and on a clock of one's own: held to the real one by test/azure/inventory-store.contract.ts. */
export class InventoryTwin implements Inventory {
  readonly #clock: { now(): Instant };
  readonly #surveys = new Map<string, Survey>();
  readonly #resources = new Map<ResourceId, string>();
  readonly #vaults = new Map<string, string>();
  #deadLetters = 'null';

  constructor(clock: { now(): Instant }) {
    this.#clock = clock;
  }

  surveys(): ReturnType<Inventory['surveys']> {
    // Whole seconds, as a `date` header has them; a row's own timestamp is finer.
    const now = Math.floor(this.#clock.now() / 1000) * 1000;
    return Promise.resolve({ now, surveys: [...this.#surveys.values()] });
  }

  resources(): Promise<readonly ListedResource[]> {
    return Promise.resolve([...this.#resources.values()].map((json) => JSON.parse(json) as ListedResource));
  }

  vaults(hosts: readonly string[]): Promise<readonly VaultSeen[]> {
    const known = [...new Set(hosts)].flatMap((host) => this.#vaults.get(host) ?? []);
    return Promise.resolve(known.map((json) => JSON.parse(json) as VaultSeen));
  }

  keep(subscription: string, found: Parameters<Inventory['keep']>[1]): Promise<void> {
    const trouble = typeof found === 'string' ? found : null;
    if (typeof found !== 'string') {
      this.#drop(subscription);
      for (const each of found.resources) this.#resources.set(each.resource, JSON.stringify(each));
      for (const each of found.vaults) this.#vaults.set(each.host, JSON.stringify(each));
    }
    this.#surveys.set(subscription, { subscription, at: this.#clock.now(), trouble });
    return Promise.resolve();
  }

  forget(subscription: string): Promise<void> {
    this.#drop(subscription);
    this.#surveys.delete(subscription);
    return Promise.resolve();
  }

  deadLetters(): ReturnType<Inventory['deadLetters']> {
    const now = Math.floor(this.#clock.now() / 1000) * 1000;
    return Promise.resolve({ now, kept: JSON.parse(this.#deadLetters) as DeadLettersKept | null });
  }

  keepDeadLetters(kept: DeadLettersKept): Promise<void> {
    this.#deadLetters = JSON.stringify(kept);
    return Promise.resolve();
  }

  #drop(subscription: string): void {
    for (const id of this.#resources.keys()) {
      if (id.startsWith(`/subscriptions/${subscription}/`)) this.#resources.delete(id);
    }
    for (const [host, json] of this.#vaults) {
      if ((JSON.parse(json) as VaultSeen).subscription === subscription) this.#vaults.delete(host);
    }
  }
}

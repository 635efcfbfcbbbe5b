import type { Claim, Fleet, FleetLook } from '../../src/app/ports.ts';
import { type Leak, leaksShown } from '../../src/core/leaks.ts';
import type { Freeze, Instant, ResourceId } from '../../src/core/model.ts';

/** The fleet's rows in memory and on a clock of one's own: held to the real ones by test/azure/fleet.contract.ts. */
export class FleetTwin implements Fleet {
  readonly #clock: { now(): Instant };
  readonly #claims = new Map<Claim['name'], FleetLook['claims'][number]>();
  #freeze: Freeze | null = null;
  #pausedSince: Instant | null = null;
  #liftedAt: Instant | null = null;
  #refreshAskedAt: Instant | null = null;
  #leaks: readonly Leak[] = [];
  #writes = 0;

  constructor(clock: { now(): Instant }) {
    this.#clock = clock;
  }

  look(): Promise<FleetLook> {
    return Promise.resolve({
      freeze: this.#freeze,
      pausedSince: this.#pausedSince,
      liftedAt: this.#liftedAt,
      refreshAskedAt: this.#refreshAskedAt,
      leaks: leaksShown(this.#leaks, this.#clock.now()),
      claims: [...this.#claims.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
      // Whole seconds, as a `date` header has them; a row's own timestamp is finer.
      now: Math.floor(this.#clock.now() / 1000) * 1000,
    });
  }

  claim({ name, resource, rotation }: Claim, over: { readonly etag: string } | null): Promise<boolean> {
    if ((this.#claims.get(name)?.etag ?? null) !== (over?.etag ?? null)) return Promise.resolve(false);
    this.#writes += 1;
    this.#claims.set(name, { name, resource, rotation, etag: `W/"${this.#writes}"` });
    return Promise.resolve(true);
  }

  release(resource: ResourceId, rotation: string): Promise<void> {
    for (const claim of this.#claims.values()) {
      if (claim.resource === resource && claim.rotation === rotation) this.#claims.delete(claim.name);
    }
    return Promise.resolve();
  }

  setFreeze(freeze: Freeze | null): Promise<void> {
    this.#freeze = freeze && { ...freeze };
    return Promise.resolve();
  }

  pause(): Promise<boolean> {
    const begins = this.#pausedSince === null;
    if (begins) this.#pausedSince = this.#clock.now();
    return Promise.resolve(begins);
  }

  lift(): Promise<void> {
    this.#liftedAt = this.#clock.now();
    this.#pausedSince = null;
    return Promise.resolve();
  }

  askForRefresh(): Promise<void> {
    this.#refreshAskedAt = this.#clock.now();
    return Promise.resolve();
  }

  keepLeak(leak: Leak): Promise<void> {
    const isNew = this.#leaks.every(({ id }) => id !== leak.id);
    if (isNew) this.#leaks = leaksShown([...this.#leaks, { ...leak }], this.#clock.now());
    return Promise.resolve();
  }

  liftLeak(id: string): Promise<void> {
    this.#leaks = this.#leaks.filter((leak) => leak.id !== id);
    return Promise.resolve();
  }
}

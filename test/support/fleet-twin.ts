import type { Claim, Fleet, FleetLook } from '../../src/app/ports.ts';
import { fleetIn, LIFTED, leakKey, leaksIn, PAUSED, REFRESH } from '../../src/azure/fleet-rows.ts';
import { encodeFreeze, FREEZE } from '../../src/azure/ledger-rows.ts';
import { type Encoded, encode, type Row } from '../../src/azure/table-row.ts';
import { type Leak, leaksShown } from '../../src/core/leaks.ts';
import type { Freeze, Instant, ResourceId } from '../../src/core/model.ts';

/** The fleet's rows in memory and on a clock of one's own: held to the real ones by test/azure/fleet.contract.ts. */
export class FleetTwin implements Fleet {
  readonly #clock: { now(): Instant };
  /** As the table has them, so that a row that cannot be read is told from one that can. */
  readonly #rows = new Map<string, Row>();
  #writes = 0;

  constructor(clock: { now(): Instant }) {
    this.#clock = clock;
  }

  look(): Promise<FleetLook> {
    // Whole seconds, as a `date` header has them; a row's own timestamp is finer.
    return Promise.resolve(fleetIn(this.#sorted(), Math.floor(this.#clock.now() / 1000) * 1000));
  }

  claim({ name, resource, rotation }: Claim, over: { readonly etag: string } | null): Promise<boolean> {
    if ((this.#rows.get(name)?.etag ?? null) !== (over?.etag ?? null)) return Promise.resolve(false);
    this.#put(name, encode({ resource, rotation }));
    return Promise.resolve(true);
  }

  async release(resource: ResourceId, rotation: string): Promise<void> {
    const { claims } = await this.look();
    const held = claims.filter((claim) => claim.resource === resource && claim.rotation === rotation);
    for (const { name } of held) this.#rows.delete(name);
  }

  setFreeze(freeze: Freeze | null): Promise<void> {
    if (freeze === null) this.#rows.delete(FREEZE);
    else this.#put(FREEZE, encodeFreeze(freeze));
    return Promise.resolve();
  }

  pause(): Promise<boolean> {
    const begins = !this.#rows.has(PAUSED);
    if (begins) this.#put(PAUSED, encode({}));
    return Promise.resolve(begins);
  }

  lift(): Promise<void> {
    this.#put(LIFTED, encode({}));
    this.#rows.delete(PAUSED);
    return Promise.resolve();
  }

  askForRefresh(): Promise<void> {
    this.#put(REFRESH, encode({}));
    return Promise.resolve();
  }

  keepLeak(leak: Leak): Promise<void> {
    if (this.#rows.has(leakKey(leak.id))) return Promise.resolve();
    this.#put(leakKey(leak.id), encode(leak));
    const leaks = leaksIn(this.#sorted());
    const shown = new Set(leaksShown(leaks, this.#clock.now()).map(({ id }) => id));
    for (const { id } of leaks) if (!shown.has(id)) this.#rows.delete(leakKey(id));
    return Promise.resolve();
  }

  liftLeak(id: string): Promise<void> {
    this.#rows.delete(leakKey(id));
    return Promise.resolve();
  }

  /** Somebody writes a row by hand, in place of what is there. */
  write(rowKey: string, row: Row): void {
    this.#put(rowKey, row);
  }

  /** Somebody deletes a row by hand. */
  remove(rowKey: string): void {
    this.#rows.delete(rowKey);
  }

  /** Every row as it stands in the table, by its key. */
  get rows(): ReadonlyMap<string, Row> {
    return new Map(this.#rows);
  }

  #put(rowKey: string, row: Encoded | Row): void {
    this.#writes += 1;
    const timestamp = new Date(this.#clock.now()).toISOString();
    this.#rows.set(rowKey, { timestamp, ...row, rowKey, etag: `W/"${this.#writes}"` });
  }

  #sorted(): readonly Row[] {
    return [...this.#rows.values()].sort((a, b) => (String(a.rowKey) < String(b.rowKey) ? -1 : 1));
  }
}

import type { ReconcileQueue } from '../../src/app/ports.ts';
import type { Duration, Instant, ResourceId } from '../../src/core/model.ts';

const LONGEST_DELAY = 7 * 24 * 3_600_000;

export interface Hint {
  readonly resource: ResourceId;
  readonly newerThan: Instant | null;
}

/** The queue in memory and on a clock of one's own: held to the real one by test/azure/queue.contract.ts. */
export class QueueTwin implements ReconcileQueue {
  readonly #clock: { now(): Instant };
  #messages: (Hint & { readonly visibleAt: Instant })[] = [];

  constructor(clock: { now(): Instant }) {
    this.#clock = clock;
  }

  send(resource: ResourceId, delay: Duration, newerThan: Instant | null = null): Promise<void> {
    const wholeSeconds = Math.ceil(Math.max(0, delay) / 1000) * 1000;
    const visibleAt = this.#clock.now() + Math.min(wholeSeconds, LONGEST_DELAY);
    this.#messages.push({ resource, newerThan, visibleAt });
    return Promise.resolve();
  }

  /** Takes what is visible, in the order in which it became so. */
  take(): Hint[] {
    const now = this.#clock.now();
    const visible = this.#messages.filter(({ visibleAt }) => visibleAt <= now);
    this.#messages = this.#messages.filter(({ visibleAt }) => visibleAt > now);
    return visible
      .sort((a, b) => a.visibleAt - b.visibleAt)
      .map(({ resource, newerThan }) => ({ resource, newerThan }));
  }

  /** When the next message becomes visible; null where there is none. */
  get nextAt(): Instant | null {
    return this.#messages.length === 0 ? null : Math.min(...this.#messages.map(({ visibleAt }) => visibleAt));
  }
}

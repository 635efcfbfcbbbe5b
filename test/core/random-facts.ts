import type {
  Consumer,
  Duration,
  Evidence,
  Fingerprint,
  Instant,
  Policy,
  Publication,
  Slot,
} from '../../src/core/model.ts';

import type { Excuse } from './random-tips.ts';

export interface Key {
  readonly fingerprint: Fingerprint;
  readonly madeAt: Instant;
  readonly hasMonth: boolean;
  /** The data plane lags: it takes the key from then on, and no longer from `refusedAt` on. */
  readonly acceptedAt: Instant;
  refusedAt: Instant;
}

/** One POST to regenerate, on its way or running. */
export interface Operation {
  readonly url: string;
  readonly slot: Slot;
  /** When the rotator looked, decided, and found nobody on the key. */
  readonly decidedAt: Instant;
  /** Whom a compromise did not wait for. */
  readonly excuse: Excuse;
  readonly arrivesAt: Instant;
  readonly duration: Duration;
  readonly outcome: 'changes' | 'changes nothing' | 'fails';
  status: 'on its way' | 'running' | 'succeeded' | 'failed' | 'refused';
}

export interface Ack extends Pick<Evidence, 'consumer' | 'secret' | 'shows' | 'at'> {
  readonly arrivesAt: Instant;
  /** The key that it means. */
  readonly key: Fingerprint | null;
}

/** What is true in every policy that the world will see: readers and the service keep to the strictest. */
export interface Promises {
  readonly settle: Duration;
  readonly tokenLifetime: Duration;
  readonly lookback: Duration;
  /** Readers that nobody lists read again within it; null where nobody promises that. */
  readonly unlisted: Duration | null;
}

export interface Configuration {
  publications: readonly Publication[];
  consumers: readonly Consumer[];
  policy: Policy;
}

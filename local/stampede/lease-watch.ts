/** A write of a target's `state` row that the storage took, with the process that it came from. */
export interface LeaseWrite {
  /** The resource's id, lower case. */
  readonly target: string;
  readonly process: string;
  /** Who holds the lease by this write; null gives it back. */
  readonly worker: string | null;
  /** What it replaced; null for the first row. */
  readonly replaced: string | null;
  readonly etag: string;
  /** The storage's clock. */
  readonly at: number;
}

/** A request that changes the target itself, or what it publishes. */
export interface Mutation {
  readonly target: string;
  readonly process: string;
  /** For people. */
  readonly what: string;
}

export interface LeaseWatch {
  /** Each in a sentence. */
  readonly overlaps: readonly string[];
  /** Leases that were taken from somebody who did not come back. */
  readonly takeovers: number;
  readonly writes: number;
  readonly mutations: number;
  wrote(write: LeaseWrite): void;
  mutated(mutation: Mutation): void;
  /** Targets whose lease somebody in that process holds. */
  heldBy(process: string): readonly string[];
}

/** As the documents promise it. Not the app's own constant: a lease that ends early has to show. */
const promised = 3 * 60_000;

interface Held {
  readonly etag: string;
  readonly at: number;
  readonly process: string;
  readonly worker: string | null;
}

/**
 * Watches from outside that no lease is held by two. It knows nothing but what passed: each write has replaced the one
 * before it, a lease is taken from nobody before it has expired, and whoever changes something holds the lease then.
 */
export function watchLeases(lasts = promised): LeaseWatch {
  const rows = new Map<string, Held>();
  const overlaps: string[] = [];
  const counted = { takeovers: 0, writes: 0, mutations: 0 };
  return {
    overlaps,
    get takeovers() {
      return counted.takeovers;
    },
    get writes() {
      return counted.writes;
    },
    get mutations() {
      return counted.mutations;
    },
    wrote(write) {
      counted.writes += 1;
      const before = rows.get(write.target) ?? null;
      const { etag, at, process, worker } = write;
      rows.set(write.target, { etag, at, process, worker });
      if (before?.etag !== (write.replaced ?? undefined)) {
        overlaps.push(`${write.target}: ${process} has replaced another row than the one that was there.`);
      }
      if (before?.worker == null) {
        if (worker === null) overlaps.push(`${write.target}: ${process} has written without a lease.`);
        return;
      }
      const isSame = worker === null ? before.process === process : before.worker === worker;
      if (isSame) return;
      counted.takeovers += 1;
      if (at - before.at >= lasts) return;
      overlaps.push(
        `${write.target}: ${process} has taken the lease of ${before.process} ${at - before.at} ms after its last write.`,
      );
    },
    mutated({ target, process, what }) {
      counted.mutations += 1;
      const held = rows.get(target);
      if (held?.worker != null && held.process === process) return;
      const holder = held?.worker == null ? 'nobody' : held.process;
      overlaps.push(`${target}: ${process} has sent ${what} while ${holder} held the lease.`);
    },
    heldBy: (process) =>
      [...rows].filter(([, held]) => held.worker !== null && held.process === process).map(([target]) => target),
  };
}

import type { Duration, Instant, ResourceId } from '../core/model.ts';
import { LeaseLost, LedgerUnavailable } from './errors.ts';
import type { Ledger, LedgerRecord, Partition, Receipt, Written } from './ports.ts';
import { chainReceipts, type ReceiptDraft } from './receipts.ts';

/** A worker that stops renewing for this long is taken to be gone. An invocation ends itself well before: deadline.ts. */
export const LEASE_LASTS: Duration = 3 * 60_000;

export type Update = Partial<Omit<LedgerRecord, 'head' | 'lease'>>;

/** The right to act on a target: every commit renews it, and a stale ETag ends it for good (invariant 8). */
export interface Lease {
  readonly record: LedgerRecord;
  /** The service's clock, carried on by this worker's own stopwatch, which measures durations only. */
  now(): Instant;
  /** One transaction: the record and its receipts. @throws LeaseLost, LedgerUnavailable */
  commit(update: Update, receipts?: readonly ReceiptDraft[]): Promise<void>;
  /** The last commit of this worker. */
  release(update: Update, receipts?: readonly ReceiptDraft[]): Promise<void>;
  /** What was committed and is not delivered yet; each is handed out once. */
  takeUndelivered(): readonly Receipt[];
}

/** Whether somebody works on the target now. */
export const isLeased = ({ record, age }: Partition): boolean =>
  record?.lease != null && age !== null && age < LEASE_LASTS;

/**
 * Takes the lease by writing it, together with what `update` takes up from the inbox.
 *
 * @param worker unlike any other worker's, in any process
 * @param stopwatch milliseconds from any origin
 * @throws LeaseLost where another worker was first; LedgerUnavailable
 */
export async function takeLease(
  ledger: Ledger,
  resource: ResourceId,
  partition: Partition,
  record: LedgerRecord,
  worker: string,
  stopwatch: () => number,
): Promise<Lease> {
  let current = record;
  let etag = partition.etag;
  let clock = { at: partition.now, read: stopwatch() };
  let write = 0;
  const undelivered: Receipt[] = [...partition.outbox];
  const now = (): Instant => clock.at + (stopwatch() - clock.read);

  const put = async (update: Update, drafts: readonly ReceiptDraft[], keep: boolean): Promise<void> => {
    const { head, receipts } = chainReceipts(current.head, drafts, resource, now());
    write += 1;
    const next: LedgerRecord = { ...current, ...update, head, lease: { worker, write } };
    const row = keep ? next : { ...next, lease: null };
    const written = await commitOnce(ledger, resource, etag, row, receipts);
    ({ etag } = written);
    // The service tells whole seconds: a step back of less than one is none, and receipts never go back in time.
    clock = { at: Math.max(written.now, now()), read: stopwatch() };
    current = next;
    undelivered.push(...receipts);
  };

  const lease: Lease = {
    get record() {
      return current;
    },
    takeUndelivered: () => undelivered.splice(0),
    now,
    commit: (update, receipts = []) => put(update, receipts, true),
    release: (update, receipts = []) => put(update, receipts, false),
  };
  await lease.commit({});
  return lease;
}

/** A worker that lost the answer of its own write reads the row and, finding what it wrote, goes on with that ETag. */
async function commitOnce(
  ledger: Ledger,
  resource: ResourceId,
  etag: string | null,
  record: LedgerRecord,
  receipts: readonly Receipt[],
): Promise<Written> {
  try {
    return await ledger.commit(resource, etag, record, receipts);
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
    const found = await ledger.read(resource);
    if (found.etag !== null && isOurs(found, record)) return { etag: found.etag, now: found.now };
    if (found.etag !== etag) throw new LeaseLost(resource);
    throw error;
  }
}

function isOurs({ record: found }: Partition, wrote: LedgerRecord): boolean {
  if (found === null) return false;
  if (wrote.lease === null)
    return found.lease === null && found.head.hash === wrote.head.hash && found.wakeAt === wrote.wakeAt;
  return found.lease?.worker === wrote.lease.worker && found.lease.write === wrote.lease.write;
}

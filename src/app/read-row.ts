import type { Instant, ResourceId } from '../core/model.ts';
import { LedgerCorrupted } from './errors.ts';
import type { Partition, Ports } from './ports.ts';

/** What the ledger has of a resource, or that it cannot be understood. */
export type ReadRow =
  | (Partition & { readonly isCorrupted?: never })
  | { readonly record: null; readonly now: Instant; readonly isCorrupted: true };

/**
 * For whoever does not act on it: one row that cannot be understood does not spoil the report of all.
 *
 * @param nowIn the service's clock, asked for where the row cannot be understood, since nobody tells the time then
 * @throws LedgerUnavailable
 */
export async function readRow(
  { ledger }: Pick<Ports, 'ledger'>,
  resource: ResourceId,
  nowIn: () => Instant | Promise<Instant>,
): Promise<ReadRow> {
  try {
    return await ledger.read(resource);
  } catch (error) {
    if (!(error instanceof LedgerCorrupted)) throw error;
    return { record: null, now: await nowIn(), isCorrupted: true };
  }
}

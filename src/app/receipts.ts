import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Phase } from '../core/decision.ts';
import type { Instant, ResourceId } from '../core/model.ts';
import type { LedgerRecord, Receipt } from './ports.ts';
import { timeOf } from './times.ts';

/** What a step has to say; the chain adds the rest. */
export interface ReceiptDraft {
  readonly step: Phase;
  readonly rotation: string | null;
  /** `rotator`, or who asked. */
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export type Head = LedgerRecord['head'];

export const FIRST_HEAD: Head = { seq: 0, hash: '0'.repeat(64), at: 0 };

/** Appends to a target's chain: each receipt carries the hash of the one before. */
export function chainReceipts(
  head: Head,
  drafts: readonly ReceiptDraft[],
  resource: ResourceId,
  now: Instant,
): { readonly head: Head; readonly receipts: readonly Receipt[] } {
  const receipts: Receipt[] = [];
  let last = head;
  // A lease begins with the service's whole second, so a step back of less than one is none.
  const at = Math.max(now, head.at);
  for (const draft of drafts) {
    const rest = { seq: last.seq + 1, at: timeOf(at), resource, ...draft, prev: last.hash };
    const receipt: Receipt = { ...rest, hash: hashOf(rest) };
    receipts.push(receipt);
    last = { seq: receipt.seq, hash: receipt.hash, at };
  }
  return { head: last, receipts };
}

/** Lower-case hex SHA-256 over the RFC 8785 form of a receipt without its own hash. */
export function hashOf(receipt: Omit<Receipt, 'hash'>): string {
  return createHash('sha256')
    .update(canonicalize(receipt) ?? '', 'utf8')
    .digest('hex');
}

/**
 * The first receipt that does not follow from the one before it; null for a sound chain.
 *
 * @param receipts oldest first, without gaps
 * @param before the head that the first one has to follow
 */
export function firstBreak(
  receipts: readonly Receipt[],
  before: Pick<Head, 'seq' | 'hash'> = FIRST_HEAD,
): Receipt | null {
  let last: Pick<Head, 'seq' | 'hash'> = before;
  for (const receipt of receipts) {
    const { hash, ...rest } = receipt;
    if (receipt.seq !== last.seq + 1 || receipt.prev !== last.hash || hash !== hashOf(rest)) return receipt;
    last = receipt;
  }
  return null;
}

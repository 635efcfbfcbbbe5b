import { classOf, leakedSlots, type Suspect, type TipClass } from '../core/compromise.ts';
import type { Slot, Target, Tip } from '../core/model.ts';
import { hint } from './hint.ts';
import type { LedgerRecord, Ports } from './ports.ts';
import { Problem } from './problems.ts';
import { timeOf } from './times.ts';

export interface TipAnswer {
  readonly request: string;
  /** By the last observation; null where there is none. What a look finds decides. */
  readonly class: TipClass | null;
}

/**
 * Reports that a key may be compromised. Durable once this returns; the same id is the same tip for 7 days. Neither a freeze
 * nor any brake stands in its way.
 *
 * @param tip `reportedAt` null: now
 * @throws Problem `InvalidRequest` for a time that has not come yet; LedgerUnavailable
 */
export async function reportCompromise(
  target: Target,
  { reportedAt, ...tip }: Omit<Tip, 'at' | 'reportedAt'> & { readonly reportedAt: number | null },
  ports: Pick<Ports, 'ledger' | 'queue'>,
): Promise<TipAnswer> {
  const { record, now } = await ports.ledger.read(target.resourceId);
  const { settle } = target.policy.verification;
  if (reportedAt !== null && reportedAt > now + settle) {
    throw new Problem('InvalidRequest', 'A report cannot be made before its time.', {
      errors: [{ path: 'reportedAt', message: `must not be later than ${timeOf(now)}` }],
    });
  }
  const row = { kind: 'tip', ...tip, reportedAt: Math.min(reportedAt ?? now, now) } as const;
  await ports.ledger.insertInbox(target.resourceId, row);
  await hint(ports.queue, target.resourceId, 0);
  return { request: tip.id, class: classByLastLook(row, record, settle) };
}

function classByLastLook(
  tip: Pick<Tip, 'fingerprint' | 'slot' | 'reportedAt'>,
  record: LedgerRecord | null,
  settle: number,
): TipClass | null {
  const seen = record?.slots ?? null;
  if (seen === null) return null;
  const suspect = (slot: Slot): Suspect => ({
    fingerprint: seen[slot].fingerprint ?? record?.state.keys[slot]?.fingerprint ?? null,
    role: seen[slot].role,
    age: seen[slot].age,
  });
  const suspects = { primary: suspect('primary'), secondary: suspect('secondary') };
  return classOf(leakedSlots(tip, suspects, settle), suspects);
}

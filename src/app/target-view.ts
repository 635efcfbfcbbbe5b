import { CONDITIONS, FINDINGS } from '../core/codes.ts';
import type { Phase } from '../core/decision.ts';
import type { Finding } from '../core/findings.ts';
import { type AgeBasis, adoptionPoint, keyDueAt, overdueSince } from '../core/key-age.ts';
import type { Awaited, Fingerprint, GivenUp, Instant, Role, Slot, Target } from '../core/model.ts';
import type { LedgerRecord, Partition } from './ports.ts';
import { timeOf } from './times.ts';

/** What a Reader sees of one target, as it was at `observedAt`. Times are RFC 3339, UTC; null where unknown. */
export interface TargetView {
  readonly name: string;
  readonly resourceId: string;
  readonly observedAt: string | null;
  readonly phase: Phase;
  readonly condition: { readonly code: string; readonly since: string } | null;
  readonly keys: Readonly<Record<Slot, KeyView>>;
  readonly findings: readonly FindingView[];
  readonly rotation: RotationView | null;
}

export interface KeyView {
  readonly role: Role | null;
  readonly fingerprint: Fingerprint | null;
  readonly madeAfter: string | null;
  readonly madeBefore: string | null;
  readonly basis: AgeBasis | null;
  readonly dueAt: string | null;
  readonly overdueSince: string | null;
}

export interface FindingView {
  readonly code: string;
  readonly severity: string;
  /** What it was found in. */
  readonly evidence: Pick<Finding, 'secrets' | 'versions'> & { readonly meaning: string };
  readonly remediation: string;
  readonly references: readonly string[];
}

export interface RotationView {
  readonly id: string;
  readonly reason: string;
  readonly startedAt: string;
  readonly condemned: readonly { readonly fingerprint: Fingerprint; readonly reason: string }[];
  readonly regenerated: readonly {
    readonly slot: Slot;
    readonly from: Fingerprint;
    readonly to: Fingerprint;
    readonly at: string;
  }[];
  readonly awaiting: readonly Pick<Awaited, 'consumer' | 'secret' | 'shows' | 'trouble'>[];
  readonly givenUp: readonly GivenUp[];
}

/** @param target without a policy for an orphan, which rotation.json no longer names */
export function viewOf(
  target: Pick<Target, 'name' | 'resourceId'> & Partial<Target>,
  { record, now }: Pick<Partition, 'record' | 'now'>,
): TargetView {
  return {
    name: target.name,
    resourceId: target.resourceId,
    observedAt: timeOf(record?.state.observedAt ?? null),
    phase: record?.phase ?? 'nothing-due',
    condition: record?.condition ? { code: record.condition.code, since: timeOf(record.condition.since) } : null,
    keys: { primary: keyView('primary', target, record, now), secondary: keyView('secondary', target, record, now) },
    findings: record?.findings.map(findingView) ?? [],
    rotation: record === null ? null : rotationView(record),
  };
}

function keyView(slot: Slot, { policy, spread }: Partial<Target>, record: LedgerRecord | null, now: Instant): KeyView {
  const seen = record?.slots?.[slot] ?? null;
  const age = seen?.age ?? { madeAfter: null, madeBefore: null, basis: null };
  const firstObservedAt = record?.state.firstObservedAt ?? null;
  const isScheduled = policy !== undefined && spread !== undefined && firstObservedAt !== null;
  return {
    role: seen?.role ?? null,
    fingerprint: record?.state.keys[slot]?.fingerprint ?? null,
    madeAfter: timeOf(age.madeAfter),
    madeBefore: timeOf(age.madeBefore),
    basis: age.basis,
    dueAt: timeOf(isScheduled ? keyDueAt(age, policy, adoptionPoint({ spread, policy }, firstObservedAt)) : null),
    overdueSince: timeOf(policy === undefined ? null : overdueSince(age, policy, now)),
  };
}

const TEXTS: Readonly<Record<Finding['code'], { meaning: string; remedy: string; severity?: string }>> = {
  ...CONDITIONS,
  ...FINDINGS,
};

function findingView({ code, secrets, versions }: Finding): FindingView {
  const { meaning, remedy, severity } = TEXTS[code];
  return {
    code,
    severity: severity ?? 'low',
    evidence: { meaning, secrets, versions },
    remediation: remedy,
    references: [],
  };
}

function rotationView({ state: { rotation }, awaiting }: LedgerRecord): RotationView | null {
  if (rotation === null) return null;
  return {
    id: rotation.id,
    reason: rotation.reason,
    startedAt: timeOf(rotation.startedAt),
    condemned: rotation.condemned,
    regenerated: rotation.regenerated.map(({ slot, from, to, at }) => ({
      slot,
      from,
      to,
      at: timeOf(at),
    })),
    awaiting: awaiting.map(({ consumer, secret, shows, trouble }) => ({ consumer, secret, shows, trouble })),
    givenUp: rotation.givenUp,
  };
}

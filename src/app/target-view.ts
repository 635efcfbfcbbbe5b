import { FINDINGS } from '../core/codes.ts';
import type { Phase } from '../core/decision.ts';
import type { Fingerprint, Instant, RememberedKey, Role, Shows, Slot, Target } from '../core/model.ts';
import type { LedgerRecord, Partition } from './ports.ts';

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
  readonly basis: 'recorded' | null;
  readonly dueAt: string | null;
  readonly overdueSince: string | null;
}

export interface FindingView {
  readonly code: string;
  readonly severity: string;
  readonly evidence: string;
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
  readonly awaiting: readonly { readonly consumer: string; readonly secret: string; readonly shows: Shows | null }[];
}

export function viewOf(target: Target, { record, now }: Pick<Partition, 'record' | 'now'>): TargetView {
  return {
    name: target.name,
    resourceId: target.resourceId,
    observedAt: timeOf(record?.observedAt ?? null),
    phase: record?.phase ?? 'nothing-due',
    condition: record?.condition
      ? { code: record.condition.code, since: new Date(record.condition.since).toISOString() }
      : null,
    keys: { primary: keyView('primary', target, record, now), secondary: keyView('secondary', target, record, now) },
    findings: record?.finding ? [findingView(record.finding)] : [],
    rotation: record === null ? null : rotationView(record),
  };
}

function keyView(slot: Slot, { policy }: Target, record: LedgerRecord | null, now: Instant): KeyView {
  const key: RememberedKey | null = record?.state.keys[slot] ?? null;
  const madeAt = key?.recordedAt ?? null;
  const overdueAt = madeAt === null ? null : madeAt + policy.maxKeyAge;
  return {
    role: record?.roles?.[slot] ?? null,
    fingerprint: key?.fingerprint ?? null,
    madeAfter: timeOf(madeAt),
    madeBefore: timeOf(madeAt),
    basis: madeAt === null ? null : 'recorded',
    dueAt: timeOf(madeAt === null ? null : madeAt + policy.rotateAfter),
    overdueSince: timeOf(overdueAt !== null && overdueAt <= now ? overdueAt : null),
  };
}

function findingView(code: keyof typeof FINDINGS): FindingView {
  const { severity, meaning, remedy } = FINDINGS[code];
  return { code, severity, evidence: meaning, remediation: remedy, references: [] };
}

function rotationView({ state: { rotation }, awaiting }: LedgerRecord): RotationView | null {
  if (rotation === null) return null;
  return {
    id: rotation.id,
    reason: rotation.reason,
    startedAt: new Date(rotation.startedAt).toISOString(),
    condemned: rotation.condemned,
    regenerated: rotation.regenerated.map(({ slot, from, to, at }) => ({
      slot,
      from,
      to,
      at: new Date(at).toISOString(),
    })),
    awaiting: awaiting.map(({ consumer, secret, shows }) => ({ consumer, secret, shows })),
  };
}

const timeOf = (instant: Instant | null): string | null => (instant === null ? null : new Date(instant).toISOString());

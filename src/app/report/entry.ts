import type { StandingCode } from '../../core/codes.ts';
import type { Phase } from '../../core/decision.ts';
import type { Severity } from '../../core/finding-codes.ts';
import type { AgeBasis } from '../../core/key-age.ts';
import type { Verdict } from '../../core/local-auth.ts';
import type { Fingerprint, Instant, ResourceId, Role, Slot } from '../../core/model.ts';

/** Why nothing is done for a target, or only part of it. */
export interface Standing {
  readonly code: StandingCode;
  readonly since: Instant;
}

/** One target as the list knows it, without opening its row. Instants are milliseconds; null where unknown. */
export interface Entry {
  readonly name: string;
  readonly resourceId: ResourceId;
  readonly observedAt: Instant | null;
  readonly phase: Phase;
  readonly condition: Standing | null;
  /** Since when it is stalled, or has failed too often. */
  readonly stuckSince: Instant | null;
  /** A rotation or an intent is open. */
  readonly rotating: boolean;
  readonly keys: Readonly<Record<Slot, EntryKey>>;
  readonly verdict: Verdict;
  /** How many findings of each severity. */
  readonly tally: Readonly<Record<Severity, number>>;
}

export interface EntryKey {
  readonly role: Role | null;
  readonly fingerprint: Fingerprint | null;
  readonly madeAfter: Instant | null;
  readonly madeBefore: Instant | null;
  readonly basis: AgeBasis | null;
  readonly dueAt: Instant | null;
  readonly overdueSince: Instant | null;
  /** In words, with what it rests on. */
  readonly age: string;
}

import type { ConditionCode } from './codes.ts';
import type { TipClass } from './compromise.ts';
import type { FindingCode } from './finding-codes.ts';
import type {
  Awaited,
  Condemned,
  CondemnReason,
  ConditionDetail,
  DeathProof,
  Fingerprint,
  Instant,
  Nudged,
  PendingRequest,
  Role,
  SecretId,
  Slot,
  Tip,
} from './model.ts';
import type { Situation } from './slots.ts';

/** One publication to write, and the version whose text is kept; null for the current one. */
export interface Write {
  readonly secret: SecretId;
  readonly basedOn: string | null;
}

interface Publishing {
  readonly slot: Slot;
  readonly fingerprint: Fingerprint;
  readonly writes: readonly Write[];
  /** `unproved` where the data plane could not be asked and policy lets the rotation go on. */
  readonly proof: 'live' | 'unproved';
}

export interface Death {
  readonly fingerprint: Fingerprint;
  readonly proof: DeathProof;
}

/** The next safe step, as data. What `plan` shows and what `reconcile` does is the same. */
export type Decision =
  | {
      readonly kind: 'condemn';
      readonly condemned: readonly Condemned[];
      readonly reason: CondemnReason;
      readonly requests: readonly PendingRequest[];
      /** The tip that is answered; `condemned` is empty where it means no living key. */
      readonly tip?: Tip;
      readonly class?: TipClass;
      /** Brakes that are on and that a compromise does not heed. */
      readonly passes?: readonly string[];
    }
  | {
      readonly kind: 'regenerate';
      readonly stage: 'begin';
      readonly slot: Slot;
      readonly role: Role;
      readonly fingerprint: Fingerprint;
      readonly because: CondemnReason;
      readonly attempt: number;
      /** What a compromise did not wait for. */
      readonly without?: { readonly soak: boolean; readonly consumers: readonly string[] };
    }
  /** The key of an open intent has changed, by whomever: recorded, not repeated. */
  | {
      readonly kind: 'regenerate';
      readonly stage: 'seen';
      readonly slot: Slot;
      readonly role: Role;
      readonly from: Fingerprint;
      readonly to: Fingerprint;
    }
  /** The intent's end is known and the key is the same: the chain decides anew. */
  | { readonly kind: 'regenerate'; readonly stage: 'unchanged'; readonly slot: Slot; readonly fingerprint: Fingerprint }
  | ({ readonly kind: 'publish' } & Publishing)
  | ({ readonly kind: 'align' } & Publishing)
  | ({ readonly kind: 'repair' } & Publishing)
  | ({ readonly kind: 'roll-back' } & Publishing)
  | {
      readonly kind: 'nudge';
      readonly consumer: string;
      readonly how: Nudged['how'];
      /** The published key that it is to take up. */
      readonly fingerprint: Fingerprint;
    }
  | {
      readonly kind: 'await-consumers';
      readonly slot: Slot;
      readonly fingerprint: Fingerprint;
      readonly awaiting: readonly Awaited[];
      readonly wakeAt: Instant;
    }
  | {
      readonly kind: 'soak';
      readonly slot: Slot;
      readonly fingerprint: Fingerprint;
      /** When the last token that was signed with the key has expired. */
      readonly until: Instant;
      readonly wakeAt: Instant;
    }
  | { readonly kind: 'confirm-dead'; readonly deaths: readonly Death[] }
  | {
      readonly kind: 'disable-old-versions';
      readonly versions: readonly { readonly secret: SecretId; readonly version: string }[];
    }
  | { readonly kind: 'complete' }
  | { readonly kind: 'hold'; readonly code: ConditionCode; readonly detail: ConditionDetail; readonly wakeAt: Instant }
  | {
      readonly kind: 'wait';
      readonly for:
        | 'operation'
        | 'settle'
        | 'resource'
        | 'new-key-live'
        | 'old-key-dead'
        | 'fleet'
        | 'group'
        | 'window';
      readonly wakeAt: Instant;
    }
  | {
      readonly kind: 'nothing-due';
      readonly finding: FindingCode | null;
      readonly dueAt: Instant | null;
      readonly wakeAt: Instant;
    };

/** A check that cannot tell names what has to be asked: the data plane about keys, consumers about what they use. */
export interface Ask {
  readonly kind: 'ask';
  readonly keys: readonly Fingerprint[];
  readonly consumers: readonly string[];
}

export const askAbout = (...keys: readonly Fingerprint[]): Ask => ({ kind: 'ask', keys, consumers: [] });
export const askThem = (consumers: readonly string[]): Ask => ({ kind: 'ask', keys: [], consumers });

/** What people see: the kind of the newest decision. */
export type Phase = Decision['kind'];

export const PHASES = [
  'condemn',
  'regenerate',
  'publish',
  'align',
  'repair',
  'nudge',
  'await-consumers',
  'soak',
  'confirm-dead',
  'disable-old-versions',
  'roll-back',
  'complete',
  'hold',
  'wait',
  'nothing-due',
] as const satisfies readonly Phase[];

/** A step of the chain; undefined where it does not apply. */
export type Check = (situation: Situation) => Decision | Ask | undefined;

import type { CallEnd, PastRotation, StepTold } from '../app/ports.ts';
import type { Instant } from '../core/model.ts';

/** A request to a service. */
export interface CallRecord {
  readonly service: string;
  readonly operation: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly end: CallEnd;
}

/** One look at a target and the step that it led to. */
export interface LookRecord {
  readonly target: string;
  /** The rotation that it was for; null where none was open, neither before nor after. */
  readonly rotation: string | null;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  /** null where it failed before anything was decided. */
  readonly step: StepTold | null;
  /** The code of what ended it; null where all went well. */
  readonly failure: string | null;
  readonly calls: readonly CallRecord[];
}

/** All that was heard of one invocation. */
export interface InvocationRecord {
  /** W3C `traceparent`; null where the host said none. */
  readonly cause: string | null;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly looks: readonly LookRecord[];
  /** Those that belong to no look: the lease, the queue. */
  readonly calls: readonly CallRecord[];
  readonly ended: readonly { readonly rotation: PastRotation; readonly target: string }[];
}

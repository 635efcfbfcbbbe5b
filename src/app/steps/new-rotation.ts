import type { Condemned, CondemnReason, Instant, Rotation } from '../../core/model.ts';
import type { StepContext } from './step.ts';

/** A rotation that begins now, with everybody whom it has to satisfy. */
export function newRotation(
  { lease, target: { publications, consumers } }: Pick<StepContext, 'lease' | 'target'>,
  own: {
    readonly id: string;
    readonly reason: CondemnReason;
    readonly condemned: readonly Condemned[];
    readonly ignoresWindows: boolean;
    /** When somebody first asked for it; null where it is due by itself. */
    readonly askedAt: Instant | null;
  },
): Rotation {
  const { askedAt, ...rest } = own;
  const startedAt = lease.now();
  return {
    ...rest,
    startedAt,
    regenerated: [],
    left: [],
    participants: { publications, consumers },
    nudges: [],
    givenUp: [],
    spent: { askedAt: askedAt ?? startedAt, inCalls: 0, waited: 0 },
  };
}

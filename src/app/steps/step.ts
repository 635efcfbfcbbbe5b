import type { FleetLimits } from '../../core/control.ts';
import type { Target } from '../../core/model.ts';
import type { Participants } from '../../core/participants.ts';
import type { Deadline } from '../deadline.ts';
import type { Lease } from '../lease.ts';
import type { Log } from '../log.ts';
import type { Meter } from '../meter.ts';
import type { Look } from '../observe.ts';
import type { Ports } from '../ports.ts';
import type { ReceiptDraft } from '../receipts.ts';

/** What a step works with: the look that it was decided on, and the right to act. */
export interface StepContext {
  readonly ports: Ports;
  readonly target: Target;
  readonly look: Look;
  readonly participants: Participants;
  readonly log: Log;
  readonly lease: Lease;
  readonly deadline: Deadline;
  readonly meter: Meter;
  /** Random and unique. */
  readonly newId: () => string;
  /** The id of this installation, for the mark in what it writes. */
  readonly installation: string;
  readonly fleet: FleetLimits;
  /** SHA-256 of the configuration file, named in every receipt. */
  readonly configHash: string;
}

/** A receipt of the running rotation, by the rotator itself. */
export function receipt(
  { lease, configHash }: Pick<StepContext, 'lease' | 'configHash'>,
  step: ReceiptDraft['step'],
  data: Readonly<Record<string, unknown>>,
  actor = 'rotator',
): ReceiptDraft {
  const rotation = lease.record.state.rotation?.id ?? null;
  return { step, rotation, actor, data: { ...data, config: configHash } };
}

import { createHash } from 'node:crypto';
import type { OutgoingEvent, Receipt } from './ports.ts';

/** What others are told, and the step that it comes from. A hold is told only where a rotation is stalled. */
const TYPES: Partial<Record<Receipt['step'], string>> = {
  publish: 'SwitchoverRequested',
  'roll-back': 'SwitchoverRequested',
  complete: 'RotationCompleted',
  repair: 'DriftRepaired',
};

function typeOf({ step, rotation, data }: Receipt): string | undefined {
  if (step === 'hold' && data.code === 'Stalled') return 'RotationStalled';
  // A publish that was cut short is finished by aligning the rest.
  if (step === 'align' && rotation !== null) return 'SwitchoverRequested';
  return TYPES[step];
}

/** The event that a receipt is worth; null for most. The id comes from the receipt, so that a repetition can be told. */
export function eventOf(receipt: Receipt, target: string): OutgoingEvent | null {
  const type = typeOf(receipt);
  if (type === undefined) return null;
  const { resource, seq, at, rotation, step, data, hash } = receipt;
  const { config: _, ...shown } = data;
  return {
    id: createHash('sha256').update(`${resource}|${seq}`, 'utf8').digest('hex').slice(0, 32),
    type: `SignalRKeyRotation.${type}`,
    source: resource,
    subject: target,
    time: at,
    data: { target, resourceId: resource, rotation, step, seq, head: hash, ...shown },
  };
}

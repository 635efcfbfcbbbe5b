import { SLOTS, type TargetState } from '../core/model.ts';

/** Whether whoever asks for new keys is served by the rotation that runs. One for a leaked standby leaves the other key. */
export function replacesBoth({ rotation, keys }: TargetState): boolean {
  return SLOTS.every((slot) => {
    const fingerprint = keys[slot]?.fingerprint;
    const isCondemned = rotation?.condemned.some((c) => c.fingerprint === fingerprint) ?? false;
    return isCondemned || (rotation?.regenerated.some(({ to }) => to === fingerprint) ?? false);
  });
}

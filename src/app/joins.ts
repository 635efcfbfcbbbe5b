import { SLOTS, type TargetState } from '../core/model.ts';

/** Whether whoever asks for new keys is served by the rotation that runs. One for a leaked standby leaves the other key. */
export function replacesBoth({ rotation, keys, intent }: TargetState): boolean {
  return SLOTS.every((slot) => {
    const fingerprint = keys[slot]?.fingerprint;
    const isCondemned = rotation?.condemned.some((c) => c.fingerprint === fingerprint) ?? false;
    // ARM lists a new key before its operation has ended, and only then the rotation says that it made it.
    const isBeingReplaced =
      intent?.slot === slot && (rotation?.condemned.some((c) => c.fingerprint === intent.fingerprintBefore) ?? false);
    const isReplaced = rotation?.regenerated.some(({ to }) => to === fingerprint) ?? false;
    return isCondemned || isBeingReplaced || isReplaced;
  });
}

import type { Fingerprint, Slot, Target } from '../../core/model.ts';

/** Key Vault refuses more tags, and longer values. */
const MOST_TAGS = 15;
const LONGEST_VALUE = 256;
const DAY = 24 * 60 * 60_000;

interface Publication {
  readonly slot: Slot;
  readonly fingerprint: Fingerprint;
  readonly target: Target;
  readonly rotation: string | null;
}

/**
 * The predecessor's tags and ours: `CredentialId`, `ProviderAddress` and `ValidityPeriodDays` as Microsoft's rotation
 * samples have them, and what this project needs to read a version that is disabled. Where there is no room ours give way.
 */
export function tagsFor(
  predecessor: Readonly<Record<string, string>>,
  { slot, fingerprint, target, rotation }: Publication,
): Readonly<Record<string, string>> {
  const ours: Record<string, string> = {
    KeyFingerprint: fingerprint,
    ManagedBy: 'signalr-key-rotation',
    ...(rotation === null ? {} : { RotationId: rotation }),
    CredentialId: slot,
    ProviderAddress: target.resourceId,
    ValidityPeriodDays: String(Math.ceil(target.policy.maxKeyAge / DAY)),
  };
  const tags = Object.fromEntries(Object.entries(predecessor).filter(([name]) => !(name in ours)));
  for (const [name, value] of Object.entries(ours)) {
    if (Object.keys(tags).length < MOST_TAGS && value.length <= LONGEST_VALUE) tags[name] = value;
  }
  return tags;
}

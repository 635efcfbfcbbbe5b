import type { Fingerprint, Slot, Target } from '../../core/model.ts';
import { installationMark, isInstallationMark } from '../installation.ts';

/** Key Vault refuses more tags, and longer values. */
const MOST_TAGS = 15;
const LONGEST_VALUE = 256;
const DAY = 24 * 60 * 60_000;

interface Publication {
  readonly slot: Slot;
  readonly fingerprint: Fingerprint;
  readonly target: Target;
  readonly rotation: string | null;
  readonly installation: string;
}

/**
 * The predecessor's tags and ours: `CredentialId`, `ProviderAddress` and `ValidityPeriodDays` as Microsoft's rotation
 * samples have them, and what this project needs to read a version that is disabled. Where there is no room ours give way.
 */
export function tagsFor(
  predecessor: Readonly<Record<string, string>>,
  { slot, fingerprint, target, rotation, installation }: Publication,
): Readonly<Record<string, string>> {
  const { ManagedBy: manager } = predecessor;
  const isTheirs = manager !== undefined && !isInstallationMark(manager);
  const ours: Record<string, string> = {
    KeyFingerprint: fingerprint,
    ...(isTheirs ? {} : { ManagedBy: installationMark(installation) }),
    ...(rotation === null ? {} : { RotationId: rotation }),
    CredentialId: slot,
    ProviderAddress: target.resourceId,
    ValidityPeriodDays: String(Math.ceil(target.policy.maxKeyAge / DAY)),
  };
  // The predecessor's rotation is not this one, even where there is none now.
  const { RotationId: _, ...kept } = predecessor;
  const tags = Object.fromEntries(Object.entries(kept).filter(([name]) => !(name in ours)));
  for (const [name, value] of Object.entries(ours)) {
    if (Object.keys(tags).length < MOST_TAGS && value.length <= LONGEST_VALUE) tags[name] = value;
  }
  return tags;
}

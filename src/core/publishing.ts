import type { Duration, Instant, Observation, PublishIntent, VersionSeen } from './model.ts';

/**
 * Until when a write whose answer was lost may still be carried out; null where its end is known. It is found among the
 * versions, or has not come by the end of `settle`: as with a regeneration, absence is not believed before.
 */
export function onItsWayUntil(
  intent: PublishIntent | null,
  observation: Observation,
  settle: Duration,
  now: Instant,
): Instant | null {
  if (intent === null || intent.ours !== null) return null;
  const publication = observation.publications.find((p) => p.secret === intent.secret);
  const hasCome = publication?.versions.some((v) => isOurs(intent, v) && !intent.known.includes(v.version));
  const settlesAt = intent.startedAt + settle;
  return settlesAt <= now || hasCome ? null : settlesAt;
}

/** What we wrote by that intent: by its name, or by our mark and the key where the answer was lost. */
const isOurs = ({ ours, fingerprint }: PublishIntent, { version, key, isMarked }: VersionSeen): boolean =>
  ours === null ? key === fingerprint && isMarked : version === ours;

/**
 * The versions that somebody else wrote between our read and our write, newest last; empty where all is well. Key Vault
 * has no ETag, so theirs can only be seen afterwards: they are published again with only their key replaced.
 */
export function writtenByOthers(intent: PublishIntent | null, observation: Observation): readonly VersionSeen[] {
  if (intent === null) return [];
  const publication = observation.publications.find((p) => p.secret === intent.secret);
  if (publication === undefined || publication.current.is !== 'keyed') return [];
  const { current, versions } = publication;
  const isListed =
    (wanted: string) =>
    (v: VersionSeen): boolean =>
      v.version === wanted && v.enabled;
  // Based on theirs, and nothing was written since: a crash came between, and ours from before is still current.
  const isUnwritten = intent.known.includes(current.version) && current.version !== intent.basedOn;
  if (isUnwritten) return versions.filter(isListed(intent.basedOn));
  // Theirs is current: nothing is lost, and the chain treats it like any other publication.
  if (intent.ours === null ? current.fingerprint !== intent.fingerprint : current.version !== intent.ours) return [];
  const isNew = (v: VersionSeen): boolean =>
    v.createdAt >= intent.basedOnCreatedAt && !intent.known.includes(v.version);
  return versions.filter((v) => isNew(v) && v.enabled && v.version !== current.version && !isOurs(intent, v));
}

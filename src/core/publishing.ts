import type { Observation, PublishIntent, VersionSeen } from './model.ts';

/**
 * The versions that somebody else wrote between our read and our write, newest last; empty where all is well. Key Vault
 * has no ETag, so theirs can only be seen afterwards: they are published again with only their key replaced.
 */
export function writtenByOthers(intent: PublishIntent | null, observation: Observation): readonly VersionSeen[] {
  if (intent === null) return [];
  const publication = observation.publications.find((p) => p.secret === intent.secret);
  if (publication === undefined || publication.current.is !== 'keyed') return [];
  const { current, versions } = publication;
  // Theirs is current: nothing is lost, and the chain treats it like any other publication.
  if (current.fingerprint !== intent.fingerprint) return [];
  const isNew = (v: VersionSeen): boolean =>
    v.createdAt >= intent.basedOnCreatedAt && !intent.known.includes(v.version);
  return versions.filter((v) => isNew(v) && v.enabled && v.version !== current.version && v.key !== intent.fingerprint);
}

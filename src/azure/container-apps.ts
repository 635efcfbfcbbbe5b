import type { EvidenceSource, Instant, SecretId } from '../core/model.ts';
import { type Arm, anItem, type Item, instantOf, propertiesOf, textOf } from './arm.ts';
import { shown, type Told, troubled, unsettled } from './reading.ts';
import { isOf, secretAt, versionIn } from './secret-reference.ts';

const API_VERSION = '2024-03-01';

/**
 * Since when every instance of a container app runs. The platform tells no version, so its secrets are known by when they were read: an
 * instance reads them as it starts. A container that crashes and comes back in its replica counts by the replica's older start.
 */
export async function askContainerApp(
  { resourceId }: Extract<EvidenceSource, { kind: 'container-app' }>,
  arm: Arm,
  signal: AbortSignal,
): Promise<(secret: SecretId) => Told> {
  const { item, at } = await arm.get(resourceId, API_VERSION, signal);
  const addresses = secretsOf(item).flatMap(({ keyVaultUrl }) => secretAt(textOf(keyVaultUrl) ?? '') ?? []);
  const startedAt = await earliestStart(resourceId, at, arm, signal);
  return (secret) => {
    // An app without a reference reads the secret itself, at its start.
    const pinned = addresses.find((address) => isOf(secret, address) && address.version !== null);
    if (pinned) return troubled('pinned', versionIn(pinned.version));
    if (startedAt === 'idle') return shown({ by: 'idle' });
    return startedAt === null ? unsettled('no time of start') : shown({ by: 'started', startedAt });
  };
}

/** @param askedAt before the first list was asked for: whatever is not in the lists starts later */
async function earliestStart(
  app: string,
  askedAt: Instant | null,
  arm: Arm,
  signal: AbortSignal,
): Promise<Instant | 'idle' | null> {
  const revisions = await arm.list(`${app}/revisions`, API_VERSION, signal);
  const starts: (Instant | null)[] = [];
  for (const revision of revisions.filter((each) => propertiesOf(each).active === true)) {
    const { createdTime, replicas: count } = propertiesOf(revision);
    const name = textOf(revision.name);
    if (name === null) return null;
    const replicas = await arm.list(`${app}/revisions/${name}/replicas`, API_VERSION, signal);
    const ofReplicas = replicas.map((each) => instantOf(propertiesOf(each).createdTime) ?? instantOf(createdTime));
    // Scaled to zero it has no instance that could hold an old key; unless it counts some that the list does not show.
    const counts = askedAt === null || (typeof count === 'number' && count > 0);
    starts.push(...(replicas.length === 0 && counts ? [instantOf(createdTime)] : ofReplicas));
  }
  return starts.length === 0 ? 'idle' : starts.reduce(earlier, starts[0] ?? null);
}

/** null is not known, and then nothing is. */
const earlier = (a: Instant | null, b: Instant | null): Instant | null =>
  a === null || b === null ? null : Math.min(a, b);

function secretsOf(app: Item): readonly Item[] {
  const { secrets } = anItem(propertiesOf(app).configuration);
  return Array.isArray(secrets) ? secrets.map(anItem) : [];
}

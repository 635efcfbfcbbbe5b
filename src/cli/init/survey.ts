import pLimit from 'p-limit';
import { PortError, SecretDeleted, SecretDisabled, SecretForbidden, SecretMissing } from '../../app/errors.ts';
import type { Secrets } from '../../app/ports.ts';
import { keyIn, tryParse } from '../../app/secret-text.ts';
import type { Discovery, FoundApp, FoundResource, FoundSecret, Seen } from '../../azure/discovery.ts';
import { isOf, type SecretReference } from '../../azure/secret-reference.ts';
import type { Fingerprint } from '../../core/model.ts';
import { shortSecret } from '../../views/names.ts';

/** A secret that is a connection string. */
export interface FoundPublication extends FoundSecret {
  /** Lower case. */
  readonly hostName: string;
  /** null for one without a key. */
  readonly fingerprint: Fingerprint | null;
}

export interface FoundReader extends FoundApp {
  readonly references: readonly SecretReference[];
}

export interface Found {
  readonly subscriptions: readonly string[];
  readonly resources: readonly FoundResource[];
  readonly publications: readonly FoundPublication[];
  readonly readers: readonly FoundReader[];
  /** What could not be seen, each in a sentence. */
  readonly unseen: readonly string[];
}

interface Asked {
  /** Ids; none: all that can be seen. */
  readonly subscriptions: readonly string[];
  /** Host names; none: every vault of the subscriptions. */
  readonly vaults: readonly string[];
  readonly onProgress: (doing: string) => void;
}

const AT_A_TIME = 8;

/** Looks at everything that a first rotation.json is made of. Values of secrets are read; only fingerprints leave this function. */
export async function survey(
  { subscriptions: wanted, vaults: wantedVaults, onProgress }: Asked,
  discovery: Discovery,
  secrets: Pick<Secrets, 'read'>,
): Promise<Found> {
  const unseen: string[] = [];
  const limit = pLimit(AT_A_TIME);
  const each = async <A, B>(items: readonly A[], ask: (item: A) => Promise<readonly B[]>): Promise<readonly B[]> =>
    (await Promise.all(items.map((item) => limit(() => ask(item))))).flat();
  const or = <T>(seen: Seen<T>, what: string): readonly T[] => {
    if (seen.is === 'seen') return seen.items;
    unseen.push(seen.is === 'forbidden' ? `${what}: you may not see it.` : `${what}: no answer, or an error.`);
    return [];
  };

  onProgress('Listing subscriptions');
  const subscriptions =
    wanted.length > 0 ? wanted : or(await discovery.subscriptions(), 'The subscriptions').map(({ id }) => id);
  onProgress('Listing SignalR resources');
  const resources = await each(subscriptions, async (id) =>
    or(await discovery.resources(id), `SignalR resources of subscription ${id}`),
  );
  onProgress('Listing vaults');
  const vaults =
    wantedVaults.length > 0
      ? wantedVaults
      : await each(subscriptions, async (id) => or(await discovery.vaults(id), `Vaults of subscription ${id}`));
  onProgress('Listing secrets');
  const listed = await each(vaults, async (vault) => or(await discovery.secrets(vault), `Secrets of ${vault}`));
  onProgress(`Reading ${listed.length} secrets`);
  const publications = await each(listed, (secret) => readPublication(secret, secrets, unseen));
  onProgress('Listing apps');
  const readers = await each(subscriptions, async (id) => {
    const containerApps = or(await discovery.containerApps(id), `Container apps of subscription ${id}`);
    return [...containerApps, ...(await sitesOf(id, discovery, or))];
  });
  return { subscriptions, resources, publications, readers, unseen };
}

type Or = <T>(seen: Seen<T>, what: string) => readonly T[];

/** A slot keeps settings of its own, so it is an application of its own. */
async function sitesOf(subscription: string, discovery: Discovery, or: Or): Promise<readonly FoundReader[]> {
  const sites = or(await discovery.sites(subscription), `Apps of subscription ${subscription}`);
  const limit = pLimit(AT_A_TIME);
  const read = async (app: FoundApp): Promise<FoundReader> => ({
    ...app,
    references: or(await discovery.references(app.id), `Settings of ${nameOf(app)}`),
  });
  const all = sites.map((site) =>
    limit(async () => {
      const slots = or(await discovery.slots(site.id), `Slots of ${nameOf(site)}`);
      return Promise.all([site, ...slots].map(read));
    }),
  );
  return (await Promise.all(all)).flat();
}

async function readPublication(
  secret: FoundSecret,
  secrets: Pick<Secrets, 'read'>,
  unseen: string[],
): Promise<readonly FoundPublication[]> {
  try {
    const { value } = await secrets.read(secret.id);
    const parsed = tryParse(value);
    if (parsed === null) return [];
    return [{ ...secret, hostName: parsed.hostname.toLowerCase(), fingerprint: keyIn(value)?.fingerprint() ?? null }];
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    // Deleted since it was listed.
    if (error instanceof SecretMissing || error instanceof SecretDeleted) return [];
    const is = error instanceof SecretForbidden ? 'you may not read it.' : 'no answer, or an error.';
    unseen.push(`${shortSecret(secret.id)}: ${error instanceof SecretDisabled ? 'it is disabled.' : is}`);
    return [];
  }
}

/** `web`, and `web/staging` for a slot of it. */
export function nameOf({ id }: Pick<FoundApp, 'id'>): string {
  const [, site = '', slot] = /\/(?:sites|containerApps)\/([^/]+)(?:\/slots\/([^/]+))?$/i.exec(id) ?? [];
  return slot === undefined ? site : `${site}/${slot}`;
}

export const reads = ({ references }: FoundReader, { id }: FoundSecret): boolean =>
  references.some((reference) => isOf(id, reference));

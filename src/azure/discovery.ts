import { SecretClient } from '@azure/keyvault-secrets';
import type { ResourceId, SecretId } from '../core/model.ts';
import { parseResourceId, parseSecretId } from '../core/model.ts';
import { anItem, failureFrom, type Item, isTrue, itemsOf, propertiesOf, resourceManager, textOf } from './arm.ts';
import type { Access } from './authorised.ts';
import { within } from './deadline.ts';
import { vaultIn } from './estate.ts';
import { patient } from './patience.ts';
import { API_VERSION } from './posture.ts';
import { referenceIn, type SecretReference, secretAt } from './secret-reference.ts';

/** A list, or why it cannot be had. */
export type Seen<T> =
  | { readonly is: 'seen'; readonly items: readonly T[] }
  | { readonly is: 'forbidden' | 'unavailable' };

export interface FoundResource {
  readonly id: ResourceId;
  /** The same as ARM writes it. */
  readonly address: string;
  /** In its own letter case. */
  readonly name: string;
  /** Lower case. */
  readonly hostName: string;
  readonly localAuthDisabled: boolean;
}

export interface FoundSecret {
  readonly id: SecretId;
  /** The same in the letters that it was given. */
  readonly address: string;
}

/** An application that the platform hands secrets to. */
export interface FoundApp {
  readonly kind: 'app-service-reference' | 'container-app';
  /** ARM id, as ARM writes it. */
  readonly id: string;
}

/**
 * What a person may see of Azure, to write a first rotation.json from. Each list is complete, or leaves out without a word what the person
 * may not read, as ARM does.
 */
export interface Discovery {
  subscriptions(): Promise<Seen<{ readonly id: string; readonly name: string }>>;
  resources(subscription: string): Promise<Seen<FoundResource>>;
  /** Host names of the vaults. */
  vaults(subscription: string): Promise<Seen<string>>;
  /** Secrets that are enabled; those of certificates are left out. */
  secrets(vault: string): Promise<Seen<FoundSecret>>;
  sites(subscription: string): Promise<Seen<FoundApp>>;
  slots(site: string): Promise<Seen<FoundApp>>;
  /** What the settings of a site or slot refer to. */
  references(site: string): Promise<Seen<SecretReference>>;
  containerApps(subscription: string): Promise<Seen<FoundApp & { readonly references: readonly SecretReference[] }>>;
}

const SUBSCRIPTIONS_API_VERSION = '2022-12-01';
const VAULTS_API_VERSION = '2023-07-01';
const SITES_API_VERSION = '2022-03-01';
const CONTAINER_APPS_API_VERSION = '2024-03-01';

export function azureDiscovery(access: Access, signal: AbortSignal): Discovery {
  const arm = resourceManager(access);
  const listed = <T>(
    path: string,
    apiVersion: string,
    read: (item: Item) => T | readonly T[] | null,
  ): Promise<Seen<T>> =>
    seen(async () => {
      const items = await within(signal, (limit) => arm.list(path, apiVersion, limit));
      return items.flatMap((item) => read(item) ?? []);
    });
  const ofSubscription = (subscription: string, type: string): string =>
    `/subscriptions/${subscription}/providers/${type}`;

  return {
    subscriptions: () =>
      listed('/subscriptions', SUBSCRIPTIONS_API_VERSION, ({ subscriptionId, displayName, state }) => {
        const id = textOf(subscriptionId);
        // Of a disabled one lists are refused.
        return id === null || textOf(state) === 'Disabled' ? null : { id, name: textOf(displayName) ?? id };
      }),
    resources: (subscription) =>
      listed(ofSubscription(subscription, 'Microsoft.SignalRService/signalR'), API_VERSION, resourceIn),
    vaults: (subscription) =>
      listed(
        ofSubscription(subscription, 'Microsoft.KeyVault/vaults'),
        VAULTS_API_VERSION,
        (item) => vaultIn(item)?.host ?? null,
      ),
    secrets: (vault) => seen(() => within(signal, (limit) => secretsOf(vault, access, limit))),
    sites: (subscription) => listed(ofSubscription(subscription, 'Microsoft.Web/sites'), SITES_API_VERSION, siteIn),
    slots: (site) => listed(`${site}/slots`, SITES_API_VERSION, siteIn),
    references: (site) =>
      seen(async () => {
        const kinds = ['appsettings', 'connectionstrings'];
        const lists = await Promise.all(
          kinds.map((kind) =>
            within(signal, (limit) => arm.list(`${site}/config/configreferences/${kind}`, SITES_API_VERSION, limit)),
          ),
        );
        return lists.flat().flatMap((item) => referenceIn(textOf(propertiesOf(item).reference) ?? '') ?? []);
      }),
    containerApps: (subscription) =>
      listed(ofSubscription(subscription, 'Microsoft.App/containerApps'), CONTAINER_APPS_API_VERSION, (item) => {
        const id = textOf(item.id);
        const secrets = itemsOf(anItem(propertiesOf(item).configuration).secrets);
        const references = secrets.flatMap(({ keyVaultUrl }) => secretAt(textOf(keyVaultUrl) ?? '') ?? []);
        return id === null ? null : { kind: 'container-app', id, references };
      }),
  };
}

async function seen<T>(list: () => Promise<readonly T[]>): Promise<Seen<T>> {
  try {
    return { is: 'seen', items: await list() };
  } catch (error) {
    const { status, code } = failureFrom(error);
    // Nothing of a kind can be in a subscription that is not registered for it.
    if (code === 'MissingSubscriptionRegistration') return { is: 'seen', items: [] };
    return { is: [401, 403, 404].includes(status ?? 0) ? 'forbidden' : 'unavailable' };
  }
}

async function secretsOf(vault: string, access: Access, abortSignal: AbortSignal): Promise<readonly FoundSecret[]> {
  const client = new SecretClient(`https://${vault}`, access.credential, patient(access.httpClient));
  const found: FoundSecret[] = [];
  for await (const { name, enabled, certificateKeyId } of client.listPropertiesOfSecrets({ abortSignal })) {
    const address = `https://${vault}/secrets/${name}`;
    const id = parseSecretId(address);
    // Behind a certificate lies its private key, which is nobody's business here.
    if (id !== null && enabled !== false && certificateKeyId === undefined) found.push({ id, address });
  }
  return found;
}

function resourceIn(item: Item): FoundResource | null {
  const address = textOf(item.id) ?? '';
  const id = parseResourceId(address);
  const { hostName, disableLocalAuth } = propertiesOf(item);
  const host = textOf(hostName)?.toLowerCase();
  if (id === null || host === undefined) return null;
  return { id, address, name: textOf(item.name) ?? '', hostName: host, localAuthDisabled: isTrue(disableLocalAuth) };
}

function siteIn(item: Item): FoundApp | null {
  const id = textOf(item.id);
  return id === null ? null : { kind: 'app-service-reference', id };
}

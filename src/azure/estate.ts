import { SubscriptionForbidden } from '../app/errors.ts';
import type { Estate, ListedResource } from '../app/ports.ts';
import { parseResourceId } from '../core/model.ts';
import type { VaultSeen } from '../core/posture.ts';
import { anItem, failureFrom, type Item, instantOf, oneOf, propertiesOf, resourceManager, textOf } from './arm.ts';
import type { Access } from './authorised.ts';
import { within } from './deadline.ts';
import { unavailable } from './failure.ts';
import { API_VERSION, postureIn } from './posture.ts';

const VAULTS_API_VERSION = '2023-07-01';

/** What a subscription holds, over ARM. A list is not complete: it leaves out, without a word, what the app may not read. */
export function azureEstate(access: Access): (signal: AbortSignal) => Estate {
  const arm = resourceManager(access);
  return (signal) => {
    const list = async (subscription: string, type: string, apiVersion: string): Promise<readonly Item[]> => {
      const path = `/subscriptions/${subscription}/providers/${type}`;
      try {
        return await within(signal, (limit) => arm.list(path, apiVersion, limit));
      } catch (error) {
        const failure = failureFrom(error);
        // Nothing of a kind can be in a subscription that is not registered for it.
        if (failure.code === 'MissingSubscriptionRegistration') return [];
        if ([401, 403, 404].includes(failure.status ?? 0)) throw new SubscriptionForbidden(subscription);
        throw unavailable('Azure Resource Manager', failure);
      }
    };

    return {
      async resources(subscription) {
        const listed = await list(subscription, 'Microsoft.SignalRService/signalR', API_VERSION);
        return listed.flatMap((item) => resourceIn(item) ?? []);
      },
      async vaults(subscription) {
        const listed = await list(subscription, 'Microsoft.KeyVault/vaults', VAULTS_API_VERSION);
        return listed.flatMap((item) => vaultIn(item) ?? []);
      },
    };
  };
}

/** null where its id is none. */
export function resourceIn(item: Item): ListedResource | null {
  const id = textOf(item.id) ?? '';
  const resource = parseResourceId(id);
  return (
    resource && {
      resource,
      name: id.split('/').at(-1) ?? '',
      createdAt: instantOf(anItem(item.systemData).createdAt),
      posture: postureIn(item),
    }
  );
}

/** null for one without an id or an address: no publication could be known to lie in it. */
export function vaultIn(item: Item): VaultSeen | null {
  const resourceId = textOf(item.id)?.toLowerCase() ?? '';
  const [, , subscription = ''] = resourceId.split('/');
  const address = textOf(propertiesOf(item).vaultUri) ?? '';
  if (subscription === '' || !URL.canParse(address)) return null;
  return {
    host: new URL(address).hostname,
    resourceId,
    subscription,
    publicAccess: publicAccessIn(propertiesOf(item)),
  };
}

function publicAccessIn({ publicNetworkAccess, networkAcls }: Item): VaultSeen['publicAccess'] {
  const { defaultAction, ipRules, virtualNetworkRules } = anItem(networkAcls);
  // Each of the two overrides the vault's own rules.
  if (oneOf(publicNetworkAccess, ['Disabled']) !== null) return 'closed';
  if (oneOf(publicNetworkAccess, ['SecuredByPerimeter']) !== null) return 'restricted';
  if (oneOf(defaultAction, ['Deny']) === null) return 'open';
  return isEmpty(ipRules) && isEmpty(virtualNetworkRules) ? 'closed' : 'restricted';
}

const isEmpty = (rules: unknown): boolean => !Array.isArray(rules) || rules.length === 0;

import { admit, authorizationFailed, same, subscriptionNotFound } from './arm-access.ts';
import { type Answer, type Ask, failure } from './http.ts';
import { paged } from './pages.ts';
import type { SubscriptionAt } from './subscription.ts';
import type { Vault } from './vault.ts';

const apiVersions = ['2023-07-01'];
const listPath = /^\/subscriptions\/([^/]+)\/providers\/Microsoft\.KeyVault\/vaults\/?$/i;
const pageSize = 100;

/** The vaults of a subscription as ARM lists them; nothing else of their management. */
export function answerVaults(ask: Ask, vaults: readonly Vault[], subscriptionAt: SubscriptionAt): Answer {
  const principal = admit(ask, apiVersions);
  if (typeof principal !== 'string') return principal;
  const id = ask.path.match(listPath)?.[1];
  if (ask.method !== 'GET' || id === undefined) {
    return failure(
      404,
      'InvalidResourceType',
      'The local Azure lists the vaults of a subscription, and no more of them.',
    );
  }
  const subscription = subscriptionAt(id);
  if (!subscription) return subscriptionNotFound(id);
  if (subscription.denials.forbids('listVaults', principal)) {
    return authorizationFailed(principal, 'Microsoft.KeyVault/vaults/read', subscription.scope);
  }
  const listed = vaults.filter((vault) => same(vault.subscriptionId, id) && !vault.denials.forbids('read', principal));
  return paged(ask, listed.map(describeVault), pageSize);
}

export function describeVault(vault: Vault): Record<string, unknown> {
  const { publicNetworkAccess, networkAcls } = vault;
  return {
    id: vault.id,
    name: vault.name,
    type: 'Microsoft.KeyVault/vaults',
    location: vault.location,
    tags: {},
    properties: {
      sku: { family: 'A', name: 'standard' },
      tenantId: '00000000-0000-0000-0000-00000000000f',
      // A vault whose network nobody has ever set has none of this.
      ...(networkAcls && {
        networkAcls: {
          bypass: 'AzureServices',
          defaultAction: networkAcls.defaultAction,
          ipRules: (networkAcls.ipRules ?? []).map((value) => ({ value })),
          virtualNetworkRules: (networkAcls.subnets ?? []).map((subnet) => ({ id: subnet })),
        },
      }),
      privateEndpointConnections: [],
      accessPolicies: [],
      enableSoftDelete: true,
      enableRbacAuthorization: true,
      vaultUri: `https://${vault.host}/`,
      provisioningState: 'Succeeded',
      publicNetworkAccess,
    },
  };
}

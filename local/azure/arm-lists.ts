import { admit, authorizationFailed, same, subscriptionNotFound } from './arm-access.ts';
import { describe as describeContainerApp } from './arm-container-apps.ts';
import type { ContainerApp } from './container-app.ts';
import type { Answer, Ask } from './http.ts';
import { paged } from './pages.ts';
import type { Site } from './site.ts';
import type { Subscription, SubscriptionAt, SubscriptionOperation } from './subscription.ts';

const pageSize = 100;
const subscriptionsPath = /^\/subscriptions\/?$/i;
const appsPath = /^\/subscriptions\/([^/]+)\/providers\/(Microsoft\.Web\/sites|Microsoft\.App\/containerApps)\/?$/i;
const slotsPath =
  /^(\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Web\/sites\/[^/]+)\/slots\/?$/i;

interface Known {
  readonly subscriptions: readonly Subscription[];
  readonly subscriptionAt: SubscriptionAt;
  readonly sites: readonly Site[];
  readonly containerApps: readonly ContainerApp[];
}

/** What a person asks for to find out what there is. The app asks for none of it. null: it is something else. */
export function answerLists(ask: Ask, { subscriptions, subscriptionAt, sites, containerApps }: Known): Answer | null {
  if (ask.method !== 'GET') return null;
  if (subscriptionsPath.test(ask.path)) {
    const principal = admit(ask, ['2022-12-01']);
    return typeof principal === 'string' ? paged(ask, subscriptions.map(describeSubscription), pageSize) : principal;
  }
  const [, site] = ask.path.match(slotsPath) ?? [];
  if (site !== undefined) {
    const principal = admit(ask, ['2022-03-01']);
    if (typeof principal !== 'string') return principal;
    const slots = sites.filter(({ id, slot }) => slot !== null && same(id.replace(/\/slots\/[^/]+$/, ''), site));
    return paged(ask, slots.map(describeSite), pageSize);
  }
  const [, subscription, type = ''] = ask.path.match(appsPath) ?? [];
  if (subscription === undefined) return null;
  const isSites = /sites$/i.test(type);
  const principal = admit(ask, [isSites ? '2022-03-01' : '2024-03-01']);
  if (typeof principal !== 'string') return principal;
  const found = subscriptionAt(subscription);
  if (!found) return subscriptionNotFound(subscription);
  const operation: SubscriptionOperation = isSites ? 'listSites' : 'listContainerApps';
  if (found.denials.forbids(operation, principal)) return authorizationFailed(principal, `${type}/read`, found.scope);
  const isThere = ({ id }: { readonly id: string }) => same(id.split('/')[2] ?? '', subscription);
  const listed = isSites
    ? sites.filter((each) => each.slot === null && isThere(each)).map(describeSite)
    : containerApps.filter(isThere).map(describeContainerApp);
  return paged(ask, listed, pageSize);
}

const describeSubscription = ({ id, scope }: Subscription): unknown => ({
  id: scope,
  subscriptionId: id,
  displayName: `local ${id.slice(-4)}`,
  state: 'Enabled',
});

const describeSite = ({ id, name, slot }: Site): unknown => ({
  id,
  name: slot === null ? name : `${name}/${slot}`,
  type: slot === null ? 'Microsoft.Web/sites' : 'Microsoft.Web/sites/slots',
  kind: 'app,linux',
  properties: { state: 'Running' },
});

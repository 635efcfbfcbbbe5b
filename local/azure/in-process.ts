import { randomUUID } from 'node:crypto';
import type { TokenCredential } from '@azure/core-auth';
import { CLOUDS, type Cloud } from '../../src/core/clouds.ts';
import { answerArm } from './arm.ts';
import { same } from './arm-access.ts';
import { answerContainerApps } from './arm-container-apps.ts';
import { answerInsights } from './arm-insights.ts';
import { answerLists } from './arm-lists.ts';
import { answerSites } from './arm-sites.ts';
import { answerVaults } from './arm-vaults.ts';
import { Authorisation, type AuthorisationOptions } from './authorization/authorisation.ts';
import { ContainerApp, type ContainerAppOptions } from './container-app.ts';
import { answerDataPlane } from './data-plane.ts';
import { answerTopic, answerWebhook, type ReceivedEvent } from './event-receivers.ts';
import { Faults } from './faults.ts';
import type { Ask, Caller, Clock, Outcome } from './http.ts';
import { answerIdentity, issueToken, rotator } from './identity.ts';
import { answerKeyVault } from './key-vault.ts';
import { type SignalROptions, SignalRResource, type Timing } from './signalr-resource.ts';
import { Site, type SiteOptions } from './site.ts';
import { Subscription, usualSubscription } from './subscription.ts';
import { Vault, type VaultOptions } from './vault.ts';

export interface AzureOptions {
  /** Default: the public one. Nothing of another cloud is there. */
  readonly cloud?: Cloud;
  readonly clock?: Clock;
  readonly timing?: Partial<Timing>;
  /** What the app may do. Default: nothing, until `authorisation.deploy` is told of a rotation.json. */
  readonly authorisation?: AuthorisationOptions;
}

export interface SeenRequest {
  readonly at: number;
  readonly from: Caller;
  /** `identity` for the token endpoint. */
  readonly host: string;
  readonly method: string;
  /** Without its query, which may carry a token. */
  readonly path: string;
  /** `null` while it is not answered, and for good when it hangs. */
  status: number | 'dropped' | null;
}

/** An Azure of one's own: what a test or scenario builds the world with, breaks it with, and looks at afterwards. */
export interface AzureInProcess {
  readonly clock: Clock;
  /** What the token endpoint wants to see in `X-IDENTITY-HEADER`. */
  readonly identityHeader: string;
  /** A request that has arrived. `hang`: nobody ever answers it. */
  take(ask: Ask): Outcome | 'hang';
  /** The newest 10,000, oldest first. */
  readonly requests: readonly SeenRequest[];
  readonly resources: readonly SignalRResource[];
  readonly vaults: readonly Vault[];
  readonly sites: readonly Site[];
  readonly containerApps: readonly ContainerApp[];
  /** What topics and webhooks took, in order. `faults` makes them refuse. */
  readonly events: readonly ReceivedEvent[];
  readonly faults: Faults;
  /** The roles of the app, and what it did with them. */
  readonly authorisation: Authorisation;
  addSignalR(options: SignalROptions): SignalRResource;
  addVault(name: string, options?: VaultOptions): Vault;
  /** Who may list in it. The usual one is there, and those of resources and vaults; any other is added. */
  subscription(id?: string): Subscription;
  addSite(options: SiteOptions): Site;
  addContainerApp(options: ContainerAppOptions): ContainerApp;
  /** An Event Grid topic. @returns its endpoint */
  addTopic(name: string): string;
  /** @returns where it takes events */
  addWebhook(host: string): URL;
  /** Any other host: an application's own endpoint, say. Added again, it answers anew. */
  addEndpoint(host: string, answer: (ask: Ask) => Outcome): void;
  /** Tokens without the identity endpoint, whose SDK keeps endpoint and cache for the whole process. */
  credential(principal?: string): TokenCredential;
}

const usualTiming: Timing = { operation: 1_500, newKeyAccepted: 1_000, oldKeyRefused: 1_000, logged: 180_000 };

/** Without a wire: `server.ts` puts one in front. */
export function createAzure(options: AzureOptions = {}): AzureInProcess {
  const { cloud = CLOUDS.AzureCloud } = options;
  const clock = options.clock ?? { now: () => Date.now() };
  const timing = { ...usualTiming, ...options.timing };
  const identityHeader = randomUUID();
  const requests: SeenRequest[] = [];
  const resources: SignalRResource[] = [];
  const vaults: Vault[] = [];
  const sites: Site[] = [];
  const containerApps: ContainerApp[] = [];
  const events: ReceivedEvent[] = [];
  const endpoints = new Map<string, (ask: Ask) => Outcome>();
  /** Ids of topics by their host. */
  const topics = new Map<string, string>();
  const faults = new Faults();
  const subscriptions = [new Subscription()];

  const byHost = new Map<string, SignalRResource>();
  const vaultsByHost = new Map<string, Vault>();

  const vaultAt = (host: string) => vaultsByHost.get(host);
  const added = <T>(all: T[], one: T): T => {
    all.push(one);
    return one;
  };
  const subscriptionAt = (id: string) => subscriptions.find((each) => same(each.id, id)) ?? null;
  const subscriptionOf = (id: string) => subscriptionAt(id) ?? added(subscriptions, new Subscription(id));

  const ground = {
    vaultAt: (host: string) => vaultAt(host)?.id ?? null,
    topicAt: (host: string) => topics.get(host) ?? null,
  };
  const authorisation = new Authorisation(options.authorisation ?? {}, ground, cloud);

  const answer = (ask: Ask): Outcome => authorisation.guard(ask, () => answerUnguarded(ask));
  const answerUnguarded = (ask: Ask): Outcome => {
    if (ask.host === 'identity') return answerIdentity(ask, identityHeader);
    if (ask.host === cloud.resourceManager) return answerResourceManager(ask);
    const vault = vaultAt(ask.host);
    if (vault) return answerKeyVault(ask, vault);
    const resource = byHost.get(ask.host);
    if (resource) return answerDataPlane(ask, resource, clock);
    return endpoints.get(ask.host)?.(ask) ?? 'dropped';
  };
  const answerResourceManager = (ask: Ask): Outcome => {
    const list = answerLists(ask, { subscriptions, subscriptionAt, sites, containerApps });
    if (list !== null) return list;
    if (/\/providers\/Microsoft\.Insights\//i.test(ask.path)) {
      return answerInsights(ask, { resources, subscriptionAt, clock });
    }
    if (/\/providers\/Microsoft\.KeyVault\//i.test(ask.path)) return answerVaults(ask, vaults, subscriptionAt);
    if (/\/providers\/Microsoft\.Web\//i.test(ask.path)) return answerSites(ask, sites);
    if (/\/providers\/Microsoft\.App\//i.test(ask.path)) return answerContainerApps(ask, containerApps);
    return answerArm(ask, { resources, subscriptionAt, clock });
  };

  const take = (ask: Ask): Outcome | 'hang' => {
    const { from, host, method, path } = ask;
    const seen: SeenRequest = { at: clock.now(), from, host, method, path, status: null };
    requests.push(seen);
    // `npm start` may run for days.
    if (requests.length > 10_000) requests.shift();
    const fault = faults.take(ask);
    if (fault === 'hang') return fault;
    if (fault === 'hang-after') {
      answer(ask);
      return 'hang';
    }
    if (fault === 'lose-answer') answer(ask);
    const outcome = fault === 'reset' || fault === 'lose-answer' ? 'dropped' : (fault ?? answer(ask));
    seen.status = outcome === 'dropped' ? outcome : outcome.status;
    return outcome;
  };

  return {
    clock,
    identityHeader,
    take,
    requests,
    resources,
    vaults,
    sites,
    containerApps,
    events,
    faults,
    authorisation,
    addSignalR(one) {
      const resource = added(resources, new SignalRResource({ cloud, ...one }, clock, timing));
      // The first that was made has it: a second one of its name is another's mistake.
      for (const host of hostsOf(resource)) if (!byHost.has(host)) byHost.set(host, resource);
      subscriptionOf(resource.subscriptionId);
      return resource;
    },
    addVault(name, options) {
      const vault = added(vaults, new Vault(name, clock, { cloud, ...options }));
      if (!vaultsByHost.has(vault.host)) vaultsByHost.set(vault.host, vault);
      subscriptionOf(vault.subscriptionId);
      return vault;
    },
    subscription: (id = usualSubscription) => subscriptionOf(id),
    addSite: (one) => added(sites, new Site(one, clock, vaultAt)),
    addContainerApp: (one) => added(containerApps, new ContainerApp(one, clock, vaultAt)),
    addTopic(name) {
      const host = `${name}.westeurope-1.${cloud.eventGrid}`.toLowerCase();
      endpoints.set(host, (ask) =>
        answerTopic(ask, `https://${cloud.eventGrid}`, (event) => events.push({ by: 'topic', host, event })),
      );
      topics.set(
        host,
        `/subscriptions/${usualSubscription}/resourceGroups/rg-events/providers/Microsoft.EventGrid/topics/${name}`,
      );
      return `https://${host}/api/events`;
    },
    addWebhook(host) {
      endpoints.set(host, (ask) => answerWebhook(ask, (event) => events.push({ by: 'webhook', host, event })));
      return new URL(`https://${host}/events`);
    },
    addEndpoint: (host, answer) => void endpoints.set(host.toLowerCase(), answer),
    credential: (principal = rotator) => ({
      getToken(scopes) {
        const scope = Array.isArray(scopes) ? (scopes[0] ?? '') : scopes;
        const { token, expiresOn } = issueToken(scope.replace(/\/\.default$/, ''), principal);
        return Promise.resolve({ token, expiresOnTimestamp: expiresOn * 1000 });
      },
    }),
  };
}

function hostsOf(resource: SignalRResource): string[] {
  return [...resource.hostNames, ...resource.endpointHosts.map((host) => host.toLowerCase())];
}

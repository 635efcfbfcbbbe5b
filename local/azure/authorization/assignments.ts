import type { RotationConfig } from '../../../src/config.ts';
import type { Consumer } from '../../../src/core/model.ts';
import type { Occasion, Rule, ScopeKind } from './roles.ts';

/** The part of rotation.json that rights follow from. */
export type Listed = Pick<RotationConfig, 'targets' | 'subscriptions'> & {
  readonly notify: Pick<RotationConfig['notify'], 'topic'>;
};

/** Where those are that rotation.json names by their address; null for what is not there. A deployment gets them as parameters. */
export interface Ground {
  /** @param host without a port */
  vaultAt(host: string): string | null;
  topicAt(host: string): string | null;
}

/** Something that is listed, and the ids that a role can be assigned on for it. */
export interface Need {
  readonly when: Occasion;
  readonly scopes: Partial<Readonly<Record<ScopeKind, string>>>;
}

export interface Assignment {
  /** Its name in roles.json. */
  readonly role: string;
  readonly scope: string;
}

export type GrantScope = 'resource' | 'resourceGroup' | 'subscription';

export function needsOf({ targets, subscriptions, notify }: Listed, ground: Ground): readonly Need[] {
  const topic = notify.topic === null ? null : ground.topicAt(new URL(notify.topic).hostname);
  return [
    { when: 'always', scopes: {} },
    ...targets.flatMap(({ resourceId, publications, consumers }): Need[] => [
      { when: 'target', scopes: { target: resourceId } },
      ...publications.flatMap(({ secret }): Need[] => {
        const { hostname, pathname } = new URL(secret);
        const vault = ground.vaultAt(hostname);
        return vault === null ? [] : [{ when: 'publication', scopes: { secret: `${vault}${pathname}` } }];
      }),
      ...consumers.flatMap(needsOfConsumer),
    ]),
    ...subscriptions.map((id): Need => ({ when: 'subscription', scopes: { subscription: `/subscriptions/${id}` } })),
    ...(topic === null ? [] : [{ when: 'topic', scopes: { topic } } as const]),
  ];
}

function needsOfConsumer({ evidence }: Consumer): readonly Need[] {
  switch (evidence.kind) {
    case 'container-app':
      return [{ when: evidence.kind, scopes: { consumer: evidence.resourceId } }];
    case 'app-service-reference':
      return needsOfSite(evidence.resourceId, evidence.nudge);
    default:
      return [];
  }
}

/** Who restarts an app has refreshed it before. */
function needsOfSite(consumer: string, nudge: 'none' | 'refresh' | 'restart'): readonly Need[] {
  const is = /\/slots\/[^/]+$/i.test(consumer) ? 'slot' : 'site';
  const occasions: Occasion[] = [
    is,
    ...(nudge === 'none' ? [] : [`${is}-refresh` as const]),
    ...(nudge === 'restart' ? [`${is}-restart` as const] : []),
  ];
  return occasions.map((when) => ({ when, scopes: { consumer } }));
}

/** As if it were listed itself, and pushed in every way if it is an app. */
export function needsOfScope(scope: string): readonly Need[] {
  const is = (pattern: RegExp) => pattern.test(scope);
  if (is(/^\/subscriptions\/[^/]+$/i)) return [{ when: 'subscription', scopes: { subscription: scope } }];
  if (is(/\/Microsoft\.SignalRService\/signalR\/[^/]+$/i)) return [{ when: 'target', scopes: { target: scope } }];
  if (is(/\/secrets\/[^/]+$/i)) return [{ when: 'publication', scopes: { secret: scope } }];
  if (is(/\/Microsoft\.Web\/sites\//i)) return needsOfSite(scope, 'restart');
  if (is(/\/containerApps\/[^/]+$/i)) return [{ when: 'container-app', scopes: { consumer: scope } }];
  return is(/\/topics\/[^/]+$/i) ? [{ when: 'topic', scopes: { topic: scope } }] : [];
}

/** What the rules give the app for it. */
export function assignmentsFor(
  needs: readonly Need[],
  rules: readonly Rule[],
  grantScope: GrantScope = 'resource',
): readonly Assignment[] {
  return needs.flatMap(({ when, scopes }) =>
    rules.flatMap((rule): Assignment[] => {
      const scope = scopes[rule.scope];
      if (rule.principal !== 'app' || rule.when !== when || scope === undefined) return [];
      return [{ role: rule.role, scope: rule.widens ? widened(scope, grantScope) : scope }];
    }),
  );
}

function widened(scope: string, to: GrantScope): string {
  const form = { resource: /^.*$/, resourceGroup: /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+/i };
  const [found = scope] = scope.match(to === 'subscription' ? /^\/subscriptions\/[^/]+/i : form[to]) ?? [];
  return found;
}

import { describe, expect, it } from 'vitest';
import {
  assignmentsIn,
  MOST_ASSIGNMENTS,
  MOST_CHARACTERS,
  MOST_SUBSCRIPTIONS,
  type RotationFile,
  whatHinders,
} from '../../scripts/provisioning.ts';
import { anInstallation, grantsIn, signalr, site } from './a-deployment.ts';
import { infraSources, readInfra } from './bicep/sources.ts';
import type { Deployment } from './deploy/deploy.ts';
import { expandedSize, nestedSize } from './deploy/size.ts';

/** https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices#template-limits, read in November 2026. */
const LIMITS = {
  resources: 800,
  templateBytes: 4 * 1024 * 1024,
  resourceBytes: 1024 * 1024,
  parameters: 256,
  variables: 512,
  outputs: 64,
  nameOfDeployment: 64,
  assignmentsOfSubscription: 4_000,
} as const;

/** What of a deployment, or of one within it, goes past a limit of ARM. */
function beyond(whole: Deployment): readonly string[] {
  const infra = readInfra(infraSources());
  const counts = whole.all.flatMap((each) => [
    ...[[each, 'resources', each.resources.length + each.children.length] as const],
    ...[[each, 'templateBytes', expandedSize(each, infra)] as const],
    ...each.children.map((child) => [child, 'resourceBytes', nestedSize(child, infra)] as const),
    ...[[each, 'parameters', each.template.params.length] as const],
    ...[[each, 'variables', each.template.variables.length] as const],
    ...[[each, 'outputs', each.template.outputs.length] as const],
    ...[[each, 'nameOfDeployment', each.name.length] as const],
  ]);
  const perSubscription = Object.groupBy(grantsIn(whole), ({ scope }) => scope.split('/')[2] ?? '');
  const crowded = Object.entries(perSubscription).filter(
    ([, grants = []]) => grants.length > LIMITS.assignmentsOfSubscription,
  );
  return [
    ...counts
      .filter(([, limit, count]) => count > LIMITS[limit])
      .map(([{ template, name }, limit, count]) => `${template.path} (${name}): ${count} ${limit}`),
    ...crowded.map(([id]) => `${id}: too many role assignments`),
    ...twice(whole),
  ];
}

/** Two deployments of one name in one place are one, and the second fails. */
function twice(whole: Deployment): readonly string[] {
  const names = whole.all.map(({ name, place }) => `${place.subscription}/${place.group?.toLowerCase()}/${name}`);
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))].map((name) => `${name} is there twice`);
}

const subscriptionId = (i: number): string => `${String(i).padStart(8, '0')}-0000-0000-0000-000000000000`;

/** So many targets, spread over groups and subscriptions, each with a vault of its group and a site. */
function aFleet(targets: number, { groups = 1, subscriptions = 1, consumers = 1 } = {}): RotationFile {
  return {
    targets: Array.from({ length: targets }, (_, i) => {
      const [subscription, group] = [subscriptionId(i % subscriptions), `rg-${i % groups}`];
      return {
        name: `target-${i}`,
        resourceId: signalr(`signalr-${i}`, group, subscription),
        publications: [
          { secret: `https://kv-${i % groups}-${i % subscriptions}.vault.azure.net/secrets/signalr-${i}` },
        ],
        consumers: Array.from({ length: consumers }, (_, n) => ({
          name: `web-${n}`,
          evidence: 'app-service-reference',
          resourceId: site(`web-${i}-${n}`, group, subscription),
        })),
      };
    }),
  };
}

const groupIds = (count: number, subscriptions: number) =>
  Array.from({ length: count }, (_, i) => `/subscriptions/${subscriptionId(i % subscriptions)}/resourceGroups/rg-${i}`);

describe('no deployment goes past a limit of ARM', () => {
  it('for 10 targets, resource by resource', () => {
    expect(beyond(anInstallation({ rotation: aFleet(10, { groups: 3, subscriptions: 2 }) }))).toEqual([]);
  });

  it('for as many assignments as are made one by one, in one group, in a group each, and in a subscription each', () => {
    const perTarget = assignmentsIn(aFleet(1)).length;
    const targets = Math.floor(MOST_ASSIGNMENTS / perTarget);
    for (const spread of [{}, { groups: targets }, { groups: targets, subscriptions: MOST_SUBSCRIPTIONS }]) {
      const rotation = aFleet(targets, spread);
      expect(whatHinders(JSON.stringify(rotation), 'resource')).toEqual([]);
      expect(beyond(anInstallation({ rotation }))).toEqual([]);
    }
    const alone = aFleet(MOST_ASSIGNMENTS / 2, { groups: MOST_ASSIGNMENTS / 2, consumers: 0 });
    expect(beyond(anInstallation({ rotation: alone }))).toEqual([]);
  });

  it('for 1,000 targets, by resource group', () => {
    const rotation = aFleet(1_000, { groups: 50, subscriptions: 5 });
    const scopes = groupIds(50, 5);
    const params = { grantScope: 'resourceGroup', targetScopes: scopes, secretScopes: scopes, consumerScopes: scopes };
    expect(whatHinders(JSON.stringify(rotation), 'resourceGroup')).toEqual([]);
    expect(beyond(anInstallation({ rotation, params }))).toEqual([]);
  });

  it('for 10,000 targets, by subscription, whose file Bicep does not load', () => {
    const scopes = Array.from({ length: MOST_SUBSCRIPTIONS }, (_, i) => `/subscriptions/${subscriptionId(i)}`);
    const params = {
      ...{ grantScope: 'subscription', targetScopes: scopes, secretScopes: scopes, consumerScopes: scopes },
      consumerGrants: ['site', 'site-refresh'],
      signalrEvents: 'subscription',
    };
    expect(whatHinders(JSON.stringify(aFleet(10_000)), 'subscription').join()).toContain('rotation.large.json');
    expect(beyond(anInstallation({ params }))).toEqual([]);
  });

  it('for the largest file that Bicep loads', () => {
    const rotation = aFleet(2_200, { groups: 100, subscriptions: 20 });
    const text = JSON.stringify(rotation);
    expect(text.length).toBeGreaterThan(0.9 * MOST_CHARACTERS);
    const params = { grantScope: 'subscription', targetScopes: groupIds(100, 20), vaultEvents: false };
    expect(whatHinders(text, 'subscription')).toEqual([]);
    expect(beyond(anInstallation({ rotation, params }))).toEqual([]);
  });

  it('and one that would is named', () => {
    const rotation = aFleet(1_000, { groups: 1_000 });
    expect(beyond(anInstallation({ rotation })).join()).toMatch(/resources|templateBytes/);
  });
});

describe('what the build says', () => {
  it('counts the assignments that the templates make', () => {
    const rotation = { ...aFleet(7, { groups: 2, subscriptions: 2 }), subscriptions: [subscriptionId(0)] };
    const ours = grantsIn(anInstallation({ rotation })).filter(({ role }) => /^SignalR/.test(role));
    expect(assignmentsIn(rotation)).toHaveLength(ours.length);
  });

  it('names a file that asks for too much, and what to do', () => {
    const large = JSON.stringify(aFleet(126));
    expect(whatHinders(large, 'resource').join()).toMatch(/504 role assignments.*GRANT_SCOPE/);
    expect(whatHinders(large, 'resourceGroup')).toEqual([]);
    const wide = JSON.stringify(aFleet(101, { groups: 101, subscriptions: 101 }));
    expect(whatHinders(wide, 'resource').join()).toContain('101 subscriptions');
  });
});

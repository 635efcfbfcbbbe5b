import { describe, expect, it } from 'vitest';
import {
  anInstallation,
  containerApp,
  grantsIn,
  HOME,
  OTHER,
  resourcesOf,
  signalr,
  site,
  vault,
} from './a-deployment.ts';
import { ARM_TYPES, hold } from './checks/arm-types.ts';
import type { Shape } from './checks/shape.ts';
import { CLOUDS, type CloudName } from './deploy/azure.ts';
import type { Deployment } from './deploy/deploy.ts';
import { isObject, type Value } from './deploy/value.ts';

const rotation = {
  subscriptions: [OTHER],
  targets: [
    {
      name: 'chat',
      resourceId: signalr('Chat'),
      publications: [
        { secret: 'https://kv-a.vault.azure.net/secrets/chat' },
        { secret: 'https://kv-b.vault.azure.net/secrets/chat-key', format: 'access-key' },
      ],
      consumers: [
        { name: 'web', evidence: 'app-service-reference', resourceId: site('web') },
        {
          name: 'stage',
          evidence: 'app-service-reference',
          resourceId: `${site('web')}/slots/stage`,
          nudge: 'restart',
        },
        { name: 'quiet', evidence: 'app-service-reference', resourceId: site('quiet'), nudge: 'none' },
        { name: 'gateway', evidence: 'container-app', resourceId: containerApp('gateway') },
        { name: 'job', evidence: 'ack' },
      ],
    },
    {
      name: 'orders',
      resourceId: signalr('orders', 'rg-orders', OTHER),
      publications: [{ secret: 'https://kv-o.vault.azure.net/secrets/orders' }],
      consumers: [{ name: 'web', evidence: 'app-service-reference', resourceId: site('web') }],
    },
  ],
};
const params = { vaultIds: [vault('kv-a')] };

const shown = (installation: Deployment, pattern = /./): readonly string[] =>
  grantsIn(installation)
    .filter(({ role }) => /^SignalR/.test(role))
    .map(({ role, scope }) => `${role} on ${scope.toLowerCase()}`)
    .filter((line) => pattern.test(line))
    .sort();

describe('the rights of the app', () => {
  it('are what rotation.json asks for, resource by resource, across groups and subscriptions', () => {
    expect(shown(anInstallation({ rotation, params }))).toEqual(
      [
        `SignalR Key Rotator on ${signalr('chat')}`,
        `SignalR Key Rotator on ${signalr('orders', 'rg-orders', OTHER)}`,
        `SignalR Key Publisher on ${vault('kv-a')}/secrets/chat`,
        // Where nobody says where a vault is, it is looked for beside its target.
        `SignalR Key Publisher on ${vault('kv-b', 'rg-chat')}/secrets/chat-key`,
        `SignalR Key Publisher on ${vault('kv-o', 'rg-orders', OTHER)}/secrets/orders`,
        `SignalR Key Site Reader on ${site('web')}`,
        `SignalR Key Site Refresher on ${site('web')}`,
        `SignalR Key Site Reader on ${site('quiet')}`,
        `SignalR Key Slot Reader on ${site('web')}/slots/stage`,
        `SignalR Key Slot Refresher on ${site('web')}/slots/stage`,
        `SignalR Key Slot Restarter on ${site('web')}/slots/stage`,
        `SignalR Key Container App Reader on ${containerApp('gateway')}`,
        `SignalR Key Surveyor on /subscriptions/${OTHER}`,
      ]
        .map((line) => line.replace(/\/subscriptions.*/, (id) => id.toLowerCase()))
        .sort(),
    );
  });

  it('all go to the identity of the app', () => {
    const installation = anInstallation({ rotation, params });
    const { APP_PRINCIPAL_ID } = installation.outputs;
    const ours = grantsIn(installation).filter(({ role }) => /^SignalR/.test(role));
    expect(new Set(ours.map(({ principalId }) => principalId))).toEqual(new Set([APP_PRINCIPAL_ID]));
  });

  it('reach as wide as grantScope says, and where the scopes say', () => {
    const targetScopes = [`/subscriptions/${HOME}/resourceGroups/rg-chat`, `/subscriptions/${OTHER}`];
    const installation = anInstallation({
      rotation,
      params: { ...params, grantScope: 'resourceGroup', targetScopes, secretScopes: [], consumerScopes: [] },
    });
    expect(shown(installation)).toEqual([
      `SignalR Key Rotator on /subscriptions/${HOME}`.concat('/resourcegroups/rg-chat'),
      `SignalR Key Rotator on /subscriptions/${OTHER}`,
      `SignalR Key Surveyor on /subscriptions/${OTHER}`,
    ]);
  });

  it('of a wider grantScope on consumers are those that rotation.json asks for', () => {
    const consumerScopes = [`/subscriptions/${HOME}`];
    const wide = (rotationFile: unknown, more: Record<string, Value> = {}) =>
      shown(
        anInstallation({ rotation: rotationFile, params: { grantScope: 'subscription', consumerScopes, ...more } }),
        /Site|Slot|Container/,
      );
    const [target] = rotation.targets;
    const asking = { targets: [{ ...target, consumers: [target?.consumers[2]] }] };
    expect(wide(asking)).toEqual([`SignalR Key Site Reader on /subscriptions/${HOME}`]);
    // A file that is too large for Bicep asks for nothing, so that somebody has to say.
    expect(wide({ targets: [] }, { consumerGrants: ['container-app'] })).toEqual([
      `SignalR Key Container App Reader on /subscriptions/${HOME}`,
    ]);
  });

  it('have names that come from scope, principal and role, so that nothing is granted twice', () => {
    const first = anInstallation({ rotation, params });
    const names = (installation: Deployment) =>
      resourcesOf(installation, 'Microsoft.Authorization/roleAssignments').map(({ id }) => id);
    expect(names(anInstallation({ rotation, params }))).toEqual(names(first));
    expect(new Set(names(first)).size).toBe(names(first).length);
  });

  it('do not hold a SignalR resource by write, unless somebody turns on the second identity', () => {
    const withChanges = anInstallation({ rotation, params: { allowResourceChanges: true } });
    const changers = grantsIn(withChanges).filter(({ role }) => role === 'SignalR Changer');
    expect(changers.map(({ scope }) => scope)).toEqual([
      `/subscriptions/${HOME}/resourceGroups/rg-chat`,
      `/subscriptions/${OTHER}/resourceGroups/rg-orders`,
    ]);
    expect(changers.map(({ principalId }) => principalId)).not.toContain(withChanges.outputs.APP_PRINCIPAL_ID);
    expect(shown(anInstallation({ rotation }), /Changer/)).toEqual([]);
  });
});

describe('events', () => {
  const topicsOf = (installation: Deployment) =>
    resourcesOf(installation, 'Microsoft.EventGrid/systemTopics').map(({ id, body }) => ({
      in: id.split('/').slice(2, 5).join('/'),
      source: (body.properties as { source: string }).source,
      location: body.location,
    }));

  it('come from the groups of the targets and from each vault, by topics in the subscription of their source', () => {
    expect(topicsOf(anInstallation({ rotation, params }))).toEqual([
      ...['rg-chat'].map((group) => ({
        in: `${HOME}/resourceGroups/${group}`,
        source: `/subscriptions/${HOME}/resourcegroups/${group}`,
        location: 'global',
      })),
      { in: `${HOME}/resourceGroups/rg-chat`, source: vault('kv-b', 'rg-chat').toLowerCase(), location: 'northeurope' },
      { in: `${HOME}/resourceGroups/rg-vaults`, source: vault('kv-a').toLowerCase(), location: 'northeurope' },
      {
        in: `${OTHER}/resourceGroups/rg-orders`,
        source: `/subscriptions/${OTHER}/resourcegroups/rg-orders`,
        location: 'global',
      },
      {
        in: `${OTHER}/resourceGroups/rg-orders`,
        source: vault('kv-o', 'rg-orders', OTHER).toLowerCase(),
        location: 'northeurope',
      },
    ]);
  });

  it('are heard by topics that are there already, which are not made again', () => {
    const existingTopics = [
      {
        source: `/subscriptions/${HOME}/resourceGroups/rg-chat`,
        topic: `/subscriptions/${HOME}/resourceGroups/rg-chat/providers/Microsoft.EventGrid/systemTopics/theirs`,
      },
    ];
    const installation = anInstallation({ rotation, params: { ...params, vaultEvents: false, existingTopics } });
    expect(topicsOf(installation).map(({ source }) => source)).toEqual([
      `/subscriptions/${OTHER}/resourcegroups/rg-orders`,
    ]);
    const deliveries = resourcesOf(installation, 'Microsoft.EventGrid/systemTopics/eventSubscriptions');
    expect(deliveries.some(({ name }) => name.startsWith('theirs/'))).toBe(true);
  });

  it('of a subscription need a group in it', () => {
    const installation = anInstallation({ rotation, params: { signalrEvents: 'subscription', vaultEvents: false } });
    expect(topicsOf(installation)).toEqual([
      { in: `${HOME}/resourceGroups/rg-chat`, source: `/subscriptions/${HOME}`, location: 'global' },
      { in: `${OTHER}/resourceGroups/rg-orders`, source: `/subscriptions/${OTHER}`, location: 'global' },
    ]);
  });

  it('are chosen at the source: the operations on keys, and the secrets that are publications', () => {
    const installation = anInstallation({ rotation, params });
    const filters = resourcesOf(installation, 'Microsoft.EventGrid/systemTopics/eventSubscriptions').map(
      ({ body }) =>
        (body.properties as { filter: { advancedFilters: readonly { values: readonly string[] }[] } }).filter,
    );
    expect(filters.map(({ advancedFilters }) => advancedFilters[0]?.values)).toContainEqual(['chat-key']);
    expect(filters.map(({ advancedFilters }) => advancedFilters[0]?.values.length)).toContain(2);
  });

  it('come by an identity that may write into the queue, and only into that', () => {
    const installation = anInstallation({ rotation, params });
    const writers = grantsIn(installation).filter(({ role }) => role === 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a');
    expect(writers).toHaveLength(6);
    for (const { scope } of writers) expect(scope).toMatch(/\/queueServices\/default\/queues\/event-queue$/);
  });
});

const variants: readonly (readonly [string, Readonly<Record<string, Value>>])[] = [
  ['as it comes', {}],
  ['in a private network', { network: 'private', appPublicAccess: false, authClientId: 'client-1' }],
  [
    'with everything',
    {
      allowResourceChanges: true,
      compromiseReporters: ['p'],
      alertEmails: ['a@example.com'],
      leaksSecretUri: 'https://kv-a.vault.azure.net/secrets/leaks',
      notifyTopicId: `/subscriptions/${OTHER}/resourceGroups/rg-e/providers/Microsoft.EventGrid/topics/t`,
    },
  ],
  ['hearing nothing', { signalrEvents: 'none', vaultEvents: false, compromiseTopic: false, network: 'private' }],
];

describe('what is deployed', () => {
  it.each(variants)('is of the form that ARM takes: %s', (_, more) => {
    const faults: string[] = [];
    for (const { resources } of anInstallation({ rotation, params: { ...params, ...more } }).all) {
      for (const { type, name, body } of resources) {
        const known = ARM_TYPES[type]?.body;
        if (known) hold(shapeOfValue(body), known, name, (at, text) => faults.push(`${type} ${at} ${text}`));
      }
    }
    expect(faults).toEqual([]);
  });

  it.each(Object.keys(CLOUDS) as CloudName[])('has the addresses of %s', (cloud) => {
    const installation = anInstallation({
      rotation,
      cloud,
      params: { ...params, network: 'private', appPublicAccess: false, authClientId: 'client-1' },
    });
    const zones = resourcesOf(installation, 'Microsoft.Network/privateDnsZones').map(({ name }) => name);
    const [auth] = resourcesOf(installation, 'Microsoft.Web/sites/config');
    expect({ zones, issuer: JSON.stringify(auth?.body).match(/https:[^"]*/)?.[0] }).toMatchSnapshot();
    const others = Object.values(CLOUDS).filter(({ name }) => name !== cloud);
    const all = JSON.stringify(installation.all.map(({ resources }) => resources));
    for (const { suffixes, authentication } of others) {
      expect(all).not.toContain(`.${suffixes.storage}`);
      expect(all).not.toContain(authentication.loginEndpoint);
    }
  });

  it('keeps networks out of the storage account where the network is private, and lets Event Grid in', () => {
    const access = (more: Readonly<Record<string, Value>>) =>
      resourcesOf(anInstallation({ rotation, params: { ...params, ...more } }), 'Microsoft.Storage/storageAccounts')[0]
        ?.body.properties;
    expect(access({ network: 'private' })).toMatchObject({
      ...{ publicNetworkAccess: 'Enabled', allowSharedKeyAccess: false },
      networkAcls: { defaultAction: 'Deny', bypass: 'AzureServices' },
    });
    const deaf = { signalrEvents: 'none', vaultEvents: false, compromiseTopic: false };
    expect(access({ network: 'private', ...deaf })).toMatchObject({ publicNetworkAccess: 'Disabled' });
    expect(access({})).toMatchObject({ allowSharedKeyAccess: false, networkAcls: { defaultAction: 'Allow' } });
  });

  it('is never open: function keys, or tokens of one tenant', () => {
    expect(resourcesOf(anInstallation(), 'Microsoft.Web/sites/config')).toEqual([]);
    const [auth] = resourcesOf(anInstallation({ params: { authClientId: 'client-1' } }), 'Microsoft.Web/sites/config');
    expect(auth?.body).toMatchObject({
      properties: { globalValidation: { requireAuthentication: true, unauthenticatedClientAction: 'Return401' } },
    });
  });

  it('refuses what the parameters do not allow', () => {
    expect(() => anInstallation({ params: { nodeVersion: '18' } })).toThrow('@allowed');
    expect(() => anInstallation({ params: { network: 'hidden' } })).toThrow('@allowed');
  });
});

function shapeOfValue(value: Value): Shape {
  if (value === null) return { is: 'null' };
  if (typeof value === 'string') return { is: 'string', text: value };
  if (typeof value === 'number') return { is: 'int', value };
  if (typeof value === 'boolean') return { is: 'bool' };
  if (Array.isArray(value))
    return { is: 'array', of: value.length === 0 ? { is: 'any' } : { is: 'one of', shapes: value.map(shapeOfValue) } };
  if (!isObject(value)) return { is: 'any' };
  return {
    is: 'object',
    open: false,
    properties: new Map(Object.entries(value).map(([key, each]) => [key, shapeOfValue(each)])),
  };
}

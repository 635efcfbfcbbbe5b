import { describe, expect, it } from 'vitest';
import {
  type Assignment,
  assignmentsFor,
  type GrantScope,
  type Listed,
  needsOf,
  needsOfScope,
} from '../../../../local/azure/authorization/assignments.ts';
import { rules } from '../../../../local/azure/authorization/roles.ts';
import { parseRotationFile } from '../../../../src/config.ts';

const SUBSCRIPTION = '00000000-0000-0000-0000-000000000001';
const group = (name: string) => `/subscriptions/${SUBSCRIPTION}/resourceGroups/${name}`;
const SIGNALR = `${group('rg-chat')}/providers/Microsoft.SignalRService/signalR/chat`;
const VAULT = `${group('rg-secrets')}/providers/Microsoft.KeyVault/vaults/kv-a`;
const SITE = `${group('rg-web')}/providers/Microsoft.Web/sites/web`;
const CONTAINER_APP = `${group('rg-apps')}/providers/Microsoft.App/containerApps/jobs`;
const TOPIC = `${group('rg-events')}/providers/Microsoft.EventGrid/topics/rotations`;
const ground = {
  vaultAt: (host: string) => (host === 'kv-a.vault.azure.net' ? VAULT : null),
  topicAt: (host: string) => (host === 'rotations.westeurope-1.eventgrid.azure.net' ? TOPIC : null),
};

function listed(file: Record<string, unknown> = {}, consumers: readonly Record<string, unknown>[] = []): Listed {
  const publications = [{ secret: 'https://kv-a.vault.azure.net/secrets/chat' }];
  const target = { name: 'chat', resourceId: SIGNALR, publications, consumers, switchover: { unlisted: 'hold' } };
  const parsed = parseRotationFile(JSON.stringify({ ...file, targets: [target] }), { development: false });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.value;
}

const assigned = (file: Listed, grantScope?: GrantScope): Record<string, string[]> => {
  const all: readonly Assignment[] = assignmentsFor(needsOf(file, ground), rules, grantScope);
  const byRole = Map.groupBy(all, ({ role }) => role);
  return Object.fromEntries([...byRole].map(([role, each]) => [role, each.map(({ scope }) => scope.toLowerCase())]));
};

const aSite = (nudge: string | null, resourceId = SITE) => ({
  ...{ name: 'web', evidence: 'app-service-reference', resourceId },
  ...(nudge === null ? {} : { nudge }),
});

describe('what is assigned for a rotation.json', () => {
  const least = {
    'key-rotator': [SIGNALR.toLowerCase()],
    'secret-publisher': [`${VAULT}/secrets/chat`.toLowerCase()],
  };

  it('is the resource and the single secret, and nothing for readers that speak by themselves', () => {
    expect(assigned(listed())).toEqual(least);
    const consumers = [
      { name: 'one', evidence: 'ack' },
      { name: 'two', evidence: 'elapsed', after: 'PT1H' },
      { name: 'three', evidence: 'probe', url: 'https://three.example.com' },
    ];
    expect(assigned(listed({}, consumers))).toEqual(least);
  });

  it.each([
    ['none', ['site-reader']],
    ['refresh', ['site-reader', 'site-refresher']],
    [null, ['site-reader', 'site-refresher']],
    ['restart', ['site-reader', 'site-refresher', 'site-restarter']],
  ])('is for an app with nudge %s just %j', (nudge, roles) => {
    const { 'key-rotator': _, 'secret-publisher': __, ...others } = assigned(listed({}, [aSite(nudge)]));
    expect(others).toEqual(Object.fromEntries(roles.map((role) => [role, [SITE.toLowerCase()]])));
  });

  it('is for a slot what a slot needs, on the slot', () => {
    const slot = `${SITE}/slots/blue`;
    const { 'key-rotator': _, 'secret-publisher': __, ...others } = assigned(listed({}, [aSite('restart', slot)]));
    const roles = ['slot-reader', 'slot-refresher', 'slot-restarter'];
    expect(others).toEqual(Object.fromEntries(roles.map((role) => [role, [slot.toLowerCase()]])));
  });

  it('is a container app, a subscription and a topic where they are listed', () => {
    const file = {
      subscriptions: [SUBSCRIPTION],
      notify: { topic: 'https://rotations.westeurope-1.eventgrid.azure.net/api/events' },
    };
    const jobs = { name: 'jobs', evidence: 'container-app', resourceId: CONTAINER_APP };
    expect(assigned(listed(file, [jobs]))).toEqual({
      ...least,
      'container-app-reader': [CONTAINER_APP.toLowerCase()],
      surveyor: [`/subscriptions/${SUBSCRIPTION}`],
      'event-sender': [TOPIC.toLowerCase()],
    });
  });

  it('is nothing on a vault or a topic that is not there', () => {
    const notify = { topic: 'https://elsewhere.westeurope-1.eventgrid.azure.net/api/events' };
    const nowhere = { vaultAt: () => null, topicAt: () => null };
    const roles = assignmentsFor(needsOf(listed({ notify }), nowhere), rules).map(({ role }) => role);
    expect(roles).toEqual(['key-rotator']);
  });
});

describe('a wider grantScope', () => {
  const file = listed(
    {
      subscriptions: [SUBSCRIPTION],
      notify: { topic: 'https://rotations.westeurope-1.eventgrid.azure.net/api/events' },
    },
    [aSite('restart'), { name: 'jobs', evidence: 'container-app', resourceId: CONTAINER_APP }],
  );

  it('assigns the same roles on the groups that hold what is listed', () => {
    expect(assigned(file, 'resourceGroup')).toMatchObject({
      'key-rotator': [group('rg-chat').toLowerCase()],
      'secret-publisher': [group('rg-secrets').toLowerCase()],
      'site-restarter': [group('rg-web').toLowerCase()],
      'container-app-reader': [group('rg-apps').toLowerCase()],
    });
    expect(Object.keys(assigned(file, 'resourceGroup'))).toEqual(Object.keys(assigned(file)));
  });

  it('assigns them on the whole subscription', () => {
    const { 'event-sender': topic, ...others } = assigned(file, 'subscription');
    expect(new Set(Object.values(others).flat())).toEqual(new Set([`/subscriptions/${SUBSCRIPTION}`]));
    expect(topic).toEqual([TOPIC.toLowerCase()]);
  });
});

describe('what is asked for without a rotation.json', () => {
  it.each([
    [`/subscriptions/${SUBSCRIPTION}`, ['subscription']],
    [SIGNALR, ['target']],
    [`${VAULT}/secrets/chat`, ['publication']],
    [SITE, ['site', 'site-refresh', 'site-restart']],
    [`${SITE}/slots/blue`, ['slot', 'slot-refresh', 'slot-restart']],
    [CONTAINER_APP, ['container-app']],
    [TOPIC, ['topic']],
    ['/subscriptions/1/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st', []],
  ])('%s counts as listed as %j', (scope, occasions) => {
    expect(needsOfScope(scope).map(({ when }) => when)).toEqual(occasions);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { survey } from '../../src/app/survey.ts';
import { FINDINGS, type FindingCode } from '../../src/core/finding-codes.ts';
import type { EvidenceSource } from '../../src/core/model.ts';
import { aPolicy, DAY, HOUR, MINUTE, NOON } from '../support/scene.ts';
import { World, type WorldOptions } from '../support/world.ts';

let world: World;
afterEach(() => world?.close());

const SITE: EvidenceSource = { kind: 'app-service-reference', resourceId: '/site', setting: null, nudge: 'restart' };
const passwordless = (r: World['resource']) => `Endpoint=https://${r.hostName};AuthType=azure.msi;Version=1.0;`;

const connection = (name: string, status: string) => ({
  name,
  properties: { privateEndpoint: { id: `/${name}` }, privateLinkServiceConnectionState: { status } },
});
const acls = (own: object) => ({
  networkACLs: { defaultAction: 'Deny', publicNetwork: { allow: [] }, privateEndpoints: [], ipRules: [], ...own },
});
const everything = ['ServerConnection', 'ClientConnection', 'RESTAPI', 'Trace'];
const having = (properties: object, more: WorldOptions['resource'] = {}): Way => ({
  options: { resource: { ...more, properties: { ...properties } } },
});
const letting = (type: string): Way => having(acls({ publicNetwork: { allow: [type] } }));

interface Way {
  readonly options?: WorldOptions;
  readonly come?: () => Promise<void> | void;
  /** Somebody is woken for what stands behind it. */
  readonly alerts?: true;
}

/**
 * How each finding comes about: every code has its row, or this file does not compile. But for one: ARM always tells when a
 * resource was made, here and as far as is known.
 */
const WAYS: Record<Exclude<FindingCode, 'KeyAgeUnknown'>, Way> = {
  NothingPublished: { options: { text: passwordless } },
  KeyOverdue: { options: { policy: { unknownAge: 'report' } }, alerts: true },
  LocalAuthEnabled: {},
  KeysListedByStranger: { come: () => isSeen('KeysListedByStranger') },
  SelfUnknown: { come: () => isSeen('SelfUnknown') },
  StandbyLeaked: {
    options: { policy: { unknownAge: 'report' } },
    come: async () => {
      await world.live(MINUTE);
      await world.report({ slot: 'secondary' });
    },
    alerts: true,
  },
  AadAuthDisabled: having({ disableAadAuth: true }),
  AmbiguousAuth: { options: { text: (r) => `${r.connectionString('primary')}AuthType=azure.msi;` } },
  WrittenByOther: {
    come: async () => {
      await world.rotated();
      world.vaults[0]?.set('chat', `${world.resource.connectionString('secondary')}Foo=1;`);
    },
  },
  PublishesDeadKey: {
    options: { policy: { unknownAge: 'report' } },
    come: () => {
      world.resource.regenerate('primary');
      world.vaults[0]?.forbid('setSecret');
    },
    alerts: true,
  },
  SecretWithoutExpiry: {},
  SecretNearExpiry: {
    come: () => {
      world.vaults[0]?.change('chat', { exp: Math.floor((world.clock.now() + DAY) / 1000) });
    },
  },
  KeyShared: { options: { vaults: ['kv-a', 'kv-b'] } },
  VaultPublicAccess: {
    come: async () => {
      world.subscriptions = [world.subscription.id];
      await survey(world.app);
    },
  },
  ConsumerPinned: {
    options: { rereads: null, evidence: SITE },
    come: () => {
      for (const consumer of world.consumers) consumer.trouble = 'pinned';
    },
    alerts: true,
  },
  FreeSku: { options: { resource: { sku: 'Free_F1' } } },
  PrivateEndpointMissing: {},
  PrivateEndpointNotApproved: having({ privateEndpointConnections: [connection('pe', 'Pending')] }),
  PublicNetworkAccess: {},
  NetworkAclDefaultAllow: having(acls({ defaultAction: 'Allow' })),
  PublicRestApi: letting('RESTAPI'),
  PublicServerConnection: letting('ServerConnection'),
  PublicTrace: letting('Trace'),
  PublicClientConnection: letting('ClientConnection'),
  PrivateEndpointOpen: having({
    ...acls({ privateEndpoints: [{ name: 'pe', allow: everything }] }),
    privateEndpointConnections: [connection('pe', 'Approved')],
  }),
  PrivateEndpointShut: having({ ...acls({}), privateEndpointConnections: [connection('pe', 'Approved')] }),
  IpRuleOpen: having(acls({ ipRules: [{ value: '0.0.0.0/0', action: 'Allow' }] })),
  IpRulesRemain: having({
    ...acls({ ipRules: [{ value: '203.0.113.0/24', action: 'Allow' }] }),
    privateEndpointConnections: [connection('pe', 'Approved')],
  }),
  DiagnosticLogsOff: {},
  ResourceLogsOff: having({ resourceLogConfiguration: { categories: [{ name: 'MessagingLogs', enabled: 'true' }] } }),
  CorsAllowsAll: {},
  ClientCertificatesOff: {},
  UpstreamWithoutIdentity: having({
    features: [{ flag: 'ServiceMode', value: 'Serverless' }],
    upstream: { templates: [{ urlTemplate: 'https://example.com/{hub}', auth: { type: 'None' } }] },
  }),
};

/** As an event leaves it for the next look. */
async function isSeen(code: 'KeysListedByStranger' | 'SelfUnknown'): Promise<void> {
  const sighting = { kind: 'sighting', id: 'event-1', code, who: 'somebody', detail: null } as const;
  await world.ledger.insertInbox(world.resourceId, sighting);
}

const codes = async (): Promise<string[]> => (await world.record()).findings.map(({ code }) => code);

describe('every finding', () => {
  it.each(Object.keys(WAYS) as (keyof typeof WAYS)[])('%s is reported, and nobody is woken for it', async (code) => {
    const { options, come, alerts } = WAYS[code];
    const createdAt = NOON - (code === 'KeyOverdue' ? 100 : 80) * DAY;
    world = await World.start({ ...options, resource: { createdAt, ...options?.resource } });
    await come?.();
    await world.live(2 * HOUR, async () => ((await world.found())?.findings ?? []).some((each) => each.code === code));
    expect(await codes()).toContain(code);
    if (!alerts) expect(world.log.filter(({ level }) => level === 'error')).toEqual([]);
    expect(world.violations).toEqual([]);
  });

  it('is gone once it is mended', async () => {
    world = await World.start({ resource: { sku: 'Free_F1' } });
    await world.live(HOUR);
    expect(await codes()).toContain('FreeSku');
    world.resource.properties = {
      publicNetworkAccess: 'Disabled',
      disableLocalAuth: true,
      cors: { allowedOrigins: ['https://chat.example.com'] },
    };
    await world.live(3 * HOUR);
    expect(await codes()).not.toContain('CorsAllowsAll');
    expect(await codes()).not.toContain('PublicNetworkAccess');
  });

  it('WrittenByOther is none where nobody has written since, nor before the first time', async () => {
    world = await World.start();
    await world.until('condemn');
    expect(await codes()).not.toContain('WrittenByOther');
    await world.rotated();
    await world.live(2 * HOUR);
    expect(await codes()).not.toContain('WrittenByOther');
  });

  it('names the version that somebody else wrote', async () => {
    world = await World.start();
    await world.rotated();
    world.vaults[0]?.set('chat', `${world.resource.connectionString('secondary')}Foo=1;`);
    await world.live(2 * HOUR);
    const finding = (await world.record()).findings.find(({ code }) => code === 'WrittenByOther');
    expect(finding?.versions).toEqual([world.vaults[0]?.current('chat')?.version]);
  });

  it('costs no more than one look around an hour', async () => {
    world = await World.start({ policy: aPolicy({ observeEvery: HOUR / 4 }) });
    await world.rotated();
    const before = world.calls.length;
    await world.live(DAY);
    const asked = world.calls.slice(before).filter((call) => call === 'monitor.diagnostics');
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.length).toBeLessThanOrEqual(25);
  });

  it('is no reason to fail a look: what Azure Monitor does not say is unknown', async () => {
    world = await World.start();
    world.mishap = (_, name) => (name.startsWith('monitor.') || name.startsWith('inventory.') ? 'fail' : null);
    await world.rotated();
    expect(await codes()).not.toContain('DiagnosticLogsOff');
    expect((await world.record()).posture?.surroundings).toMatchObject({ diagnostics: null, vaults: [] });
  });
});

it('every finding has words for what it is, why it is dangerous and what to do', () => {
  for (const { meaning, danger, remedy } of Object.values(FINDINGS)) {
    for (const text of [meaning, danger, remedy]) expect(text).toMatch(/^[A-Z].*\.$/s);
  }
});

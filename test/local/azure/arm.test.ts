import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aLocalAzure, failureOf, type World } from './a-local-azure.ts';

let world: World;
beforeEach(async () => {
  world = await aLocalAzure();
});
afterEach(() => world.azure.close());

const group = 'rg-chat';

describe('regenerating a key through the real management client', () => {
  it('is accepted with a 202 whose body already holds the new connection string, which does not work yet', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    const before = chat.keys;
    const answers: { status: number; body: unknown; polled: string | undefined }[] = [];
    await world.arm(chat).beginRegenerateKey(
      group,
      chat.name,
      { keyType: 'Secondary' },
      {
        onResponse: (raw, body) =>
          answers.push({ status: raw.status, body, polled: raw.headers.get('azure-asyncoperation') }),
      },
    );
    expect(answers[0]).toMatchObject({
      status: 202,
      body: { primaryKey: before.primary, secondaryConnectionString: chat.connectionString('secondary') },
    });
    expect(answers[0]?.polled).toMatch(
      /^https:\/\/management\.azure\.com\/subscriptions\/.*\/SignalR\/chat-prod\/operationStatuses\/.*api-version=2023-02-01$/,
    );
    expect(answers[1]?.body).toMatchObject({ status: 'Running' });
    expect(chat.keys.secondary).not.toBe(before.secondary);
    expect(chat.accepts(chat.keys.secondary)).toBe(false);
    expect(chat.accepts(before.secondary)).toBe(true);
  });

  it('resolves to the operation and not to the keys, which listKeys has', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod', timing: { operation: 0 } });
    const before = chat.keys;
    const resolved = await world.arm(chat).beginRegenerateKeyAndWait(group, chat.name, { keyType: 'Primary' });
    expect(resolved).not.toHaveProperty('primaryKey');
    const listed = await world.arm(chat).listKeys(group, chat.name);
    expect(listed.primaryKey).toBe(chat.keys.primary);
    expect(listed.primaryKey).not.toBe(before.primary);
    expect(listed.secondaryKey).toBe(before.secondary);
    expect(listed.primaryConnectionString).toBe(
      `Endpoint=https://chat-prod.service.signalr.net;AccessKey=${chat.keys.primary};Version=1.0;`,
    );
  });

  it('moves the data plane to the new key only after the operation and its propagation', async () => {
    const chat = world.azure.addSignalR({
      name: 'chat-prod',
      timing: { operation: 3_000, newKeyAccepted: 2_000, oldKeyRefused: 4_000 },
    });
    const before = chat.keys.primary;
    await world.arm(chat).beginRegenerateKey(group, chat.name, { keyType: 'Primary' });
    const seen = () => [chat.provisioningState, chat.accepts(before), chat.accepts(chat.keys.primary)];
    expect(seen()).toEqual(['Updating', true, false]);
    world.clock.pass(3_000);
    expect(seen()).toEqual(['Succeeded', true, false]);
    world.clock.pass(2_000);
    expect(seen()).toEqual(['Succeeded', true, true]);
    world.clock.pass(2_000);
    expect(seen()).toEqual(['Succeeded', false, true]);
  });

  it('is refused while another operation runs on the same resource, and not on its neighbour', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    const next = world.azure.addSignalR({ name: 'chat-next' });
    chat.regenerate('primary');
    const before = chat.keys;
    const failure = await failureOf(world.arm(chat).beginRegenerateKey(group, chat.name, { keyType: 'Secondary' }));
    expect(failure).toMatchObject({ statusCode: 409, message: 'Service must be active state' });
    expect(chat.keys).toEqual(before);
    await world.arm(next).beginRegenerateKey(group, next.name, { keyType: 'Secondary' });
    expect(next.operations).toHaveLength(1);
  });

  it('can succeed without having changed the key', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod', timing: { operation: 0 } });
    const before = chat.keys;
    chat.nextRegenerations('unchanged');
    await world.arm(chat).beginRegenerateKeyAndWait(group, chat.name, { keyType: 'Primary' });
    expect(await world.arm(chat).listKeys(group, chat.name)).toMatchObject({ primaryKey: before.primary });
    expect(chat.operations).toMatchObject([{ slot: 'primary', by: 'rotator', end: 'unchanged' }]);
    await world.arm(chat).beginRegenerateKeyAndWait(group, chat.name, { keyType: 'Primary' });
    expect(chat.keys.primary).not.toBe(before.primary);
  });

  it('can end as Failed', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod', timing: { operation: 0 } });
    const before = chat.keys;
    chat.nextRegenerations('fails');
    await failureOf(world.arm(chat).beginRegenerateKeyAndWait(group, chat.name, { keyType: 'Primary' }));
    expect(chat.keys).toEqual(before);
  });

  it('makes keys of today’s shape, with the month of the clock inside, also where the old ones had none', () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    expect(chat.keys.primary).toHaveLength(44);
    chat.regenerate('primary');
    expect(chat.keys.primary).toMatch(/^[A-Za-z0-9]{52}JQQJ99CK[A-Za-z0-9]{12}AAAAASRS[A-Za-z0-9]{4}$/);
    const newer = world.azure.addSignalR({
      name: 'chat-new',
      keyShape: 84,
      keysMadeAt: Date.parse('2024-01-31T23:59:59Z'),
    });
    expect(newer.keys.secondary.slice(58, 60)).toBe('AA');
  });

  it('gives the keys at the operation’s result, once it has one', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    const begun = chat.regenerate('primary');
    const token = await world.azure.credential().getToken('https://management.azure.com/.default');
    const result = () =>
      world.ask(
        'GET',
        `https://management.azure.com${chat.id}/operationResults/${begun?.operation.id}?api-version=2023-02-01`,
        {
          authorization: `Bearer ${token?.token}`,
        },
      );
    expect(await result()).toMatchObject({ status: 202 });
    world.clock.pass(1_500);
    const done = await result();
    expect(done.status).toBe(200);
    expect(JSON.parse(done.bodyAsText ?? '')).toMatchObject({ primaryKey: chat.keys.primary });
  });
});

describe('a resource as ARM shows it', () => {
  it('has the model of 2023-02-01 by default and tells of stopping only to 2024-03-01', async () => {
    const chat = world.azure.addSignalR({
      name: 'chat-prod',
      properties: { publicNetworkAccess: 'Disabled' },
      tags: { team: 'chat' },
    });
    chat.stopped = true;
    const seen = await world.arm(chat).get(group, chat.name);
    expect(seen).toMatchObject({
      id: chat.id,
      hostName: 'chat-prod.service.signalr.net',
      provisioningState: 'Succeeded',
      publicNetworkAccess: 'Disabled',
      disableLocalAuth: false,
      disableAadAuth: false,
      kind: 'SignalR',
      tls: { clientCertEnabled: false },
      cors: { allowedOrigins: ['*'] },
      networkACLs: {
        defaultAction: 'Deny',
        publicNetwork: { allow: ['ServerConnection', 'ClientConnection', 'RESTAPI', 'Trace'] },
      },
      privateEndpointConnections: [],
      tags: { team: 'chat' },
    });
    expect(seen.systemData?.createdAt?.getTime()).toBe(chat.createdAt);
    const token = await world.azure.credential().getToken('https://management.azure.com/.default');
    const read = async (version: string) => {
      const answer = await world.ask('GET', `https://management.azure.com${chat.id}?api-version=${version}`, {
        authorization: `Bearer ${token?.token}`,
      });
      return JSON.parse(answer.bodyAsText ?? '').properties as Record<string, unknown>;
    };
    expect(await read('2024-03-01')).toMatchObject({ resourceStopped: 'true', networkACLs: { ipRules: [] } });
    expect(await read('2023-02-01')).not.toHaveProperty('resourceStopped');
  });

  it('is Updating while a key is regenerated', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    chat.regenerate('primary');
    expect(await world.arm(chat).get(group, chat.name)).toMatchObject({ provisioningState: 'Updating' });
  });

  it('is found whatever the case of its id, and missing with the code of ARM', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    expect(await world.arm(chat).get('RG-CHAT', 'CHAT-PROD')).toMatchObject({ id: chat.id });
    expect(await failureOf(world.arm(chat).get(group, 'nobody'))).toMatchObject({
      statusCode: 404,
      code: 'ResourceNotFound',
    });
  });

  it('is listed with the others of its subscription, without those that the caller may not read', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    world.azure.addSignalR({ name: 'elsewhere', subscriptionId: '00000000-0000-0000-0000-000000000002' });
    world.azure.addSignalR({ name: 'hidden' }).denials.forbid('read');
    const names: (string | undefined)[] = [];
    for await (const listed of world.arm(chat).listBySubscription()) names.push(listed.name);
    expect(names).toEqual(['chat-prod']);
  });

  it('is listed in pages of 100', async () => {
    for (let added = 0; added < 101; added += 1) world.azure.addSignalR({ name: `chat-${added}` });
    const [chat] = world.azure.resources;
    const names = new Set<string | undefined>();
    if (chat) for await (const listed of world.arm(chat).listBySubscription()) names.add(listed.name);
    expect(names.size).toBe(101);
    expect(world.azure.requests.filter(({ path }) => /signalR$/i.test(path))).toHaveLength(2);
  });

  it('is not listed for who has no role in the subscription, nor in one that is not there', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    const first = (resource: { readonly subscriptionId: string }) =>
      world
        .arm({ ...chat, ...resource } as typeof chat)
        .listBySubscription()
        .next();
    world.azure.subscription(chat.subscriptionId).denials.forbid('listSignalR');
    expect(await failureOf(first(chat))).toMatchObject({ statusCode: 403, code: 'AuthorizationFailed' });
    const nowhere = '00000000-0000-0000-0000-00000000dead';
    expect(await failureOf(first({ subscriptionId: nowhere }))).toMatchObject({
      statusCode: 404,
      code: 'SubscriptionNotFound',
    });
  });

  it('has the identity that it was given', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    expect((await world.arm(chat).get(group, chat.name)).identity ?? null).toBeNull();
    chat.identity = 'SystemAssigned';
    expect((await world.arm(chat).get(group, chat.name)).identity).toMatchObject({ type: 'SystemAssigned' });
  });

  it('has no keys left, nor a way to make new ones, once local auth is disabled', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    const before = chat.keys;
    chat.disableLocalAuth();
    expect((await world.arm(chat).listKeys(group, chat.name)).primaryKey ?? null).toBeNull();
    expect(await failureOf(world.arm(chat).beginRegenerateKey(group, chat.name, { keyType: 'Primary' }))).toMatchObject(
      { statusCode: 409 },
    );
    expect(chat.acceptedKeys).toEqual([]);
    chat.enableLocalAuth();
    world.clock.pass(1_000);
    expect(chat.acceptedKeys).toEqual([chat.keys.primary, chat.keys.secondary]);
    expect(chat.acceptedKeys).not.toContain(before.primary);
  });
});

describe('who may ask ARM', () => {
  it('nobody without a token of this Azure for this audience', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    const url = `https://management.azure.com${chat.id}?api-version=2023-02-01`;
    const forVault = await world.azure.credential().getToken('https://vault.azure.net/.default');
    for (const [headers, code] of [
      [{}, 'AuthenticationFailed'],
      [{ authorization: 'Bearer a.b.c' }, 'InvalidAuthenticationToken'],
      [{ authorization: `Bearer ${forVault?.token}` }, 'InvalidAuthenticationToken'],
    ] as const) {
      const answer = await world.ask('GET', url, headers);
      expect(answer.status).toBe(401);
      expect(JSON.parse(answer.bodyAsText ?? '')).toMatchObject({ error: { code } });
    }
  });

  it('nobody without the role for the action', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    const before = chat.keys;
    chat.denials.forbid('regenerateKey');
    const failure = await failureOf(world.arm(chat).beginRegenerateKey(group, chat.name, { keyType: 'Primary' }));
    expect(failure).toMatchObject({ statusCode: 403, code: 'AuthorizationFailed' });
    expect(await world.arm(chat).listKeys(group, chat.name)).toMatchObject({ primaryKey: before.primary });
    chat.denials.allow('regenerateKey');
    await world.arm(chat).beginRegenerateKey(group, chat.name, { keyType: 'Primary' });
    expect(chat.operations).toHaveLength(1);
  });

  it('nobody without an api-version that the provider knows', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    for (const query of ['', '?api-version=2019-01-01']) {
      expect(await world.ask('GET', `https://management.azure.com${chat.id}${query}`)).toMatchObject({ status: 400 });
    }
  });
});

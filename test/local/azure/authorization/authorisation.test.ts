import { afterEach, describe, expect, it } from 'vitest';
import type { AuthorisationOptions } from '../../../../local/azure/authorization/authorisation.ts';
import { customRoles } from '../../../../local/azure/authorization/roles.ts';
import { armAudience, eventGridAudience, vaultAudience } from '../../../../local/azure/identity.ts';
import { type LocalAzure, startLocalAzure } from '../../../../local/azure/server.ts';
import { parseRotationFile } from '../../../../src/config.ts';

let azure: LocalAzure;
afterEach(() => azure.close());

/** Two of everything, of which rotation.json lists the first. */
async function aWorld(authorisation: AuthorisationOptions = {}) {
  azure = await startLocalAzure({ authorisation });
  const [mine, other] = ['chat', 'other'].map((name) => azure.addSignalR({ name }));
  const vault = azure.addVault('kv-a');
  if (!mine || !other) throw new Error('There are two.');
  for (const name of ['chat', 'else']) vault.set(name, mine.connectionString('primary'));
  const topic = azure.addTopic('rotations');
  const deploy = (file: Record<string, unknown> = {}) => {
    const publications = [{ secret: vault.idOf('chat') }];
    const targets = [{ name: 'chat', resourceId: mine.id, publications, switchover: { unlisted: 'hold' } }];
    const parsed = parseRotationFile(JSON.stringify({ targets, ...file }), { development: false });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
    azure.authorisation.deploy(parsed.value);
  };
  return { mine, other, vault, topic, deploy };
}

interface Answered {
  readonly status: number;
  readonly body: {
    readonly error?: {
      readonly code: string;
      readonly message: string;
      readonly innererror?: { readonly code: string };
    };
    readonly value?: readonly { readonly name: string }[];
  } | null;
}

async function ask(method: string, url: string, { as = 'rotator', body = null as unknown } = {}): Promise<Answered> {
  const { host, pathname, search } = new URL(url);
  const audience = host.endsWith('vault.azure.net')
    ? vaultAudience
    : host.endsWith('eventgrid.azure.net')
      ? eventGridAudience
      : armAudience;
  const { token = '' } = (await azure.credential(as).getToken(`${audience}/.default`)) ?? {};
  const response = await fetch(`${azure.origin.origin}${pathname}${search}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      'x-forwarded-host': host,
      'content-type': host.endsWith('eventgrid.azure.net') ? 'application/cloudevents+json' : 'application/json',
    },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

const arm = (path: string, version = '2024-03-01') => `https://management.azure.com${path}?api-version=${version}`;
const secretAt = (host: string, name: string) => `https://${host}/secrets/${name}?api-version=7.4`;
const event = { specversion: '1.0', id: '1', source: 'a', type: 'b' };

describe('the app', () => {
  it('may do nothing before anything is deployed', async () => {
    const { mine, vault, topic } = await aWorld();
    expect((await ask('GET', arm(mine.id))).status).toBe(403);
    expect((await ask('GET', secretAt(vault.host, 'chat'))).status).toBe(403);
    expect((await ask('POST', `${topic}?api-version=2018-01-01`, { body: event })).status).toBe(403);
    expect(azure.events).toEqual([]);
  });

  it('may do with what is listed what its role says, and nothing with what lies beside it', async () => {
    const { mine, other, vault, deploy } = await aWorld();
    deploy();
    expect((await ask('POST', arm(`${mine.id}/listKeys`))).status).toBe(200);
    expect((await ask('POST', arm(`${other.id}/listKeys`))).status).toBe(403);
    expect((await ask('GET', secretAt(vault.host, 'chat'))).status).toBe(200);
    expect((await ask('GET', secretAt(vault.host, 'else'))).status).toBe(403);
  });

  it('is told by ARM which action it lacks, and over what', async () => {
    const { other, deploy } = await aWorld();
    deploy();
    const { status, body } = await ask('POST', arm(`${other.id}/regenerateKey`), { body: { keyType: 'Primary' } });
    expect({ status, code: body?.error?.code }).toEqual({ status: 403, code: 'AuthorizationFailed' });
    expect(body?.error?.message).toContain(
      `does not have authorization to perform action 'Microsoft.SignalRService/SignalR/regeneratekey/action' over scope '${other.id}'`,
    );
    expect(other.operations).toEqual([]);
  });

  it('is told by Key Vault which data action it lacks, and on which secret', async () => {
    const { vault, deploy } = await aWorld();
    deploy();
    const { status, body } = await ask('PUT', secretAt(vault.host, 'else'), { body: { value: 'x' } });
    expect({ status, code: body?.error?.code, inner: body?.error?.innererror?.code }).toEqual({
      ...{ status: 403, code: 'Forbidden', inner: 'ForbiddenByRbac' },
    });
    expect(body?.error?.message).toContain("Action: 'Microsoft.KeyVault/vaults/secrets/setSecret/action'");
    expect(body?.error?.message).toContain(`Resource: '${vault.id}/secrets/else'`);
    expect(vault.versions('else')).toHaveLength(1);
  });

  it('is told by Event Grid that it may not send', async () => {
    const { topic, deploy } = await aWorld();
    deploy();
    const { status, body } = await ask('POST', `${topic}?api-version=2018-01-01`, { body: event });
    expect({ status, code: body?.error?.code }).toEqual({ status: 403, code: 'Forbidden' });
    expect(body?.error?.message).toContain('Microsoft.EventGrid/events/send/action');
    deploy({ notify: { topic } });
    expect((await ask('POST', `${topic}?api-version=2018-01-01`, { body: event })).status).toBe(200);
  });

  it('is refused a call that the table lacks, even if it had every right', async () => {
    const everything = customRoles.map((role) => ({ ...role, actions: ['*'], dataActions: ['*'] }));
    const { mine, vault, deploy } = await aWorld({ roles: everything });
    deploy();
    for (const [method, url] of [
      ['DELETE', secretAt(vault.host, 'chat')],
      ['POST', arm(`${mine.id}/restart`)],
      ['GET', `https://${vault.host}/secrets?api-version=7.4`],
    ] as const) {
      const { status, body } = await ask(method, url);
      expect(status).toBe(403);
      expect(body?.error?.message).toMatch(/authorization\/calls\.ts lacks it/);
    }
    expect(vault.current('chat')).not.toBeNull();
  });

  it('keeps what was assigned once, as after a deployment that lists less', async () => {
    const { mine, deploy } = await aWorld();
    deploy();
    expect((await ask('GET', arm(mine.id))).status).toBe(200);
    azure.authorisation.deploy({ targets: [], subscriptions: [], notify: { topic: null } });
    expect((await ask('GET', arm(mine.id))).status).toBe(200);
  });

  it('inherits what is assigned on a group or a subscription', async () => {
    const { other, vault, deploy } = await aWorld({ grantScope: 'resourceGroup' });
    deploy();
    // Both lie in the group of what is listed: that is what a wider scope gives away.
    expect((await ask('POST', arm(`${other.id}/listKeys`))).status).toBe(200);
    expect((await ask('GET', secretAt(vault.host, 'else'))).status).toBe(200);
    const elsewhere = azure.addSignalR({ name: 'elsewhere', resourceGroup: 'rg-chat-2' });
    expect((await ask('POST', arm(`${elsewhere.id}/listKeys`))).status).toBe(403);
  });

  it('has the rights of all its roles together: what one takes away another may give', async () => {
    const roles = customRoles.map((role) =>
      role.name === 'surveyor' ? { ...role, actions: ['*'], notActions: ['*/listkeys/action', '*/read'] } : role,
    );
    const { mine, other, deploy } = await aWorld({ roles });
    deploy({ subscriptions: [mine.subscriptionId] });
    expect((await ask('POST', arm(`${mine.id}/listKeys`))).status).toBe(200);
    expect((await ask('POST', arm(`${other.id}/listKeys`))).status).toBe(403);
    const regenerated = await ask('POST', arm(`${other.id}/regenerateKey`), { body: { keyType: 'Primary' } });
    expect(regenerated.status).toBe(202);
  });
});

describe('a list of a subscription', () => {
  const signalRs = (id: string) => arm(`/subscriptions/${id}/providers/Microsoft.SignalRService/signalR`);
  const vaults = (id: string) => arm(`/subscriptions/${id}/providers/Microsoft.KeyVault/vaults`, '2023-07-01');
  const names = ({ body }: Answered) => body?.value?.map(({ name }) => name);

  it('leaves out what the app may not read', async () => {
    const { mine, deploy } = await aWorld();
    deploy();
    expect(names(await ask('GET', signalRs(mine.subscriptionId)))).toEqual(['chat']);
    deploy({ subscriptions: [mine.subscriptionId] });
    expect(names(await ask('GET', signalRs(mine.subscriptionId)))).toEqual(['chat', 'other']);
  });

  it('is refused to whoever may read nothing of it', async () => {
    const { mine, deploy } = await aWorld();
    expect((await ask('GET', signalRs(mine.subscriptionId))).status).toBe(403);
    deploy();
    const { status, body } = await ask('GET', vaults(mine.subscriptionId));
    expect(status).toBe(403);
    expect(body?.error?.message).toContain(`over scope '/subscriptions/${mine.subscriptionId}'`);
  });

  it('shows of the activity log what is of readable resources', async () => {
    const clock = { ms: Date.parse('2026-11-02T08:00:00Z'), now: () => clock.ms };
    azure = await startLocalAzure({ clock });
    const [mine, other] = [azure.addSignalR({ name: 'chat' }), azure.addSignalR({ name: 'other' })];
    for (const resource of [mine, other]) resource.regenerate('primary');
    clock.ms += 3_600_000;
    const targets = [{ name: 'chat', resourceId: mine.id, publications: [{ secret: 'https://kv/secrets/a' }] }];
    const parsed = parseRotationFile(JSON.stringify({ targets, defaults: { switchover: { unlisted: 'hold' } } }), {
      development: false,
    });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
    azure.authorisation.deploy(parsed.value);
    const entriesOf = async (id: string) => {
      const filter = `eventTimestamp ge '2026-11-02T00:00:00Z' and eventTimestamp le '2026-11-02T10:00:00Z' and resourceUri eq '${id}'`;
      const path = `/subscriptions/${mine.subscriptionId}/providers/Microsoft.Insights/eventtypes/management/values`;
      const query = new URLSearchParams({ $filter: filter, $select: 'eventTimestamp,resourceId' });
      return (await ask('GET', `${arm(path, '2015-04-01')}&${query}`)).body?.value?.length;
    };
    expect(await entriesOf(mine.id)).toBe(3);
    expect(await entriesOf(other.id)).toBe(0);
  });
});

describe('whoever is not the app', () => {
  it('is outside of its roles, and kept out by denials alone', async () => {
    const { mine, vault } = await aWorld();
    expect((await ask('POST', arm(`${mine.id}/listKeys`), { as: 'ann' })).status).toBe(200);
    expect((await ask('DELETE', secretAt(vault.host, 'else'), { as: 'ann' })).status).toBe(200);
    vault.forbid('getSecret', 'ann');
    expect((await ask('GET', secretAt(vault.host, 'chat'), { as: 'ann' })).status).toBe(403);
    expect(azure.authorisation.refusals).toEqual([]);
  });

  it('is sent away by the service itself without a token', async () => {
    const { vault } = await aWorld();
    const headers = { 'x-forwarded-host': vault.host };
    const response = await fetch(`${azure.origin.origin}/secrets/chat?api-version=7.4`, { headers });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('Bearer authorization=');
  });
});

describe('a local Azure without a rotation.json', () => {
  it('can take whatever is asked for as listed, within the roles', async () => {
    const { mine, other, vault } = await aWorld({ by: 'what-is-asked' });
    for (const { id } of [mine, other]) expect((await ask('GET', arm(id))).status).toBe(200);
    expect((await ask('GET', arm(`${mine.id}-gone`))).status).toBe(404);
    expect((await ask('DELETE', secretAt(vault.host, 'chat'))).status).toBe(403);
  });

  it('can leave roles out altogether', async () => {
    const { mine, vault } = await aWorld({ by: 'everything' });
    expect((await ask('DELETE', secretAt(vault.host, 'chat'))).status).toBe(200);
    mine.denials.forbid('read');
    expect((await ask('GET', arm(mine.id))).status).toBe(403);
  });
});

import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signToken, verifyToken } from '../../../local/azure/client-token.ts';
import type { SignalRResource } from '../../../local/azure/signalr-resource.ts';
import { aLocalAzure, failureOf, type World } from './a-local-azure.ts';

let world: World;
beforeEach(async () => {
  world = await aLocalAzure();
});
afterEach(() => world.azure.close());

const path = '/api/hubs/chat/connections/none';
const query = '?api-version=2022-06-01';

function token(key: string, aud: string, lifetime = 3600): string {
  const iat = Math.floor(world.clock.now() / 1000);
  return signToken(key, { aud, iat, exp: iat + lifetime });
}

const probe = (chat: SignalRResource, key: string, aud = `https://${chat.hostName}${path}`, host = chat.hostName) =>
  world.ask('HEAD', `https://${host}${path}${query}`, { authorization: `Bearer ${token(key, aud)}` });

describe('the probe of a key', () => {
  it('answers 404 with the code of a missing connection for a live key, and 401 for any other', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    const good = await probe(chat, chat.keys.secondary);
    expect(good.status).toBe(404);
    expect(good.headers.get('x-ms-error-code')).toBe('Warning.Connection.NotExisted');
    expect((await probe(chat, world.azure.addSignalR({ name: 'other' }).keys.primary)).status).toBe(401);
  });

  it('turns with a regeneration: the old key refused, the new one accepted', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    const old = chat.keys.primary;
    chat.regenerate('primary');
    expect([(await probe(chat, old)).status, (await probe(chat, chat.keys.primary)).status]).toEqual([404, 401]);
    world.clock.pass(2_500);
    expect([(await probe(chat, old)).status, (await probe(chat, chat.keys.primary)).status]).toEqual([401, 404]);
  });

  it('accepts both forms of the audience, and no other address, hub or host', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    const status = async (aud: string) => (await probe(chat, chat.keys.primary, aud)).status;
    expect(await status(`https://${chat.hostName}${path}`)).toBe(404);
    expect(await status(`https://${chat.hostName}${path}${query}`)).toBe(404);
    expect(await status(`https://${chat.hostName}/api/hubs/other/connections/none`)).toBe(401);
    expect(await status(`https://${chat.hostName}/`)).toBe(401);
    expect(await status(`https://other.service.signalr.net${path}`)).toBe(401);
    expect(await status('chat')).toBe(401);
  });

  it('comes over a server endpoint with the audience of Endpoint, and over a custom domain or private link with either', async () => {
    const chat = world.azure.addSignalR({
      name: 'chat-prod',
      endpointHosts: ['proxy.example.com'],
      customDomains: ['chat.example.com'],
    });
    const over = async (host: string, aud: string) =>
      (await probe(chat, chat.keys.primary, `https://${aud}${path}`, host)).status;
    expect(await over('proxy.example.com', chat.hostName)).toBe(404);
    expect(await over('proxy.example.com', 'proxy.example.com')).toBe(401);
    expect(await over('chat.example.com', 'chat.example.com')).toBe(404);
    expect(await over('chat.example.com', chat.hostName)).toBe(404);
    const privateName = 'chat-prod.privatelink.service.signalr.net';
    expect(await over(privateName, chat.hostName)).toBe(404);
    expect(await over(privateName, privateName)).toBe(404);
  });

  it('refuses a token that has expired or has no expiry', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    const aud = `https://${chat.hostName}${path}`;
    const old = token(chat.keys.primary, aud, 60);
    const ask = (bearer: string) => world.ask('HEAD', `${aud}${query}`, { authorization: `Bearer ${bearer}` });
    expect((await ask(old)).status).toBe(404);
    world.clock.pass(70_000);
    expect((await ask(old)).status).toBe(401);
    expect((await ask(signToken(chat.keys.primary, { aud, iat: 0, exp: undefined as unknown as number }))).status).toBe(
      401,
    );
  });

  it('says nothing about the key when the network forbids or swallows it, while consumers inside go on', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    chat.dataPlane = 'forbidden';
    expect((await probe(chat, chat.keys.primary)).status).toBe(403);
    chat.dataPlane = 'unreachable';
    expect(await failureOf(probe(chat, chat.keys.primary))).toMatchObject({ code: 'ECONNRESET' });
    const inside = {
      authorization: `Bearer ${token(chat.keys.primary, `https://${chat.hostName}${path}`)}`,
      'user-agent': 'simulated-consumer/web',
    };
    expect((await world.ask('HEAD', `https://${chat.hostName}${path}${query}`, inside)).status).toBe(404);
  });
});

describe('the rest of the data plane', () => {
  it('calls itself healthy without any key', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    chat.disableLocalAuth();
    expect((await world.ask('GET', `https://${chat.hostName}/api/health`)).status).toBe(200);
  });

  it('takes messages of a server and negotiations of a client, signed for what they ask', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    const send = `https://${chat.hostName}/api/hubs/chat/:send`;
    const sent = await world.ask(
      'POST',
      `${send}${query}`,
      { authorization: `Bearer ${token(chat.keys.primary, send)}` },
      { target: 'tick' },
    );
    expect(sent.status).toBe(202);
    const client = token(chat.keys.primary, `https://${chat.hostName}/client/?hub=chat`);
    const negotiate = (hub: string) =>
      world.ask('POST', `https://${chat.hostName}/client/negotiate?hub=${hub}&access_token=${client}`);
    expect((await negotiate('chat')).status).toBe(200);
    expect((await negotiate('other')).status).toBe(401);
    expect(JSON.stringify(world.azure.requests)).not.toContain(client);
  });

  it('refuses every key when local auth is disabled, and is gone when the resource is stopped', async () => {
    const chat = world.azure.addSignalR({ name: 'chat-prod' });
    const { primary } = chat.keys;
    chat.stopped = true;
    await failureOf(probe(chat, primary));
    chat.stopped = false;
    expect((await probe(chat, primary)).status).toBe(404);
    chat.disableLocalAuth();
    expect((await probe(chat, primary)).status).toBe(401);
  });
});

describe('tokens of the .NET SDK', () => {
  const { rows } = JSON.parse(readFileSync('test/vectors/tokens-dotnet-1.34.json', 'utf8')) as {
    rows: { key: string; alg: string; audience: string; token: string }[];
  };
  const verify = (row: (typeof rows)[number], key: string, now = issuedAt(row.token)) =>
    verifyToken(row.token, [key], now, (audience) => audience === row.audience);

  it('are six, of both algorithms, and good at their time for their key and audience', () => {
    expect(rows.map((row) => [row.alg, verify(row, row.key)])).toEqual(
      ['HS256', 'HS512', 'HS256', 'HS512', 'HS256', 'HS512'].map((alg) => [alg, 'valid']),
    );
    expect(verifyToken(rows[0]?.token ?? '', [rows[0]?.key ?? ''], issuedAt(rows[0]?.token ?? ''), () => false)).toBe(
      'wrong-audience',
    );
  });

  it('are refused for another key, for the key’s bytes read as base64, before their time and after it', () => {
    for (const row of rows) {
      expect(verify(row, `${row.key}x`)).toBe('wrong-signature');
      expect(verify(row, Buffer.from(row.key, 'base64').toString('latin1'))).toBe('wrong-signature');
      expect(verify(row, row.key, issuedAt(row.token) + 3_610_000)).toBe('expired');
      expect(verify(row, row.key, issuedAt(row.token) - 60_000)).toBe('expired');
    }
  });

  it('connect a client to the resource that has their key, and not once it is regenerated', async () => {
    const row = rows[2];
    if (!row) throw new Error('The vectors have no third row.');
    world.clock.pass(issuedAt(row.token) - world.clock.now());
    const contoso = world.azure.addSignalR({ name: 'contoso', keys: { secondary: row.key } });
    const connect = () =>
      world.ask('POST', `https://${contoso.hostName}/client/negotiate?hub=chat`, {
        authorization: `Bearer ${row.token}`,
      });
    expect((await connect()).status).toBe(200);
    contoso.regenerate('secondary');
    world.clock.pass(5_000);
    expect((await connect()).status).toBe(401);
  });

  it('are no model for a token without signature', () => {
    const [, payload] = rows[0]?.token.split('.') ?? [];
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    expect(verifyToken(unsigned, [rows[0]?.key ?? ''], issuedAt(rows[0]?.token ?? ''), () => true)).toBe('malformed');
  });
});

function issuedAt(jwt: string): number {
  const claims = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8')) as { iat: number };
  return claims.iat * 1000;
}

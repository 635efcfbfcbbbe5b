import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalAzure, startLocalAzure } from '../../local/azure/server.ts';
import { parseRotationFile } from '../../src/config.ts';
import { aFile, anEmptyFolder, cli, everything } from './a-command-line.ts';

const OTHER = '00000000-0000-0000-0000-0000000000aa';
const PERSON = 'person-at-terminal';
const reference = (secret: string, version = '') => `@Microsoft.KeyVault(SecretUri=${secret}/${version})`;

let azure: LocalAzure;
let keys: string[] = [];
beforeAll(async () => {
  azure = await startLocalAzure();
  const chat = azure.addSignalR({ name: 'Chat-Prod', resourceGroup: 'rg-chat' });
  const orders = azure.addSignalR({ name: 'orders', resourceGroup: 'rg-orders', subscriptionId: OTHER });
  const lonely = azure.addSignalR({ name: 'lonely', resourceGroup: 'rg-demo' });
  const entra = azure.addSignalR({ name: 'entra', resourceGroup: 'rg-entra' });
  entra.localAuthDisabled = true;
  keys = [chat, orders, lonely].flatMap((each) => Object.values(each.keys));
  const vault = azure.addVault('kv-chat');
  vault.set('Azure--SignalR--ConnectionString', chat.connectionString('primary'));
  vault.set('mirror', chat.connectionString('secondary'));
  vault.set('bare', chat.keys.primary);
  vault.set('unrelated', 'Server=tcp:db;Password=hunter2-hunter2;');
  vault.set('of-somebody', 'Endpoint=https://else.service.signalr.net;AuthType=azure.msi;Version=1.0;');
  const far = azure.addVault('kv-orders', { subscriptionId: OTHER });
  far.set('signalr', orders.connectionString('primary'));
  azure.addVault('kv-shut').forbid('readMetadata', PERSON);
  const [main, mirror] = [vault.idOf('Azure--SignalR--ConnectionString'), vault.idOf('mirror')];
  azure.addSite({ name: 'web', settings: { Chat: reference(main), Plain: 'text' } });
  azure.addSite({ name: 'web', slot: 'staging', connectionStrings: { Chat: reference(main) } });
  azure.addSite({ name: 'Jobs', settings: { Chat: reference(mirror, vault.current('mirror')?.version) } });
  azure.addSite({ name: 'idle', settings: { Other: reference(vault.idOf('unrelated')) } });
  azure.addContainerApp({ name: 'gateway', subscriptionId: OTHER, secrets: { chat: far.idOf('signalr') } });
});
afterAll(async () => {
  expect(everything.filter((said) => [...keys, 'hunter2'].some((key) => said.includes(key)))).toEqual([]);
  await azure.close();
});

const init = (args: readonly string[], cwd = anEmptyFolder()) =>
  cli(['init', '--local', ...args], { cwd, env: azure.settings });

describe('a first rotation.json', () => {
  it('has the resources, the secrets that name them, and the apps that read those', async () => {
    const cwd = anEmptyFolder();
    const { code, stdout, stderr } = await init([], cwd);
    expect([code, stderr]).toEqual([3, '']);
    const text = readFileSync(join(cwd, 'rotation.json'), 'utf8');
    expect(parseRotationFile(text, { development: false })).toMatchObject({ ok: true });
    const { subscriptions, targets } = JSON.parse(text);
    expect(subscriptions.toSorted()).toEqual(['00000000-0000-0000-0000-000000000001', OTHER]);
    expect(targets).toEqual([
      {
        name: 'chat-prod',
        resourceId: azure.resources[0]?.id,
        publications: [
          { secret: 'https://kv-chat.vault.azure.net/secrets/Azure--SignalR--ConnectionString' },
          { secret: 'https://kv-chat.vault.azure.net/secrets/mirror' },
        ],
        consumers: [
          {
            name: 'web',
            resourceId: azure.sites[0]?.id,
            reads: ['https://kv-chat.vault.azure.net/secrets/Azure--SignalR--ConnectionString'],
            evidence: 'app-service-reference',
          },
          {
            name: 'web-staging',
            resourceId: azure.sites[1]?.id,
            reads: ['https://kv-chat.vault.azure.net/secrets/Azure--SignalR--ConnectionString'],
            evidence: 'app-service-reference',
          },
          {
            name: 'jobs',
            resourceId: azure.sites[2]?.id,
            reads: ['https://kv-chat.vault.azure.net/secrets/mirror'],
            evidence: 'app-service-reference',
          },
        ],
      },
      {
        name: 'orders',
        resourceId: azure.resources[1]?.id,
        publications: [{ secret: 'https://kv-orders.vault.azure.net/secrets/signalr' }],
        consumers: [{ name: 'gateway', resourceId: azure.containerApps[0]?.id, evidence: 'container-app' }],
      },
    ]);
    expect(stdout).toContain(azure.resources[0]?.fingerprints.primary);
  });

  it('comes with what is left out, what looks wrong, and what could not be seen', async () => {
    const { stdout } = await init(['--dry-run']);
    expect(stdout).toContain('entra has no keys');
    expect(stdout).toContain('lonely: no secret that was seen names lonely.service.signalr.net');
    expect(stdout).toContain('Jobs refers to one version of its secret');
    expect(stdout).toContain('kv-chat/of-somebody names else.service.signalr.net');
    expect(stdout).toContain('Secrets of kv-shut.vault.azure.net: you may not see it.');
  });

  it('waits for a person where nobody is seen to read a secret', async () => {
    const { stdout } = await init([
      '--json',
      '--dry-run',
      '--subscription',
      '00000000-0000-0000-0000-000000000001',
      '--vault',
      'kv-orders',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ written: false, added: [] });
    const only = await init(['--json', '--dry-run', '--subscription', OTHER]);
    expect(JSON.parse(only.stdout)).toMatchObject({ added: [{ name: 'orders' }] });
    azure.subscription(OTHER).denials.forbid('listContainerApps', PERSON);
    const blind = JSON.parse((await init(['--json', '--dry-run', '--subscription', OTHER])).stdout);
    azure.subscription(OTHER).denials.allow('listContainerApps', PERSON);
    expect(blind).toMatchObject({ added: [{ name: 'orders', switchover: { unlisted: 'hold' } }] });
    expect(blind.unseen).toContain(`Container apps of subscription ${OTHER}: you may not see it.`);
  });

  it('is not written where nothing is found, or in a dry run', async () => {
    const cwd = anEmptyFolder();
    await init(['--dry-run'], cwd);
    const { code, stdout } = await init(['--vault', 'kv-shut'], cwd);
    expect(code).toBe(3);
    expect(stdout).toContain('nothing is written');
    expect(() => readFileSync(join(cwd, 'rotation.json'))).toThrow();
  });

  it('asks no resource for its keys, and changes nothing', () => {
    const asked = azure.requests.filter(({ host }) => host !== 'identity');
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter(({ method }) => method !== 'GET')).toEqual([]);
  });
});

describe('a file that is there', () => {
  /** With a form of its own, which nobody should lose. */
  const mine = `{
  "defaults": { "rotateAfter": "P30D",   "maxKeyAge": "P60D" },
  "targets": [
    { "name": "orders", "resourceId": "/SUBSCRIPTIONS/${OTHER}/resourceGroups/rg-orders/providers/Microsoft.SignalRService/SignalR/orders",
      "publications": [ { "secret": "https://kv-x.vault.azure.net/secrets/a]" } ], "switchover": { "unlisted": "hold" } } ],
  "fleet": { "maxInFlight": 3 }
}
`.replace('a]', 'a');

  it('is added to, and what it has stays byte for byte', async () => {
    const cwd = anEmptyFolder();
    const path = aFile('rotation.json', mine, cwd);
    const { stdout } = await init([], cwd);
    const text = readFileSync(path, 'utf8');
    const at = mine.indexOf(' ],\n  "fleet"');
    expect(text.startsWith(mine.slice(0, at))).toBe(true);
    expect(text.endsWith(mine.slice(at + 1))).toBe(true);
    expect(JSON.parse(text).targets.map(({ name }: { name: string }) => name)).toEqual(['orders', 'chat-prod']);
    expect(stdout).toContain('= orders');
    expect(stdout).toContain('+ chat-prod');
  });

  it('is left alone once it has everything', async () => {
    const cwd = anEmptyFolder();
    await init([], cwd);
    const before = readFileSync(join(cwd, 'rotation.json'), 'utf8');
    const { stdout } = await init([], cwd);
    expect(stdout).toContain('has it all: nothing is added');
    expect(readFileSync(join(cwd, 'rotation.json'), 'utf8')).toBe(before);
  });

  it('gets another name for a target whose name is taken', async () => {
    const cwd = anEmptyFolder();
    aFile('rotation.json', mine.replace('"orders"', '"chat-prod"'), cwd);
    const { stdout } = await init(['--json'], cwd);
    expect(JSON.parse(stdout).added).toMatchObject([{ name: 'chat-prod-2' }]);
  });

  it('that is empty gets its first target', async () => {
    const cwd = anEmptyFolder();
    aFile('rotation.json', '{ "targets": [] }', cwd);
    await init(['--subscription', OTHER], cwd);
    expect(JSON.parse(readFileSync(join(cwd, 'rotation.json'), 'utf8'))).toMatchObject({
      targets: [{ name: 'orders' }],
    });
  });

  it.each([
    ['is no JSON', '{', 'is no rotation.json that targets could be added to'],
    ['would be refused by the app', mine.replace('"P60D"', '"P1M"'), 'not a valid rotation.json'],
  ])('that %s is not touched, unless it is to be replaced', async (_, text, words) => {
    const cwd = anEmptyFolder();
    const path = aFile('rotation.json', text, cwd);
    const { code, stderr } = await init([], cwd);
    expect(code).toBe(1);
    expect(stderr).toContain(words);
    expect(readFileSync(path, 'utf8')).toBe(text);
    await init(['--force'], cwd);
    expect(JSON.parse(readFileSync(path, 'utf8')).targets).toHaveLength(2);
  });
});

describe('without an Azure', () => {
  it('says how the local one is started', async () => {
    const { code, stderr } = await cli(['init', '--local']);
    expect(code).toBe(1);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(
      'No local Azure runs: .local/azure-7071.json is not there. Run npm start',
    );
  });

  it('never sends a credential to another machine that calls itself local', async () => {
    const env = { ...azure.settings, LOCAL_AZURE: 'http://127.0.0.1.example.com:80' };
    const { code, stderr } = await cli(['init', '--local'], { env });
    expect(code).toBe(2);
    expect(stderr).toContain('must be an http address of this machine');
  });

  it('says that nobody is signed in', async () => {
    const { code, stderr } = await cli(['init']);
    expect(code).toBe(1);
    expect(stderr).toBe('Error: Nobody is signed in to Entra on this machine.\nRun az login.\n');
  });
});

it('finds the local Azure by the file that npm start writes', async () => {
  const cwd = anEmptyFolder();
  mkdirSync(join(cwd, '.local'));
  writeFileSync(join(cwd, '.local/azure-4321.json'), JSON.stringify(azure.settings));
  const args = ['init', '--local', '--url', 'http://127.0.0.1:4321', '--json'];
  expect(JSON.parse((await cli(args, { cwd })).stdout)).toMatchObject({ written: true });
});

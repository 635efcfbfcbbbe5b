import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { startLocalAzure } from '../../local/azure/server.ts';
import type { Report } from '../../src/app/report/schema.ts';
import { CLOUDS, isUnder } from '../../src/core/clouds.ts';
import { anAzurite } from '../azure/an-azurite.ts';
import { bundled, run, until } from './host/running.ts';

const folder = mkdtempSync(join(tmpdir(), 'clouds-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const azurite = await anAzurite();

it('the bundle rotates in China, as the settings say, and counts what Event Grid could not deliver', async () => {
  const cloud = CLOUDS.AzureChinaCloud;
  const azure = await startLocalAzure({ cloud });
  onTestFinished(() => azure.close());
  const resource = azure.addSignalR({ name: 'chat-prod', keyShape: 44 });
  const vault = azure.addVault('kv-chat');
  vault.set('signalr', resource.connectionString('primary'));
  const target = {
    name: 'chat-prod',
    resourceId: resource.id,
    publications: [{ secret: vault.idOf('signalr') }],
    consumers: [{ name: 'web', evidence: 'elapsed', after: 'PT1S' }],
    ...{ rotateAfter: 'PT10M', maxKeyAge: 'PT20M', observeEvery: 'PT1S', adoptionSpread: 'PT0S' },
    verification: { within: 'PT30S', settle: 'PT1S' },
    switchover: { maxWait: 'PT1M', tokenLifetime: 'PT1S' },
  };
  const path = join(folder, 'rotation.json');
  writeFileSync(path, JSON.stringify({ targets: [target] }));
  azure.authorisation.deploy(() => ({
    targets: [{ ...target, resourceId: resource.id, publications: target.publications, consumers: [] }] as never,
    subscriptions: [],
    notify: { topic: null },
  }));
  const letters = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient('letters');
  await letters.create();
  await letters.getBlockBlobClient('KEYS/1.json').upload('[]', 2);

  const host = await run(await bundled('../../../../src/index.ts'), {
    hostJson: JSON.parse(await readFile('host.json', 'utf8')),
    env: {
      ...azure.settings,
      ...{ AZURE_CLOUD: cloud.name, DEAD_LETTERS_CONTAINER: 'letters' },
      ...{ AzureWebJobsStorage: azurite.connectionString, ROTATION_CONFIG: path },
      ...{ SWEEP_SCHEDULE: '*/1 * * * * *', WEBSITE_AUTH_ENABLED: 'false' },
    },
  });
  onTestFinished(() => host.stop());
  await until(
    () => resource.operations.filter(({ end }) => end === 'changed').map(({ slot }) => slot),
    (slots) => slots.length === 2,
    60_000,
  );
  const report = (await (await host.get('/api/report?format=json')).json()) as Report;
  expect(report.findings).toMatchObject([{ code: 'DeadLetters', evidence: { count: 1 } }]);
  const hosts = new Set(azure.requests.map((request) => request.host).filter((name) => name !== 'identity'));
  const own = [cloud.resourceManager, cloud.vaults, cloud.signalR];
  expect([...hosts].filter((name) => !own.some((suffix) => name === suffix || isUnder(suffix, name)))).toEqual([]);
  expect([...hosts]).toEqual(
    expect.arrayContaining([cloud.resourceManager, `kv-chat.${cloud.vaults}`, `chat-prod.${cloud.signalR}`]),
  );
}, 90_000);

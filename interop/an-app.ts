import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalAzure } from '../local/azure/server.ts';
import { startAzurite } from '../local/azurite.ts';
import { startHost } from '../local/host/start.ts';
import { bundleApp } from '../scripts/build.ts';
import { parseRotationFile } from '../src/config.ts';

export const FUNCTION_KEY = 'a-function-key';

/** The bundle that is deployed, in the small Functions host that asks for keys, with its storage and a local Azure. Nothing of it leaves loopback. */
export async function anApp(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'interop-'));
  const [azure, azurite] = await Promise.all([startLocalAzure(), startAzurite(), bundleApp(folder)]);
  const chat = azure.addSignalR({ name: 'chat' });
  const vault = azure.addVault('kv-a');
  vault.set('chat', chat.connectionString('primary'));
  const consumers = [{ name: 'web', evidence: 'ack' }];
  const target = { name: 'chat-prod', resourceId: chat.id, publications: [{ secret: vault.idOf('chat') }], consumers };
  const rotation = JSON.stringify({ subscriptions: [chat.subscriptionId], targets: [target] });
  const parsed = parseRotationFile(rotation, { development: true });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  azure.authorisation.deploy(parsed.value);
  const file = join(folder, 'rotation.json');
  writeFileSync(file, rotation);
  const host = await startHost({
    main: join(folder, 'index.cjs'),
    hostJson: JSON.parse(readFileSync('host.json', 'utf8')),
    env: {
      ...azure.settings,
      AzureWebJobsStorage: azurite.connectionString,
      ROTATION_CONFIG: file,
      SWEEP_SCHEDULE: '*/5 * * * * *',
      LEAKS_SECRET: 'a-webhook-secret-of-interop',
    },
    port: 0,
    log: () => undefined,
    enableAuth: { functionKey: FUNCTION_KEY },
  });
  return {
    url: host.url,
    async stop() {
      await host.stop();
      await azurite.stop();
      await azure.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

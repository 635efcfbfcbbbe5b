import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { startLocalAzure } from '../../local/azure/server.ts';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import { parseRotationFile } from '../../src/config.ts';
import { bundled, type Running, run } from '../local/host/running.ts';

let main: Promise<string> | null = null;
let azurite: Promise<Azurite> | null = null;
afterAll(async () => (await azurite)?.stop());

export interface AppOptions {
  /** The text of rotation.json; null: no such file. */
  readonly rotation?: string | null;
  /** The same, made out for the one resource there is. */
  readonly rotationFor?: (resourceId: string, secret: string, subscription: string) => string;
  readonly env?: Record<string, string>;
  readonly functionKey?: string;
  readonly masterKey?: string;
}

export const TENANT = 'aaaaaaaa-0000-0000-0000-000000000001';
export const WEB_PRINCIPAL = 'bbbbbbbb-0000-0000-0000-000000000001';

/** The bundle that is deployed, in the small Functions host, with its storage and a local Azure. */
export async function anApp(options: AppOptions = {}) {
  main ??= bundled('../../../../src/index.ts');
  azurite ??= startAzurite();
  const azure = await startLocalAzure();
  const chat = azure.addSignalR({ name: `chat-${crypto.randomUUID().slice(0, 8)}` });
  const vault = azure.addVault('kv-a');
  vault.set('chat', chat.connectionString('primary'));
  const file = join(mkdtempSync(join(tmpdir(), 'app-')), 'rotation.json');
  const { rotationFor = rotationFile, functionKey, masterKey } = options;
  const own = rotationFor(chat.id, vault.idOf('chat'), chat.subscriptionId);
  const rotation = options.rotation === undefined ? own : options.rotation;
  if (rotation !== null) writeFileSync(file, rotation);
  const parsed = parseRotationFile(rotation ?? '', { development: true });
  if (parsed.ok) azure.authorisation.deploy(parsed.value);
  const app: Running = await run(await main, {
    hostJson: JSON.parse(readFileSync('host.json', 'utf8')),
    env: {
      ...azure.settings,
      AzureWebJobsStorage: (await azurite).connectionString,
      ROTATION_CONFIG: file,
      SWEEP_SCHEDULE: '*/1 * * * * *',
      WEBSITE_AUTH_ENABLED: '',
      AUTH_TENANT_ID: '',
      ...options.env,
    },
    ...(functionKey === undefined ? {} : { enableAuth: { functionKey, ...(masterKey && { masterKey }) } }),
  });
  const stop = async (): Promise<void> => {
    await app.stop();
    await azure.close();
    // Its roles were enough for whatever it did.
    expect(azure.authorisation.refusals).toEqual([]);
  };
  return { app, azure, chat, vault, secret: vault.idOf('chat'), storage: await azurite, stop };
}

export const rotationFile = (resourceId: string, secret: string): string =>
  JSON.stringify({
    targets: [
      {
        name: 'chat-prod',
        resourceId,
        publications: [{ secret }],
        consumers: [
          { name: 'web', evidence: 'ack', principalId: WEB_PRINCIPAL },
          { name: 'job', evidence: 'ack' },
        ],
      },
    ],
  });

export const post = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

/** What App Service Authentication puts before the app. */
export function principal(
  roles: readonly string[],
  { tid = TENANT, oid = 'cccccccc-0000-0000-0000-000000000001' } = {},
) {
  const claims = [
    { typ: 'http://schemas.microsoft.com/identity/claims/tenantid', val: tid },
    { typ: 'http://schemas.microsoft.com/identity/claims/objectidentifier', val: oid },
    ...roles.map((val) => ({ typ: 'roles', val })),
  ];
  const json = JSON.stringify({ auth_typ: 'aad', role_typ: 'roles', claims });
  return { 'x-ms-client-principal': Buffer.from(json).toString('base64') };
}

import { inspect } from 'node:util';
import { afterAll } from 'vitest';
import { newKey } from '../../local/azure/keys.ts';
import { startLocalAzure } from '../../local/azure/server.ts';
import type { SignalROptions, SignalRResource } from '../../local/azure/signalr-resource.ts';
import type { Vault, VaultOptions } from '../../local/azure/vault.ts';
import type { SecretContent } from '../../src/app/ports.ts';
import { SecretValue } from '../../src/app/secret-value.ts';
import { azureConsumers } from '../../src/azure/consumers.ts';
import { signalRDataPlane } from '../../src/azure/data-plane.ts';
import { azureEstate } from '../../src/azure/estate.ts';
import { keyVaultSecrets } from '../../src/azure/key-vault.ts';
import { azureMonitor } from '../../src/azure/monitor.ts';
import { signalRKeys } from '../../src/azure/signalr-keys.ts';
import { transportFor } from '../../src/azure/transport.ts';
import { parseResourceId, parseSecretId, type ResourceId, type SecretId } from '../../src/core/model.ts';
import { HandClock } from '../local/azure/a-local-azure.ts';

export { newKey };

export const never = new AbortController().signal;

/** The adapters with the real SDKs in them, over HTTP to a local Azure whose clock moves by hand. */
export async function localServices() {
  const clock = new HandClock();
  // There is no rotation.json: whatever is asked for counts as listed. For what a role does not hold an adapter is refused.
  const azure = await startLocalAzure({ clock, authorisation: { by: 'what-is-asked' } });
  afterAll(() => azure.close());
  const access = { credential: azure.credential(), httpClient: transportFor(azure.origin) };
  const open = {
    keys: signalRKeys(access),
    secrets: keyVaultSecrets(access),
    consumers: azureConsumers(access),
    monitor: azureMonitor({ ...access, now: () => clock.now() }),
    estate: azureEstate(access),
    dataPlane: signalRDataPlane({ ...access, now: () => clock.now(), connectionId: () => crypto.randomUUID() }),
  };
  let named = 0;
  return {
    azure,
    clock,
    access,
    open,
    keys: open.keys(never),
    secrets: open.secrets(never),
    dataPlane: open.dataPlane(never),
    consumers: open.consumers(never),
    monitor: open.monitor(never),
    estate: open.estate(never),
    aResource(options: Partial<SignalROptions> = {}): { resource: SignalRResource; id: ResourceId } {
      named += 1;
      const resource = azure.addSignalR({ name: `chat-${named}`, ...options });
      const id = parseResourceId(resource.id);
      if (id === null) throw new Error(`${resource.id} is no resource id.`);
      return { resource, id };
    },
    aVault(options: VaultOptions = {}) {
      named += 1;
      return azure.addVault(`kv-${named}`, options);
    },
    /** How often a request was really sent: the world counts, not a mock. */
    sent: (method: string, path: RegExp) =>
      azure.requests.filter((request) => request.method === method && path.test(request.path)).length,
  };
}

/** An answer that a fault gives, with an error that no adapter knows. */
export const status = (code: number, headers = {}) => ({
  status: code,
  headers,
  body: { error: { code: 'Some', message: 'x' } },
});

/** The same of Key Vault, which says in `innererror` what it means. */
export const vaultStatus = (code: number, innererror?: string) => ({
  status: code,
  body: { error: { code: 'Some', message: 'x', ...(innererror && { innererror: { code: innererror } }) } },
});

export function secretIdOf(vault: Vault, name = 'chat'): SecretId {
  const id = parseSecretId(vault.idOf(name));
  if (id === null) throw new Error(`${name} is no name for a secret.`);
  return id;
}

export const someContent = (text = 'Endpoint=https://a;AccessKey=b;'): SecretContent => ({
  value: new SecretValue(text),
  contentType: null,
  tags: {},
  expiresAt: null,
});

/** What a call that must fail ends with. */
export async function errorOf(call: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await call;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error('The call was expected to fail and did not.');
}

/** Everything that a logger, however thorough, could write about an error. */
export function everythingAbout(error: Error): string {
  const shown: string[] = [];
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    const own = Object.fromEntries(
      Object.getOwnPropertyNames(current).map((name) => [name, Reflect.get(current as object, name)]),
    );
    shown.push(String(current), String(current.stack), JSON.stringify(current), JSON.stringify(own));
    shown.push(inspect(current, { depth: 20, showHidden: true, getters: true }));
  }
  return shown.join('\n');
}

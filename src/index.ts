import { randomBytes, randomUUID } from 'node:crypto';
import type { App } from './app/reconcile.ts';
import type { OpenPorts } from './app/ports.ts';
import { SecretValue } from './app/secret-value.ts';
import { managedIdentity } from './azure/credential.ts';
import { signalRDataPlane } from './azure/data-plane.ts';
import { keyVaultSecrets } from './azure/key-vault.ts';
import { reconcileQueue } from './azure/reconcile-queue.ts';
import { signalRKeys } from './azure/signalr-keys.ts';
import { storageFrom } from './azure/storage.ts';
import { tableLedger } from './azure/table-ledger.ts';
import { localAzureFrom, transportFor } from './azure/transport.ts';
import { register } from './functions/register.ts';
import { type Environment, loadSettings, type Settings } from './settings.ts';

/** Composition root: configuration -> adapters -> app -> triggers. Nothing else reads the environment. */
const env: Environment = process.env;
const loaded = loadSettings(env);
register(
  loaded.ok
    ? { authentication: loaded.settings.authentication, app: compose(loaded.settings, env) }
    : { authentication: loaded.authentication, app: { faults: loaded.faults } },
);

function compose({ config }: Settings, settings: Environment): App {
  return {
    openPorts: openAzure(settings),
    targets: config.targets,
    configHash: config.hash,
    log: () => undefined,
    newId: randomUUID,
    // As long as a real one, so that it is refused for being unknown and not for its form.
    randomKey: () => new SecretValue(randomBytes(32).toString('base64')),
    chance: Math.random,
    stopwatch: () => performance.now(),
  };
}

function openAzure(settings: Environment): OpenPorts {
  const httpClient = transportFor(localAzureFrom(settings));
  const credential = managedIdentity(settings.AZURE_CLIENT_ID ?? null);
  const storage = storageFrom(settings);
  const keys = signalRKeys({ credential, httpClient });
  const secrets = keyVaultSecrets({ credential, httpClient });
  const dataPlane = signalRDataPlane({ httpClient, now: Date.now, connectionId: randomUUID });
  const ledger = tableLedger({ storage, httpClient });
  const queue = reconcileQueue({ storage });
  return (signal) => ({
    keys: keys(signal),
    secrets: secrets(signal),
    dataPlane: dataPlane(signal),
    ledger: ledger(signal),
    queue: queue(signal),
  });
}

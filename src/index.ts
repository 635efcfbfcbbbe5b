import { randomBytes, randomUUID } from 'node:crypto';
import type { App } from './app/app.ts';
import type { OpenPorts } from './app/ports.ts';
import { SecretValue } from './app/secret-value.ts';
import { managedIdentity } from './azure/credential.ts';
import { signalRDataPlane } from './azure/data-plane.ts';
import { keyVaultSecrets } from './azure/key-vault.ts';
import { reconcileQueue } from './azure/reconcile-queue.ts';
import { signalRKeys } from './azure/signalr-keys.ts';
import { StorageNotConfigured, storageFrom } from './azure/storage.ts';
import { tableFleet } from './azure/table-fleet.ts';
import { tableLedger } from './azure/table-ledger.ts';
import { LocalAzureRefused, localAzureFrom, transportFor } from './azure/transport.ts';
import type { RotationConfig } from './config.ts';
import type { Surface } from './functions/http/route.ts';
import { register } from './functions/register.ts';
import { type Authentication, type Environment, loadSettings } from './settings.ts';

/** Composition root: configuration -> adapters -> app -> triggers. Nothing else reads the environment. */
register(surfaceOf(process.env));

function surfaceOf(env: Environment): Surface {
  const loaded = loadSettings(env);
  const { authentication } = loaded;
  if (!loaded.ok) return { authentication, app: { faults: loaded.faults } };
  try {
    return { authentication, app: compose(loaded.config, loaded.installation, env) };
  } catch (error) {
    // A bundle that does not load answers nothing at all; one that does can say what is wrong.
    if (error instanceof StorageNotConfigured) return misconfigured(authentication, 'AzureWebJobsStorage', error);
    if (error instanceof LocalAzureRefused) return misconfigured(authentication, 'LOCAL_AZURE', error);
    throw error;
  }
}

function misconfigured(authentication: Authentication, path: string, { message }: Error): Surface {
  return { authentication, app: { faults: [{ path, message }] } };
}

function compose(config: RotationConfig, installation: string, settings: Environment): App {
  return {
    openPorts: openAzure(settings),
    targets: config.targets,
    fleet: config.fleet,
    installation,
    configHash: config.hash,
    // Each invocation brings its own: see log-to.ts.
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
  const fleet = tableFleet({ storage, httpClient });
  const queue = reconcileQueue({ storage });
  return (signal) => ({
    keys: keys(signal),
    secrets: secrets(signal),
    dataPlane: dataPlane(signal),
    ledger: ledger(signal),
    fleet: fleet(signal),
    queue: queue(signal),
  });
}

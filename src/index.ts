import { randomBytes, randomUUID } from 'node:crypto';
import software from '../package.json' with { type: 'json' };
import type { App } from './app/app.ts';
import type { OpenPorts, Telemetry } from './app/ports.ts';
import { SecretValue } from './app/secret-value.ts';
import { untold } from './app/untold.ts';
import { toApplicationInsights, toCollector } from './azure/collector.ts';
import { azureConsumers } from './azure/consumers.ts';
import { managedIdentity } from './azure/credential.ts';
import { signalRDataPlane } from './azure/data-plane.ts';
import { blobDeadLetters } from './azure/dead-letters.ts';
import { azureEstate } from './azure/estate.ts';
import { keyVaultSecrets } from './azure/key-vault.ts';
import { azureMonitor } from './azure/monitor.ts';
import { notifier } from './azure/notifier.ts';
import { reconcileQueue } from './azure/reconcile-queue.ts';
import { signalRKeys } from './azure/signalr-keys.ts';
import { type Storage, StorageNotConfigured, storageFrom } from './azure/storage.ts';
import { tableFleet } from './azure/table-fleet.ts';
import { tableInventory } from './azure/table-inventory.ts';
import { tableLedger } from './azure/table-ledger.ts';
import { isLoopback, LocalAzureRefused, localAzureFrom, transportFor } from './azure/transport.ts';
import { watched, watchedPort } from './azure/watched.ts';
import type { ConfigFault } from './config.ts';
import type { Surface } from './functions/http/route.ts';
import { register } from './functions/register.ts';
import { type Environment, type Loaded, loadSettings } from './settings.ts';
import { addressesIn } from './telemetry/addresses.ts';
import { listener } from './telemetry/listener.ts';
import { recorder } from './telemetry/recorder.ts';
import type { Destination } from './telemetry/sdk.ts';

/** Composition root: configuration -> adapters -> app -> triggers. Nothing else reads the environment. */
register(surfaceOf(process.env));

function surfaceOf(env: Environment): Surface {
  const loaded = loadSettings(env);
  const { authentication, leaksSecret } = loaded;
  const places = findPlaces(env);
  // A bundle that does not load answers nothing at all; one that does can say everything that is wrong.
  const faults = [...(loaded.ok ? [] : loaded.faults), ...('faults' in places ? places.faults : [])];
  if (!loaded.ok || 'faults' in places) return { authentication, leaksSecret, app: { faults } };
  const telemetry = listen(env, places, loaded);
  return {
    authentication,
    leaksSecret,
    app: compose(loaded, openAzure(env, places, loaded, telemetry), telemetry),
  };
}

/** Without an address nothing is recorded. OpenTelemetry is loaded when there is first something to tell, and not before the app answers. */
function listen(
  settings: Environment,
  { localAzure }: Places,
  { installation, cloud }: Extract<Loaded, { ok: true }>,
): Telemetry {
  const addresses = addressesIn(settings, (url) => localAzure === null || isLoopback(url));
  const { otlp: collector, applicationInsights: component, fault } = addresses;
  if (collector === null && component === null) return { ...untold, fleet: () => Promise.resolve(fault) };
  // Not watched: what is told of the telling would be told, too.
  const httpClient = transportFor(localAzure);
  const open = async () => {
    const { openSdk, otlp, applicationInsights } = await import('./telemetry/open.ts');
    const destinations: Destination[] = [];
    if (collector !== null) {
      const to = (url: URL) => toCollector(url, collector.headers, httpClient);
      destinations.push(otlp({ traces: to(collector.traces), metrics: to(collector.metrics) }));
    }
    if (component !== null) {
      const { track, instrumentationKey, identity } = component;
      const post =
        identity === null
          ? toCollector(track, { 'content-type': 'application/json' }, httpClient)
          : toApplicationInsights(track, identity.audience ?? `https://${cloud.monitor}`, {
              credential: managedIdentity(identity.clientId),
              httpClient,
            });
      destinations.push(applicationInsights(instrumentationKey, post));
    }
    return openSdk(destinations, { version: software.version, installation, instance: randomUUID() });
  };
  const telemetry = recorder(Date.now, listener(open));
  // One of two addresses may be bad, and that the other one works says nothing of it.
  return { ...telemetry, fleet: async (measure) => (await telemetry.fleet(measure)) ?? fault };
}

interface Places {
  readonly localAzure: URL | null;
  readonly storage: Storage;
  readonly deadLetters: ReturnType<typeof blobDeadLetters> | null;
}

function findPlaces(env: Environment): Places | { readonly faults: readonly ConfigFault[] } {
  const localAzure = found('LOCAL_AZURE', () => localAzureFrom(env));
  const storage = found('AzureWebJobsStorage', () => storageFrom(env));
  if ('fault' in localAzure || 'fault' in storage) {
    return { faults: [localAzure, storage].flatMap((each) => ('fault' in each ? each.fault : [])) };
  }
  const container = env.DEAD_LETTERS_CONTAINER;
  const deadLetters = found('DEAD_LETTERS_CONTAINER', () =>
    container ? blobDeadLetters({ storage: storage.at, container }) : null,
  );
  if ('fault' in deadLetters) return { faults: [deadLetters.fault] };
  return { localAzure: localAzure.at, storage: storage.at, deadLetters: deadLetters.at };
}

function found<T>(path: string, find: () => T): { readonly at: T } | { readonly fault: ConfigFault } {
  try {
    return { at: find() };
  } catch (error) {
    if (error instanceof StorageNotConfigured || error instanceof LocalAzureRefused) {
      return { fault: { path, message: error.message } };
    }
    throw error;
  }
}

function compose(
  { config, cloud, installation, selfPrincipalId }: Extract<Loaded, { ok: true }>,
  openPorts: OpenPorts,
  telemetry: Telemetry,
): App {
  return {
    openPorts,
    targets: config.targets,
    subscriptions: config.subscriptions,
    knownPrincipals: config.knownPrincipals,
    selfPrincipalId,
    fleet: config.fleet,
    installation,
    cloud,
    configHash: config.hash,
    version: software.version,
    telemetry,
    // Each invocation brings its own: see log-to.ts.
    log: () => undefined,
    newId: randomUUID,
    // As long as a real one, so that it is refused for being unknown and not for its form.
    randomKey: () => new SecretValue(randomBytes(32).toString('base64')),
    chance: Math.random,
    stopwatch: () => performance.now(),
  };
}

function openAzure(
  settings: Environment,
  { localAzure, storage, deadLetters }: Places,
  { cloud, config }: Extract<Loaded, { ok: true }>,
  telemetry: Telemetry,
): OpenPorts {
  const { webhook, topic } = config.notify;
  const httpClient = watched(transportFor(localAzure), cloud, telemetry);
  const credential = managedIdentity(settings.AZURE_CLIENT_ID ?? null);
  const access = { credential, httpClient, cloud };
  const keys = signalRKeys(access);
  const secrets = keyVaultSecrets({ credential, httpClient });
  const dataPlane = signalRDataPlane({ httpClient, now: Date.now, connectionId: randomUUID });
  const ledger = tableLedger({ storage, httpClient });
  const fleet = tableFleet({ storage, httpClient });
  const inventory = tableInventory({ storage, httpClient });
  const consumers = azureConsumers(access);
  const events = notifier({ ...access, webhook: webhook === null ? null : new URL(webhook), topic });
  const queue = reconcileQueue({ storage });
  const monitor = azureMonitor({ ...access, now: Date.now });
  const estate = azureEstate(access);
  return (signal) => ({
    keys: keys(signal),
    secrets: secrets(signal),
    dataPlane: dataPlane(signal),
    ledger: ledger(signal),
    fleet: fleet(signal),
    inventory: inventory(signal),
    consumers: consumers(signal),
    notifier: events(signal),
    queue: watchedPort(queue(signal), 'queue-storage', telemetry),
    monitor: monitor(signal),
    estate: estate(signal),
    deadLetters: deadLetters && watchedPort(deadLetters(signal), 'blob-storage', telemetry),
  });
}

import { issueToken, rotator } from '../../local/azure/identity.ts';
import type { Ports as OpenPorts } from '../../src/app/ports.ts';
import { SecretValue } from '../../src/app/secret-value.ts';
import { azureConsumers } from '../../src/azure/consumers.ts';
import { signalRDataPlane } from '../../src/azure/data-plane.ts';
import { blobDeadLetters } from '../../src/azure/dead-letters.ts';
import { azureEstate } from '../../src/azure/estate.ts';
import { keyVaultSecrets } from '../../src/azure/key-vault.ts';
import { azureMonitor } from '../../src/azure/monitor.ts';
import { notifier } from '../../src/azure/notifier.ts';
import { reconcileQueue } from '../../src/azure/reconcile-queue.ts';
import { signalRKeys } from '../../src/azure/signalr-keys.ts';
import { tableFleet } from '../../src/azure/table-fleet.ts';
import { tableInventory } from '../../src/azure/table-inventory.ts';
import { tableLedger } from '../../src/azure/table-ledger.ts';
import { transportFor } from '../../src/azure/transport.ts';
import { aFreeze, aReceipt, aRecord, aResource, aSecretId, request } from './ledger-samples.ts';
import { atAddress, inContainerApp, inSite } from './listed-consumers.ts';

/** Of an app that has a container of dead letters. */
export type Ports = { readonly [P in keyof OpenPorts]: NonNullable<OpenPorts[P]> };

/** The ports as the app has them, with everything behind them at that address. */
export function portsAt({ origin }: { readonly origin: URL }, signal: AbortSignal): Ports {
  const httpClient = transportFor(origin);
  const credential = {
    getToken: async () => ({
      token: issueToken('https://vault.azure.net', rotator).token,
      expiresOnTimestamp: Date.now() + 3_600_000,
    }),
  };
  const key = Buffer.alloc(64, 1).toString('base64');
  const storage = {
    connectionString: `DefaultEndpointsProtocol=http;AccountName=st;AccountKey=${key};TableEndpoint=${origin.origin}/st;QueueEndpoint=${origin.origin}/st;BlobEndpoint=${origin.origin}/st;`,
  };
  const access = { credential, httpClient };
  return {
    keys: signalRKeys(access)(signal),
    secrets: keyVaultSecrets(access)(signal),
    dataPlane: signalRDataPlane({ httpClient, now: Date.now, connectionId: () => crypto.randomUUID() })(signal),
    ledger: tableLedger({ storage, httpClient })(signal),
    fleet: tableFleet({ storage, httpClient })(signal),
    inventory: tableInventory({ storage, httpClient })(signal),
    consumers: azureConsumers(access)(signal),
    notifier: notifier({
      ...access,
      webhook: new URL('https://hooks.example.com/events'),
      topic: 'https://rotation.westeurope-1.eventgrid.azure.net/api/events',
    })(signal),
    queue: reconcileQueue({ storage })(signal),
    monitor: azureMonitor({ ...access, now: Date.now })(signal),
    estate: azureEstate(access)(signal),
    deadLetters: blobDeadLetters({ storage, container: 'letters' })(signal),
  };
}

const resource = aResource();
const secret = aSecretId();
const subscription = crypto.randomUUID();
const site = { id: `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Web/sites/web` };
const containerApp = {
  id: `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.App/containerApps/web`,
};
const operationUrl =
  'https://management.azure.com/subscriptions/x/providers/Microsoft.SignalRService/locations/westeurope/operationStatuses/signalr/y?api-version=2024-03-01';
const content = { value: new SecretValue('x'), contentType: null, tags: {}, expiresAt: null };
const event = { id: '1', type: 't', source: 's', subject: 'u', time: '2026-11-02T08:00:00.000Z', data: {} };
const leak = { id: 'l', repository: 'contoso/chat', url: null, at: 0 };
const inbox = { ...request('r'), rowKey: 'in|r', etag: 'W/"1"', at: 0 };
const claim = { name: 'flight|1', resource, rotation: 'r' } as const;

/** Each thing that the app asks of somebody else. The compiler and deadlines.test.ts see to it that none is missing. */
export const calls: {
  readonly [P in keyof Ports]: { readonly [C in keyof Ports[P]]: (port: Ports[P]) => Promise<unknown>[] };
} = {
  keys: {
    look: (port) => [port.look(resource)],
    list: (port) => [port.list(resource)],
    beginRegenerate: (port) => [port.beginRegenerate(resource, 'primary')],
    operation: (port) => [port.operation(resource, operationUrl)],
  },
  secrets: {
    read: (port) => [port.read(secret), port.read(secret, '0'.repeat(32))],
    versions: (port) => [port.versions(secret)],
    publish: (port) => [port.publish(secret, content)],
    disable: (port) => [port.disable(secret, '0'.repeat(32))],
  },
  dataPlane: {
    probe: (port) => [
      port.probe(
        { server: 'https://chat.service.signalr.net', audience: 'https://chat.service.signalr.net' },
        new SecretValue('a key'),
      ),
    ],
  },
  ledger: {
    read: (port) => [port.read(resource)],
    commit: (port) => [port.commit(resource, null, aRecord(resource), [])],
    insertInbox: (port) => [port.insertInbox(resource, request('r'))],
    removeInbox: (port) => [port.removeInbox(resource, [inbox])],
    setFreeze: (port) => [port.setFreeze(resource, aFreeze())],
    deliver: (port) => [port.deliver(aReceipt(resource, 1))],
    clear: (port) => [port.clear(aReceipt(resource, 1))],
    history: (port) => [port.history(resource, 0, 100)],
    summaries: (port) => [port.summaries()],
    glances: (port) => [port.glances()],
  },
  fleet: {
    look: (port) => [port.look()],
    claim: (port) => [port.claim(claim, null), port.claim(claim, { etag: 'W/"1"' })],
    release: (port) => [port.release(resource, 'r')],
    setFreeze: (port) => [port.setFreeze(aFreeze()), port.setFreeze(null)],
    pause: (port) => [port.pause()],
    lift: (port) => [port.lift()],
    askForRefresh: (port) => [port.askForRefresh()],
    keepLeak: (port) => [port.keepLeak(leak)],
    liftLeak: (port) => [port.liftLeak('l')],
  },
  inventory: {
    surveys: (port) => [port.surveys()],
    resources: (port) => [port.resources()],
    vaults: (port) => [port.vaults(['kv-a.vault.azure.net'])],
    keep: (port) => [port.keep(subscription, 'forbidden')],
    forget: (port) => [port.forget(subscription)],
    deadLetters: (port) => [port.deadLetters()],
    keepDeadLetters: (port) => [port.keepDeadLetters({ seen: null, isBlind: true, alertedAt: null })],
  },
  consumers: {
    ask: (port) => [
      port.ask(inSite(site, null, secret)),
      port.ask(inContainerApp(containerApp, secret)),
      port.ask(atAddress('https://web.example.com/key', secret)),
    ],
    nudge: (port) => [
      port.nudge(inSite(site, null, secret), 'refresh'),
      port.nudge(inSite(site, null, secret), 'restart'),
    ],
  },
  notifier: { send: (port) => [port.send(event)] },
  queue: { send: (port) => [port.send(resource, 0)] },
  monitor: {
    diagnostics: (port) => [port.diagnostics(resource)],
    regenerations: (port) => [port.regenerations(resource, 0)],
  },
  estate: {
    resources: (port) => [port.resources(subscription)],
    vaults: (port) => [port.vaults(subscription)],
  },
  deadLetters: { look: (port) => [port.look()] },
};

import type { Authorisation } from '../../local/azure/authorization/authorisation.ts';
import { rules as allRules, type CustomRole, customRoles, type Rule } from '../../local/azure/authorization/roles.ts';
import { type LocalAzure, startLocalAzure } from '../../local/azure/server.ts';
import type { SignalRResource } from '../../local/azure/signalr-resource.ts';
import type { Site } from '../../local/azure/site.ts';
import type { App } from '../../src/app/app.ts';
import type { LogRecord } from '../../src/app/log.ts';
import type { LedgerRecord, OpenPorts } from '../../src/app/ports.ts';
import { reconcile } from '../../src/app/reconcile.ts';
import { SecretValue } from '../../src/app/secret-value.ts';
import { survey } from '../../src/app/survey.ts';
import { sweep } from '../../src/app/sweep.ts';
import { untold } from '../../src/app/untold.ts';
import { azureConsumers } from '../../src/azure/consumers.ts';
import { signalRDataPlane } from '../../src/azure/data-plane.ts';
import { azureEstate } from '../../src/azure/estate.ts';
import { keyVaultSecrets } from '../../src/azure/key-vault.ts';
import { azureMonitor } from '../../src/azure/monitor.ts';
import { notifier } from '../../src/azure/notifier.ts';
import { signalRKeys } from '../../src/azure/signalr-keys.ts';
import { transportFor } from '../../src/azure/transport.ts';
import { parseRotationFile, type RotationConfig } from '../../src/config.ts';
import { CLOUDS } from '../../src/core/clouds.ts';
import type { Duration } from '../../src/core/model.ts';
import { FleetTwin } from '../support/fleet-twin.ts';
import { InventoryTwin } from '../support/inventory-twin.ts';
import { LedgerTwin } from '../support/ledger-twin.ts';
import { QueueTwin } from '../support/queue-twin.ts';
import { HOUR, MINUTE, NOON, SECOND } from '../support/scene.ts';

const SWEEP_EVERY = 5 * MINUTE;
const SETTING = 'Azure__SignalR__ConnectionString';

export interface InstallationOptions {
  /** Default: those of infra/. */
  readonly roles?: readonly CustomRole[];
  readonly rules?: readonly Rule[];
  /** Whether rotation.json lists the subscription, whose role is inherited by all that is in it. Default true. */
  readonly surveys?: boolean;
}

/**
 * The app as it is deployed for a rotation.json that lists one of everything, with every adapter, in a local Azure that gives it
 * just what infra/ assigns for that file. Storage is in memory.
 */
export class Installation {
  readonly azure: LocalAzure;
  readonly log: LogRecord[] = [];
  /** After the first look. */
  first: LedgerRecord | null = null;
  readonly inventory: InventoryTwin;
  readonly #clock: { ms: number; now(): number };
  readonly #sites: readonly Site[];
  readonly #ledger: LedgerTwin;
  readonly #queue: QueueTwin;
  readonly #app: App;
  #sweepAt: number;

  private constructor(azure: LocalAzure, clock: { ms: number; now(): number }, surveys: boolean) {
    this.azure = azure;
    this.#clock = clock;
    this.#sweepAt = clock.now();
    const { rotation, sites } = build(azure, clock, surveys);
    this.#sites = sites;
    azure.authorisation.deploy(rotation);
    this.#ledger = new LedgerTwin(clock);
    this.#queue = new QueueTwin(clock);
    this.inventory = new InventoryTwin(clock);
    this.#app = this.#compose(rotation);
  }

  static async start(options: InstallationOptions = {}): Promise<Installation> {
    const { roles = customRoles, rules = allRules, surveys = true } = options;
    const clock = { ms: NOON, now: () => clock.ms };
    const azure = await startLocalAzure({ clock, authorisation: { roles, rules } });
    return new Installation(azure, clock, surveys);
  }

  get authorisation(): Authorisation {
    return this.azure.authorisation;
  }

  async record(): Promise<LedgerRecord | null> {
    const [target] = this.#app.targets;
    return target ? (await this.#ledger.read(target.resourceId)).record : null;
  }

  async steps(): Promise<readonly string[]> {
    const [target] = this.#app.targets;
    return target ? (await this.#ledger.history(target.resourceId, 0, 1_000)).map(({ step }) => step) : [];
  }

  /** Until something holds, or the time is over. */
  async live(lasts: Duration, until: () => Promise<boolean> | boolean): Promise<void> {
    const end = this.#clock.ms + lasts;
    while (this.#clock.ms < end) {
      await this.#sweepIfDue();
      for (const { resource, newerThan } of this.#queue.take()) {
        await reconcile(resource, this.#app, newerThan);
        this.first ??= await this.record();
      }
      this.#showWhoRestarted();
      if (await until()) return;
      const next = Math.min(this.#sweepAt, this.#queue.nextAt ?? end, end);
      this.#clock.ms = Math.max(this.#clock.ms + SECOND, next);
    }
  }

  async close(): Promise<void> {
    await this.azure.close();
  }

  async #sweepIfDue(): Promise<void> {
    if (this.#clock.ms < this.#sweepAt) return;
    this.#sweepAt = this.#clock.ms + SWEEP_EVERY;
    await sweep(this.#app);
    await survey(this.#app);
  }

  /** A refresh seems to have led nowhere until the site is restarted as well. */
  #showWhoRestarted(): void {
    for (const site of this.#sites) {
      const isPushed = this.azure.requests.some(
        ({ path, status }) => path.toLowerCase() === `${site.id}/restart`.toLowerCase() && status === 200,
      );
      site.reports(SETTING, isPushed ? null : 'Initialized');
    }
  }

  #compose({ targets, subscriptions, knownPrincipals, fleet, hash, notify }: RotationConfig): App {
    let ids = 0;
    const newId = () => {
      ids += 1;
      return `id-${ids}`;
    };
    return {
      openPorts: this.#ports(notify.topic, newId),
      ...{ targets, subscriptions, knownPrincipals, fleet, newId },
      selfPrincipalId: null,
      installation: 'default',
      cloud: CLOUDS.AzureCloud,
      configHash: hash,
      version: '0.0.0',
      log: (record) => this.log.push(record),
      telemetry: untold,
      randomKey: () => new SecretValue(`nobody has this ${newId()}`),
      chance: () => 0.5,
      stopwatch: () => this.#clock.ms,
    };
  }

  #ports(topic: string | null, connectionId: () => string): OpenPorts {
    const now = () => this.#clock.now();
    const access = { credential: this.azure.credential(), httpClient: transportFor(this.azure.origin) };
    const keys = signalRKeys(access);
    const secrets = keyVaultSecrets(access);
    const dataPlane = signalRDataPlane({ ...access, now, connectionId });
    const consumers = azureConsumers(access);
    const events = notifier({ ...access, webhook: null, topic });
    const monitor = azureMonitor({ ...access, now });
    const estate = azureEstate(access);
    const stored = {
      ledger: this.#ledger,
      fleet: new FleetTwin(this.#clock),
      queue: this.#queue,
      inventory: this.inventory,
      deadLetters: null,
    };
    return (signal) => ({
      ...stored,
      keys: keys(signal),
      secrets: secrets(signal),
      dataPlane: dataPlane(signal),
      consumers: consumers(signal),
      notifier: events(signal),
      monitor: monitor(signal),
      estate: estate(signal),
    });
  }
}

/** One of everything that a right follows from. */
function build(azure: LocalAzure, clock: { ms: number }, surveys: boolean) {
  // Custom domains are there in Premium only.
  const chat = azure.addSignalR({ name: 'chat-prod', customDomains: ['chat.example.com'], timing: QUICK });
  azure.addSignalR({ name: 'forgotten' });
  // Whoever handled the resource before left something in its log.
  chat.regenerate('primary');
  clock.ms += 10 * MINUTE;
  const [main, other] = [azure.addVault('kv-a'), azure.addVault('kv-b')];
  main.set('chat', chat.connectionString('primary'));
  other.set('gone', chat.connectionString('primary'));
  other.delete('gone');
  const settings = { [SETTING]: `@Microsoft.KeyVault(SecretUri=${main.idOf('chat')})` };
  const sites = [azure.addSite({ name: 'web', settings }), azure.addSite({ name: 'web', slot: 'blue', settings })];
  const jobs = azure.addContainerApp({ name: 'jobs', secrets: { signalr: main.idOf('chat') } });
  const reads = [main.idOf('chat')];
  const text = JSON.stringify({
    notify: { topic: azure.addTopic('rotations') },
    ...(surveys ? { subscriptions: [chat.subscriptionId] } : {}),
    defaults: { adoptionSpread: 'PT0S', switchover: { unlisted: 'PT1M', tokenLifetime: 'PT5M' } },
    targets: [
      {
        name: chat.name,
        resourceId: chat.id,
        publications: [{ secret: main.idOf('chat') }, { secret: other.idOf('gone'), required: false }],
        consumers: [
          ...sites.map(({ id, slot }) => ({
            ...{ name: slot ?? 'web', reads, evidence: 'app-service-reference', resourceId: id },
            ...{ setting: SETTING, nudge: 'restart' },
          })),
          { name: 'jobs', reads, evidence: 'container-app', resourceId: jobs.id },
        ],
      },
    ],
  });
  const parsed = parseRotationFile(text, { development: false });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return { rotation: parsed.value, sites };
}

const QUICK: SignalRResource['timing'] = {
  operation: 2 * SECOND,
  newKeyAccepted: SECOND,
  oldKeyRefused: SECOND,
  logged: 3 * MINUTE,
};

/** Long enough for a rotation that waits for everybody. */
export const A_ROTATION = 12 * HOUR;

import { fingerprintOf } from '../../local/azure/keys.ts';
import { acknowledge } from '../../src/app/acks.ts';
import { Problem } from '../../src/app/problems.ts';
import type { Duration, Instant } from '../../src/core/model.ts';
import { MINUTE } from '../support/scene.ts';
import { type Held, SimulatedConsumer } from './consumer.ts';
import type { SimulatedHost } from './host.ts';
import { type Place, SECRET, SETTING } from './place.ts';
import type { ConsumerSetup } from './scenario.ts';

const USUALLY_REREADS: Duration = 3 * MINUTE;

/** The applications that read the publications, each in its own way. */
export class Applications {
  readonly consumers: readonly SimulatedConsumer[];
  readonly #setups: readonly ConsumerSetup[];
  readonly #place: Place;
  /** What those hold that read their secret by themselves, and since when. */
  readonly #held = new Map<string, Held>();
  readonly #readAt = new Map<string, Instant>();
  /** The version that each has acknowledged last. */
  readonly #told = new Map<string, string>();

  constructor(setups: readonly ConsumerSetup[], place: Place) {
    this.#setups = setups;
    this.#place = place;
    this.consumers = setups.map((each) => this.#open(each));
  }

  /** Whoever reads its secret by itself and is due does so now. */
  readWhatIsDue(): void {
    for (const { name, rereads = USUALLY_REREADS } of this.#setups) {
      if (rereads === null || Date.now() - (this.#readAt.get(name) ?? 0) < rereads) continue;
      this.restart(name);
    }
  }

  /** A secret that cannot be read leaves an application on what it has. */
  restart(name: string): void {
    this.#readAt.set(name, Date.now());
    const vault = this.#setups.find((each) => each.name === name)?.vault ?? 0;
    const current = this.#place.vaults[vault]?.current(SECRET);
    if (current?.enabled) this.#held.set(name, { value: current.value, version: current.version });
  }

  /** Those that acknowledge say over HTTP which version they use, and again until somebody has heard it. */
  async acknowledge(host: SimulatedHost): Promise<void> {
    for (const { name, vault = 0 } of this.#setups.filter(({ by }) => by === 'ack')) {
      const version = this.consumers.find((each) => each.name === name)?.version ?? '';
      if (version === '' || this.#told.get(name) === version) continue;
      const ack = { consumer: name, secret: this.#place.secretIn(vault), shows: { by: 'version', version } } as const;
      const answer = await host.ask((ports, target) =>
        acknowledge(target, ack, () => true, ports).catch((error: unknown) => {
          // It is recorded all the same.
          if (error instanceof Problem && error.code === 'AckOutdated') return [];
          throw error;
        }),
      );
      if (answer !== null) this.#told.set(name, version);
    }
  }

  #open({ name, by, vault = 0 }: ConsumerSetup): SimulatedConsumer {
    const { azure, secretIn, target } = this.#place;
    const { tokenLifetime } = target.policy.switchover;
    if (by === 'app-service-reference') {
      const site = azure.addSite({
        name,
        settings: { [SETTING]: `@Microsoft.KeyVault(SecretUri=${secretIn(vault)}/)` },
      });
      return new SimulatedConsumer({ name, tokenLifetime, held: () => site.home(SETTING).read() });
    }
    if (by === 'container-app') {
      const app = azure.addContainerApp({ name, secrets: { signalr: secretIn(vault) } });
      return new SimulatedConsumer({ name, tokenLifetime, held: () => app.home('signalr').read() });
    }
    this.restart(name);
    const consumer = new SimulatedConsumer({ name, tokenLifetime, held: () => this.#held.get(name) ?? null });
    if (by === 'probe') {
      azure.addEndpoint(`${name}.example.com`, () => ({
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: { fingerprint: fingerprintOf(consumer.key ?? '') },
      }));
    }
    return consumer;
  }
}

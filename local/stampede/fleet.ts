import type { AzureInProcess } from '../azure/in-process.ts';
import type { SignalRResource } from '../azure/signalr-resource.ts';
import type { Vault } from '../azure/vault.ts';
import type { Chance } from '../chance.ts';

/** One target as the world has it, with what reads its keys. */
export interface Staged {
  readonly name: string;
  readonly resource: SignalRResource;
  readonly publications: readonly PublishedIn[];
  readonly readers: readonly Reader[];
}

export interface PublishedIn {
  readonly vault: Vault;
  /** Of the secret in its vault. */
  readonly name: string;
  /** The unversioned id. */
  readonly secret: string;
}

export interface Reader {
  readonly name: string;
  readonly secret: string;
  readonly acknowledges: boolean;
}

export interface Fleet {
  /** rotation.json. */
  readonly rotation: unknown;
  readonly targets: readonly Staged[];
}

const minute = 60_000;
const hour = 60 * minute;
/** Readers look at their secret this often. */
export const rereads = 10_000;
/** Of the tokens that readers give to their clients. */
export const tokenLifetime = 3_000;
/** Where the app tells what it has done. */
export const webhookHost = 'rotations.example.com';

/**
 * Targets whose keys are of unknown age, so that the app adopts them one by one over `spread`. No two need be alike: a
 * target is published once or twice, uses either slot, and has readers that say what they use, or do not.
 */
export function stageFleet(azure: AzureInProcess, targets: number, spread: number, chance: Chance): Fleet {
  azure.addWebhook(webhookHost);
  const staged = Array.from({ length: targets }, (_, n) => stage(azure, n, chance));
  return {
    targets: staged,
    rotation: {
      notify: { webhook: `https://${webhookHost}/events` },
      // Kills leave targets in flight until their leases have run out. And each process sweeps, where Azure has one do it:
      // without a limit their messages about a fleet that is new to them would be more than all of them can read.
      fleet: { maxInFlight: 1_000, pauseAfterStalled: 1_000, maxPerSweep: 40 },
      defaults: {
        rotateAfter: 'PT2H',
        maxKeyAge: 'PT6H',
        observeEvery: 'PT15M',
        adoptionSpread: `PT${Math.round(spread / 1000)}S`,
        verification: { within: 'PT1M', settle: 'PT2S' },
        switchover: { maxWait: 'PT1H', tokenLifetime: 'PT4S' },
      },
      targets: staged.map(({ name, resource, publications, readers }) => ({
        name,
        resourceId: resource.id,
        publications: publications.map(({ secret }) => ({ secret })),
        consumers: readers.map((reader) => ({
          name: reader.name,
          reads: [reader.secret],
          // Far enough above the pause of the readers for a machine that is busy with other things.
          ...(reader.acknowledges ? { evidence: 'ack' } : { evidence: 'elapsed', after: 'PT45S' }),
        })),
      })),
    },
  };
}

function stage(azure: AzureInProcess, n: number, chance: Chance): Staged {
  const name = `chat-${String(n).padStart(4, '0')}`;
  const now = azure.clock.now();
  const resource = azure.addSignalR({ name, createdAt: now - 3 * hour });
  const value = resource.connectionString(chance.isHeads(0.5) ? 'primary' : 'secondary');
  const publications = Array.from({ length: chance.isHeads(0.2) ? 2 : 1 }, (_, i): PublishedIn => {
    const vault = azure.addVault(`kv-${n}-${i}`);
    // Soon enough that Key Vault tells of it, and that this is believed.
    vault.set('signalr', value, { exp: Math.floor((now + hour) / 1000) });
    return { vault, name: 'signalr', secret: vault.idOf('signalr') };
  });
  const readers = publications.map(({ secret }, i): Reader => {
    return { name: `reader-${i}`, secret, acknowledges: chance.isHeads(0.7) };
  });
  return { name, resource, publications, readers };
}

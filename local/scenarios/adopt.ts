import { newKey } from '../azure/keys.ts';
import type { LocalAzure } from '../azure/server.ts';
import { type Scenario, type Scene, type Staged, secondsForDays } from './scenario.ts';

/** The first day with resources that people have handled for years. */
export const adopt: Scenario = {
  name: 'adopt',
  about: 'What people leave: split, dead, foreign, moved, bare.',
  build(azure, pace) {
    const targets = [split(azure), dead(azure), foreign(azure), moved(azure), bare(azure)];
    return {
      rotation: { defaults: secondsForDays(pace), targets: targets.map(({ target }) => target) },
      resources: targets.map(({ staged }) => staged),
      meanwhile() {
        for (const { mistake } of targets) mistake?.();
      },
    } satisfies Scene;
  },
};

interface Part {
  readonly target: Record<string, unknown>;
  readonly staged: Staged;
  /** What somebody did after the consumers had started. */
  readonly mistake?: () => void;
}

const rereads = 2_000;

/** One vault was forgotten when the others went over: no slot is free, and aligning is enough to free one. */
function split(azure: LocalAzure): Part {
  const resource = azure.addSignalR({ name: 'split-shop' });
  const [shop, jobs] = [azure.addVault('kv-shop'), azure.addVault('kv-jobs')];
  shop.set('signalr', resource.connectionString('primary'));
  jobs.set('signalr', resource.connectionString('secondary'));
  const [inShop, inJobs] = [shop.idOf('signalr'), jobs.idOf('signalr')];
  return {
    target: {
      name: 'split-shop',
      resourceId: resource.id,
      publications: [{ secret: inShop }, { secret: inJobs }],
      consumers: [
        { name: 'web', reads: [inShop], evidence: 'ack' },
        { name: 'jobs', reads: [inJobs], evidence: 'ack' },
      ],
    },
    staged: {
      resource,
      about: 'two vaults, a different key in each',
      expected: 'rotated',
      consumers: [
        { name: 'web', secret: inShop, rereads },
        { name: 'jobs', secret: inJobs, rereads },
      ],
    },
  };
}

/** Nobody has noticed, since nobody has restarted: whoever does is refused, unless the secret is repaired before. */
function dead(azure: LocalAzure): Part {
  const resource = azure.addSignalR({ name: 'dead-crm' });
  const vault = azure.addVault('kv-crm');
  const secret = vault.idOf('signalr');
  vault.set('signalr', resource.connectionString('primary'));
  const longGone = newKey(44, resource.createdAt);
  return {
    target: {
      name: 'dead-crm',
      resourceId: resource.id,
      publications: [{ secret }],
      consumers: [{ name: 'crm', evidence: 'ack' }],
    },
    staged: {
      resource,
      about: 'a restored backup holds a key long gone; nobody has restarted',
      expected: 'rotated',
      consumers: [{ name: 'crm', secret, rereads: 'at-start' }],
    },
    mistake: () => vault.set('signalr', resource.connectionString('primary', longGone)),
  };
}

/** Whoever wrote into it would cut its readers off from the resource that they mean. */
function foreign(azure: LocalAzure): Part {
  const resource = azure.addSignalR({ name: 'foreign-erp' });
  const other = azure.addSignalR({ name: 'warehouse' });
  const [erp, stock] = [azure.addVault('kv-erp'), azure.addVault('kv-stock')];
  erp.set('signalr', resource.connectionString('primary'));
  stock.set('signalr', other.connectionString('primary'));
  const [inErp, inStock] = [erp.idOf('signalr'), stock.idOf('signalr')];
  return {
    target: {
      name: 'foreign-erp',
      resourceId: resource.id,
      publications: [{ secret: inErp }, { secret: inStock }],
      consumers: [
        { name: 'erp', reads: [inErp], evidence: 'ack' },
        { name: 'stock', reads: [inStock], evidence: 'ack' },
      ],
    },
    staged: {
      resource,
      about: 'two vaults, one of them names another resource',
      expected: 'held',
      consumers: [
        { name: 'erp', secret: inErp, rereads },
        { name: 'stock', secret: inStock, rereads },
      ],
    },
  };
}

/** The primary looks unused, and is not. */
function moved(azure: LocalAzure): Part {
  const resource = azure.addSignalR({ name: 'moved-till' });
  const vault = azure.addVault('kv-till');
  const secret = vault.idOf('signalr');
  vault.set('signalr', resource.connectionString('primary'));
  return {
    target: {
      name: 'moved-till',
      resourceId: resource.id,
      publications: [{ secret }],
      consumers: [{ name: 'till', evidence: 'ack' }],
    },
    staged: {
      resource,
      about: 'moved to the other slot, but its consumer was not restarted',
      expected: 'rotated',
      consumers: [{ name: 'till', secret, rereads: 'at-start' }],
    },
    mistake: () => vault.set('signalr', resource.connectionString('secondary')),
  };
}

/** Its consumer has the endpoint in its own settings. */
function bare(azure: LocalAzure): Part {
  const resource = azure.addSignalR({ name: 'bare-iot' });
  const vault = azure.addVault('kv-iot');
  const secret = vault.idOf('signalr-key');
  vault.set('signalr-key', resource.keys.secondary);
  return {
    target: {
      name: 'bare-iot',
      resourceId: resource.id,
      publications: [{ secret, format: 'access-key' }],
      consumers: [{ name: 'iot', evidence: 'ack' }],
    },
    staged: {
      resource,
      about: 'a secret that is nothing but the key',
      expected: 'rotated',
      consumers: [{ name: 'iot', secret, rereads, endpoint: `https://${resource.hostName}` }],
    },
  };
}

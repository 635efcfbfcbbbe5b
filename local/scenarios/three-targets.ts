import type { LocalAzure } from '../azure/server.ts';
import { madeInTime, type Pace, type Scenario, type Scene, type Staged, secondsForDays } from './scenario.ts';

/** An old target, a new one that is published in two vaults, and one that needs no key. Nothing goes wrong. */
export const threeTargets: Scenario = {
  name: 'three-targets',
  about: 'An old target, one in two vaults, one without keys.',
  build(azure, pace) {
    const targets = [chat(azure, pace), orders(azure, pace), status(azure, pace)];
    // Somebody made it and told nobody: only the list of the subscription shows it.
    const { subscriptionId } = azure.addSignalR({
      name: 'demo-of-last-year',
      resourceGroup: 'rg-demo',
      sku: 'Free_F1',
    });
    return {
      rotation: {
        subscriptions: [subscriptionId],
        defaults: secondsForDays(pace),
        targets: targets.map(({ target }) => target),
      },
      resources: targets.map(({ staged }) => staged),
    } satisfies Scene;
  },
};

/** Far enough above the readers' 2 s for a machine that is busy with other things. */
const elapsed = { evidence: 'elapsed', after: 'PT6S' } as const;
const rereads = 2_000;

interface Part {
  readonly target: Record<string, unknown>;
  readonly staged: Staged;
}

function chat(azure: LocalAzure, pace: Pace): Part {
  const resource = azure.addSignalR({ name: 'chat-prod', createdAt: madeInTime(pace), keyShape: 44 });
  const vault = azure.addVault('kv-chat');
  const secret = vault.idOf('signalr');
  vault.set('signalr', resource.connectionString('primary'));
  return {
    target: {
      name: 'chat-prod',
      resourceId: resource.id,
      publications: [{ secret }],
      consumers: [
        { name: 'web', evidence: 'ack' },
        { name: 'worker', ...elapsed },
      ],
    },
    staged: {
      resource,
      about: 'old 44-character keys, consumers on the primary',
      expected: 'rotated',
      consumers: [
        { name: 'web', secret, rereads },
        { name: 'worker', secret, rereads },
      ],
    },
  };
}

function orders(azure: LocalAzure, pace: Pace): Part {
  const clientHost = 'live.orders.example';
  const resource = azure.addSignalR({
    name: 'orders-eu',
    resourceGroup: 'rg-orders',
    keyShape: 84,
    createdAt: madeInTime(pace),
    keysMadeAt: Date.now(),
    endpointHosts: [clientHost],
  });
  const value = `${resource.connectionString('secondary')}ClientEndpoint=https://${clientHost};`;
  const [main, mirror] = [azure.addVault('kv-orders'), azure.addVault('kv-mirror')];
  main.set('signalr', value);
  mirror.set('signalr', value);
  const [inMain, inMirror] = [main.idOf('signalr'), mirror.idOf('signalr')];
  return {
    target: {
      name: 'orders-eu',
      resourceId: resource.id,
      publications: [{ secret: inMain }, { secret: inMirror }],
      consumers: [
        { name: 'gateway', reads: [inMain], evidence: 'ack' },
        { name: 'mirror', reads: [inMirror], evidence: 'ack' },
        { name: 'billing', reads: [inMirror], ...elapsed },
      ],
    },
    staged: {
      resource,
      about: '84-character keys in two vaults, on the secondary',
      expected: 'rotated',
      consumers: [
        { name: 'gateway', secret: inMain, rereads },
        { name: 'mirror', secret: inMirror, rereads: 3_000 },
        { name: 'billing', secret: inMirror, rereads },
      ],
    },
  };
}

/** Its readers sign in with Entra, so nobody has to be listed and nothing is ever due. */
function status(azure: LocalAzure, pace: Pace): Part {
  const resource = azure.addSignalR({
    ...{ name: 'status-page', resourceGroup: 'rg-status' },
    ...{ createdAt: madeInTime(pace), keyShape: 84 },
  });
  const vault = azure.addVault('kv-status');
  vault.set('signalr', `Endpoint=https://${resource.hostName};AuthType=azure.msi;Version=1.0;`);
  return {
    target: {
      name: 'status-page',
      resourceId: resource.id,
      publications: [{ secret: vault.idOf('signalr') }],
      switchover: { unlisted: 'hold' },
    },
    staged: {
      resource,
      about: 'passwordless: publishes no key, so none rotates',
      expected: 'not-due',
      consumers: [],
    },
  };
}

import type { LocalAzure } from '../azure/server.ts';
import { madeInTime, type Pace, type Scenario, type Scene, type Staged, secondsForDays } from './scenario.ts';

/** An App Service app would fetch its references tomorrow. It is pushed instead. */
export const laggard: Scenario = {
  name: 'laggard',
  about: 'A site that reads its secret once a day, and is nudged.',
  build(azure, pace) {
    const { resource, secret } = aTarget(azure, pace, 'shop-live', 'kv-shop');
    const setting = 'Azure__SignalR__ConnectionString';
    const site = azure.addSite({
      name: 'shop-web',
      settings: { [setting]: `@Microsoft.KeyVault(SecretUri=${secret})` },
    });
    return sceneOf(pace, {
      target: {
        name: 'shop-live',
        resourceId: resource.id,
        publications: [{ secret }],
        consumers: [
          { name: 'web', evidence: 'app-service-reference', resourceId: site.id, setting, nudge: 'restart' },
          { name: 'jobs', evidence: 'ack' },
        ],
      },
      staged: {
        resource,
        about: 'web is a site that fetches its reference once a day',
        expected: 'rotated',
        consumers: [
          { name: 'web', secret, rereads: 'at-start', restartedWhen: 'never', lives: site.home(setting) },
          { name: 'jobs', secret, rereads },
        ],
      },
    });
  },
};

/** Nobody restarts an application in time, so its key stays alive; then somebody does, and it says so. */
export const stall: Scenario = {
  name: 'stall',
  about: 'Nobody restarts a consumer in time; then an ack ends it.',
  build(azure, pace) {
    const { resource, secret } = aTarget(azure, pace, 'desk-live', 'kv-desk');
    return sceneOf(pace, {
      target: {
        name: 'desk-live',
        resourceId: resource.id,
        publications: [{ secret }],
        consumers: [
          { name: 'desk', evidence: 'ack' },
          { name: 'wall', evidence: 'ack' },
        ],
        switchover: { maxWait: 'PT8S' },
      },
      staged: {
        resource,
        about: 'wall reads its secret only at start, and its people are late',
        expected: 'rotated',
        consumers: [
          { name: 'desk', secret, rereads },
          { name: 'wall', secret, rereads: 'at-start', restartedWhen: 'stalled' },
        ],
      },
    });
  },
};

/** Half of the consumers have switched when a person wants the old key back. */
export const rollback: Scenario = {
  name: 'rollback',
  about: 'A person wants the old key back in mid-switch.',
  build(azure, pace) {
    const { resource, secret } = aTarget(azure, pace, 'game-live', 'kv-game');
    return sceneOf(pace, {
      target: {
        name: 'game-live',
        resourceId: resource.id,
        publications: [{ secret }],
        consumers: [
          { name: 'lobby', evidence: 'ack' },
          { name: 'arena', evidence: 'ack' },
        ],
      },
      staged: {
        resource,
        about: 'lobby switches by itself, arena stays on the old key',
        expected: 'rolled-back',
        consumers: [
          { name: 'lobby', secret, rereads },
          { name: 'arena', secret, rereads: 'at-start', restartedWhen: 'never' },
        ],
      },
    });
  },
};

const rereads = 2_000;

function aTarget(azure: LocalAzure, pace: Pace, name: string, vaultName: string) {
  const resource = azure.addSignalR({ name, createdAt: madeInTime(pace) });
  const vault = azure.addVault(vaultName);
  vault.set('signalr', resource.connectionString('primary'));
  return { resource, secret: vault.idOf('signalr') };
}

interface Part {
  readonly target: Record<string, unknown>;
  readonly staged: Staged;
}

/** What a target says of its switchover is added to what all of them share. */
function sceneOf(pace: Pace, { target, staged }: Part): Scene {
  return { rotation: { defaults: secondsForDays(pace), targets: [target] }, resources: [staged] };
}

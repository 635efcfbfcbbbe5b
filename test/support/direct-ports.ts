import { entriesOf } from '../../local/azure/activity-log.ts';
import { describeSetting } from '../../local/azure/arm-insights.ts';
import { describeResource } from '../../local/azure/arm-resource.ts';
import { describeVault } from '../../local/azure/arm-vaults.ts';
import type { SignalRResource } from '../../local/azure/signalr-resource.ts';
import type { SubscriptionAt, SubscriptionOperation } from '../../local/azure/subscription.ts';
import type { SecretVersion as Stored, Vault } from '../../local/azure/vault.ts';
import {
  ResourceBusy,
  ResourceForbidden,
  SecretDeleted,
  SecretDisabled,
  SecretForbidden,
  SecretMissing,
  SecretUnwritable,
  SubscriptionForbidden,
} from '../../src/app/errors.ts';
import type { DataPlane, Estate, Keys, Monitor, Secrets, SecretVersion } from '../../src/app/ports.ts';
import { SecretValue } from '../../src/app/secret-value.ts';
import { regenerationsIn } from '../../src/azure/activity-log.ts';
import { resourceIn, vaultIn } from '../../src/azure/estate.ts';
import { settingIn } from '../../src/azure/monitor.ts';
import { API_VERSION, postureIn } from '../../src/azure/posture.ts';
import type { Instant, ResourceId, SecretId } from '../../src/core/model.ts';

const ROTATOR = 'rotator';

/** The same world that local Azure serves, without the wire between: thousands of rotations a minute. */
export interface Places {
  resource(id: ResourceId): SignalRResource;
  vault(secret: SecretId): Vault;
}

export function directKeys({ resource }: Places): Keys {
  const open = (id: ResourceId, operation: 'read' | 'listKeys' | 'regenerateKey'): SignalRResource => {
    const found = resource(id);
    if (found.denials.forbids(operation, ROTATOR)) throw new ResourceForbidden(id);
    return found;
  };
  return {
    look: async (id) => {
      const found = open(id, 'read');
      const { provisioningState, stopped, localAuthDisabled, createdAt, hostNames } = found;
      const posture = postureIn(describeResource(found, API_VERSION));
      return { provisioningState, stopped, localAuthDisabled, createdAt, hostNames, posture };
    },
    list: async (id) => {
      const { primary, secondary } = open(id, 'listKeys').listKeys(ROTATOR);
      return { primary: new SecretValue(primary), secondary: new SecretValue(secondary) };
    },
    beginRegenerate: async (id, slot) => {
      const begun = open(id, 'regenerateKey').regenerate(slot, ROTATOR);
      if (begun === null) throw new ResourceBusy(id);
      return { operationUrl: begun.operation.id };
    },
    operation: async (id, url) => {
      const found = open(id, 'read');
      const operation = found.operations.find((o) => o.id === url);
      if (operation === undefined) return null;
      if (found.runningOperation?.id === url) return 'running';
      return operation.end === 'fails' ? 'failed' : 'succeeded';
    },
  };
}

export function directSecrets({ vault }: Places): Secrets {
  const nameOf = (secret: SecretId): string => secret.slice(secret.lastIndexOf('/') + 1);
  const found = (secret: SecretId): Vault => {
    const stored = vault(secret).find(nameOf(secret));
    if (stored === null) throw new SecretMissing(secret);
    if (stored.deletedAt === null) return vault(secret);
    throw vault(secret).denials.forbids('readMetadata', ROTATOR)
      ? new SecretMissing(secret)
      : new SecretDeleted(secret);
  };
  const writable = (secret: SecretId, operation: 'setSecret' | 'update'): Vault => {
    const isDeleted = (vault(secret).find(nameOf(secret))?.deletedAt ?? null) !== null;
    if (isDeleted || vault(secret).denials.forbids(operation, ROTATOR)) throw new SecretUnwritable(secret);
    return vault(secret);
  };
  const one = (secret: SecretId, version?: string): Stored => {
    const all = found(secret).versions(nameOf(secret));
    const stored = version === undefined ? all.at(-1) : all.find((v) => v.version === version);
    if (stored === undefined) throw new SecretMissing(secret);
    return stored;
  };
  return {
    read: async (secret, version) => {
      if (vault(secret).denials.forbids('getSecret', ROTATOR)) throw new SecretForbidden(secret);
      const stored = one(secret, version);
      if (!stored.enabled) throw new SecretDisabled(secret);
      return { ...propertiesOf(stored), value: new SecretValue(stored.value) };
    },
    versions: async (secret) => {
      if (vault(secret).denials.forbids('readMetadata', ROTATOR)) throw new SecretForbidden(secret);
      return found(secret).versions(nameOf(secret)).map(propertiesOf);
    },
    publish: async (secret, { value, tags, contentType, expiresAt }) => {
      const more = {
        tags,
        ...(contentType === null ? {} : { contentType }),
        ...(expiresAt === null ? {} : { exp: expiresAt / 1000 }),
      };
      return propertiesOf(writable(secret, 'setSecret').set(nameOf(secret), value.reveal(), more));
    },
    disable: async (secret, version) => {
      writable(secret, 'update').disable(nameOf(secret), version);
    },
  };
}

const propertiesOf = ({ version, created, enabled, exp, contentType, tags }: Stored): SecretVersion => ({
  version,
  createdAt: created * 1000,
  enabled,
  expiresAt: exp === undefined ? null : exp * 1000,
  contentType: contentType ?? null,
  tags: tags ?? {},
});

export function directDataPlane(resources: () => readonly SignalRResource[]): DataPlane {
  return {
    probe: async ({ server }, key) => {
      const host = new URL(server).hostname;
      const asked = resources().find((r) => [...r.hostNames, ...r.endpointHosts].includes(host));
      if (asked === undefined || asked.dataPlane === 'unreachable' || asked.stopped) return 'unreachable';
      if (asked.dataPlane === 'forbidden') return 'forbidden';
      return asked.accepts(key.reveal()) ? 'accepted' : 'refused';
    },
  };
}

export function directMonitor({ resource, now }: Pick<Places, 'resource'> & { now(): Instant }): Monitor {
  return {
    diagnostics: async (id) => {
      const found = resource(id);
      if (found.denials.forbids('readDiagnostics', ROTATOR)) return null;
      return found.diagnosticSettings.map((each) => settingIn(describeSetting(found, each)));
    },
    regenerations: async (id, since) => {
      const found = resource(id);
      if (found.denials.forbids('readActivityLog', ROTATOR)) return null;
      return regenerationsIn(entriesOf(found, now()), id).filter(({ to }) => to >= since);
    },
  };
}

export interface Grounds {
  readonly subscriptionAt: SubscriptionAt;
  resources(): readonly SignalRResource[];
  vaults(): readonly Vault[];
}

export function directEstate({ subscriptionAt, resources, vaults }: Grounds): Estate {
  const listed = <T extends Listable>(subscription: string, operation: SubscriptionOperation, all: readonly T[]) => {
    const found = subscriptionAt(subscription);
    if (found === null || found.denials.forbids(operation, ROTATOR)) throw new SubscriptionForbidden(subscription);
    return all
      .filter(({ subscriptionId }) => subscriptionId.toLowerCase() === subscription.toLowerCase())
      .filter(({ denials }) => !denials.forbids('read', ROTATOR));
  };
  return {
    resources: async (subscription) =>
      listed(subscription, 'listSignalR', resources()).flatMap(
        (each) => resourceIn(describeResource(each, API_VERSION)) ?? [],
      ),
    vaults: async (subscription) =>
      listed(subscription, 'listVaults', vaults()).flatMap((each) => vaultIn(describeVault(each)) ?? []),
  };
}

interface Listable {
  readonly subscriptionId: string;
  readonly denials: { forbids(operation: 'read', principal: string): boolean };
}

import { uuidOf } from './activity-log.ts';
import type { SignalRResource } from './signalr-resource.ts';
import type { SecretVersion, Vault } from './vault.ts';

/*
 * What Azure would tell subscribers of: keys that were listed or regenerated, by whomever, and secrets. Like the real
 * service it tells the app of its own doings, too, and says of secrets never who it was.
 */

/** In the schema of Event Grid. */
export interface AzureEvent {
  readonly id: string;
  readonly topic: string;
  readonly subject: string;
  readonly eventType: string;
  readonly eventTime: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly dataVersion: string;
  readonly metadataVersion: '1';
}

/** The same event as CloudEvents 1.0. */
export const asCloudEvent = ({ id, topic, subject, eventType, eventTime, data }: AzureEvent) => ({
  ...{ specversion: '1.0', id, source: topic, subject, type: eventType, time: eventTime },
  ...{ datacontenttype: 'application/json', data },
});

/** Of something that is told once. */
export interface Happened {
  readonly id: string;
  readonly event: () => AzureEvent;
}

const day = 86_400_000;
const tenant = '00000000-0000-0000-0000-00000000000f';

/** The object id in Entra of somebody whom the local Azure knows by a name. */
export const principalIdOf = (name: string): string =>
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(name) ? name.toLowerCase() : uuidOf(`principal ${name}`);

/** Everything that has happened until now, oldest first. */
export function happenedIn(
  azure: { readonly resources: readonly SignalRResource[]; readonly vaults: readonly Vault[] },
  now: number,
): readonly Happened[] {
  const all = [
    ...azure.resources.flatMap((resource) => [...listings(resource), ...regenerations(resource, now)]),
    ...azure.vaults.flatMap((vault) => [...newVersions(vault), ...expiries(vault, now)]),
  ];
  return all.toSorted((a, b) => a.at - b.at);
}

type HappenedAt = Happened & { readonly at: number };

const listings = (resource: SignalRResource): HappenedAt[] =>
  resource.listings.map(({ id, at, by, clientIp }) => ({
    ...{ id, at },
    event: () => action(resource, 'listKeys', { id, at, by, clientIp }),
  }));

/** As soon as the operation has ended; one that has left the key as it is succeeds all the same. */
const regenerations = (resource: SignalRResource, now: number): HappenedAt[] =>
  resource.operations
    .filter(({ end, endsAt }) => end !== 'fails' && endsAt <= now)
    .map(({ id, endsAt, by }) => ({
      ...{ id, at: endsAt },
      event: () => action(resource, 'regenerateKey', { id, at: endsAt, by, clientIp: '10.0.0.4' }),
    }));

const newVersions = (vault: Vault): HappenedAt[] =>
  vault.secrets.flatMap(({ name, versions }) =>
    versions.map((version) => {
      const [id, at] = [`${vault.host}/${name}/${version.version}`, version.created * 1000];
      return { id, at, event: () => ofSecret('SecretNewVersionCreated', { vault, name, version, id, at }) };
    }),
  );

/** Looked for once in a while: the time of such an event is when it was found. Only the current version is told of. */
const expiries = (vault: Vault, now: number): HappenedAt[] =>
  vault.secrets.flatMap(({ name, deletedAt, versions }) => {
    const version = versions.at(-1);
    if (deletedAt !== null || version?.exp === undefined || !version.enabled) return [];
    const left = version.exp * 1000 - now;
    const types = [...(left <= 30 * day ? ['SecretNearExpiry'] : []), ...(left <= 0 ? ['SecretExpired'] : [])];
    return types.map((type) => {
      const id = `${type} ${vault.host}/${name}/${version.version}`;
      return { id, at: now, event: () => ofSecret(type, { vault, name, version, id, at: now }) };
    });
  });

interface Done {
  readonly id: string;
  readonly at: number;
  readonly by: string;
  readonly clientIp: string;
}

function action(resource: SignalRResource, verb: 'listKeys' | 'regenerateKey', { id, at, by, clientIp }: Done) {
  const { subscriptionId } = resource;
  const operationName = `Microsoft.SignalRService/SignalR/${verb}/action`;
  const principalId = principalIdOf(by);
  const evidence = {
    ...{ role: 'SignalR/Web PubSub Contributor', roleAssignmentScope: `/subscriptions/${subscriptionId}` },
    ...{ roleAssignmentId: hexOf(`assignment ${by}`), roleDefinitionId: '8cf5e20ae4b24e9db3a15ceb692c2761' },
    ...{ principalId: principalId.replaceAll('-', ''), principalType: 'ServicePrincipal' },
  };
  const url = `https://management.azure.com${resource.id}/${verb}?api-version=2024-03-01`;
  const data = {
    authorization: { scope: resource.id, action: operationName, evidence },
    claims: {
      ...{ aud: 'https://management.azure.com/', appid: uuidOf(`application ${by}`), ver: '1.0' },
      'http://schemas.microsoft.com/identity/claims/objectidentifier': principalId,
      'http://schemas.microsoft.com/identity/claims/tenantid': tenant,
    },
    correlationId: uuidOf(`correlation ${id}`),
    httpRequest: { clientRequestId: uuidOf(`request ${id}`), clientIpAddress: clientIp, method: 'POST', url },
    resourceProvider: 'Microsoft.SignalRService',
    resourceUri: resource.id,
    ...{ operationName, status: 'Succeeded', subscriptionId, tenantId: tenant },
  };
  const eventType = 'Microsoft.Resources.ResourceActionSuccess';
  return event({ id, topic: `/subscriptions/${subscriptionId}`, subject: resource.id, eventType, at, data }, '2');
}

interface OfSecret {
  readonly vault: Vault;
  readonly name: string;
  readonly version: SecretVersion;
  readonly id: string;
  readonly at: number;
}

function ofSecret(type: string, { vault, name, version, id, at }: OfSecret): AzureEvent {
  const data = {
    ...{ Id: `${vault.idOf(name)}/${version.version}`, VaultName: vault.name, ObjectType: 'Secret', ObjectName: name },
    ...{ Version: version.version, NBF: version.nbf ?? null, EXP: version.exp ?? null },
  };
  return event({ id, topic: vault.id, subject: name, eventType: `Microsoft.KeyVault.${type}`, at, data }, '1');
}

/** Seven digits of a second, as Event Grid writes them. */
const event = (
  { id, at, ...rest }: Pick<AzureEvent, 'id' | 'topic' | 'subject' | 'eventType' | 'data'> & { readonly at: number },
  dataVersion: string,
): AzureEvent => {
  const eventTime = new Date(at).toISOString().replace('Z', '0000Z');
  return { ...rest, id: uuidOf(id), eventTime, dataVersion, metadataVersion: '1' };
};

const hexOf = (seed: string): string => uuidOf(seed).replaceAll('-', '');

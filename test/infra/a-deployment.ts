import { infraSources, readInfra, type Sources } from './bicep/sources.ts';
import type { CloudName } from './deploy/azure.ts';
import { type Deployment, deploy } from './deploy/deploy.ts';
import type { Value } from './deploy/value.ts';

export const HOME = '11111111-0000-0000-0000-000000000001';
export const OTHER = '22222222-0000-0000-0000-000000000002';

export const signalr = (name: string, group = 'rg-chat', subscription = HOME): string =>
  `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.SignalRService/signalR/${name}`;
export const site = (name: string, group = 'rg-web', subscription = HOME): string =>
  `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Web/sites/${name}`;
export const containerApp = (name: string, group = 'rg-apps', subscription = HOME): string =>
  `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.App/containerApps/${name}`;
export const vault = (name: string, group = 'rg-vaults', subscription = HOME): string =>
  `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.KeyVault/vaults/${name}`;

/** What main.bicep comes to for a rotation.json and parameters. */
export function anInstallation({
  rotation = { targets: [] },
  params = {},
  cloud = 'AzureCloud',
  sources = infraSources(),
}: {
  readonly rotation?: unknown;
  readonly params?: Readonly<Record<string, Value>>;
  readonly cloud?: CloudName;
  readonly sources?: Sources;
} = {}): Deployment {
  const infra = readInfra(new Map(sources).set('rotation.json', JSON.stringify(rotation)));
  const given = { environmentName: 'prod', location: 'westeurope', ...params };
  return deploy('infra/main.bicep', { subscription: HOME, group: null }, given, { infra, cloud, tenantId: 'tenant-1' });
}

export const resourcesOf = (installation: Deployment, type: string) =>
  installation.all.flatMap(({ resources }) => resources).filter((each) => each.type === type);

export interface Grant {
  /** As in infra/roles.json, or, of a built-in role, its id. */
  readonly role: string;
  readonly scope: string;
  readonly principalId: string;
}

/** The role assignments, in the words of roles.json. */
export function grantsIn(installation: Deployment): readonly Grant[] {
  const names = new Map(
    resourcesOf(installation, 'Microsoft.Authorization/roleDefinitions').map(({ name, body }) => [
      name,
      String((body.properties as { roleName: string }).roleName).replace(/ \(.*/, ''),
    ]),
  );
  return resourcesOf(installation, 'Microsoft.Authorization/roleAssignments').map(({ id, body }) => {
    const { roleDefinitionId, principalId } = body.properties as { roleDefinitionId: string; principalId: string };
    const role = roleDefinitionId.split('/').at(-1) ?? '';
    return {
      role: names.get(role) ?? role,
      scope: id.replace(/\/providers\/Microsoft\.Authorization\/.*/, ''),
      principalId,
    };
  });
}

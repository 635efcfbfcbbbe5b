import { admit, authorizationFailed, resourceNotFound, same } from './arm-access.ts';
import type { ContainerApp, ContainerAppOperation, Revision } from './container-app.ts';
import { type Answer, type Ask, failure } from './http.ts';

const apiVersions = ['2024-03-01'];
const appPath =
  /^(\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.App\/containerApps\/[^/]+)(?:\/(revisions)(?:\/([^/]+)\/(replicas|restart))?)?\/?$/i;

/** Container apps with their revisions and replicas. */
export function answerContainerApps(ask: Ask, apps: readonly ContainerApp[]): Answer {
  const principal = admit(ask, apiVersions);
  if (typeof principal !== 'string') return principal;
  const [, id = ask.path, revisions = '', name = '', action = ''] = ask.path.match(appPath) ?? [];
  const app = apps.find((candidate) => same(candidate.id, id));
  if (!app) return resourceNotFound('Microsoft.App/containerApps', id);
  const allowed = (operation: ContainerAppOperation, answer: () => Answer): Answer => {
    const word = `Microsoft.App/containerApps/${operation === 'read' ? 'read' : 'revisions/restart/action'}`;
    return app.denials.forbids(operation, principal) ? authorizationFailed(principal, word, app.id) : answer();
  };
  const revision = app.revisions.find((each) => same(each.name, name));
  if (name !== '' && !revision) return resourceNotFound('Microsoft.App/containerApps/revisions', `${id}/${name}`);

  switch (`${ask.method} ${revision ? action.toLowerCase() : revisions.toLowerCase()}`) {
    case 'GET ':
      return allowed('read', () => ({ status: 200, body: describe(app) }));
    case 'GET revisions':
      return allowed('read', () => ({ status: 200, body: { value: app.revisions.map(inList(app)) } }));
    case 'GET replicas':
      return allowed('read', () => ({ status: 200, body: { value: replicasOf(app, revision) } }));
    case 'POST restart':
      return allowed('restart', () => {
        app.restart(revision?.name);
        return { status: 200, body: 'Restarting the revision.' };
      });
    default:
      return failure(405, 'HttpMethodNotAllowed', 'The local Azure has no such action on a container app.');
  }
}

export function describe(app: ContainerApp): unknown {
  // The values of secrets are never in it, only where they come from.
  const secrets = Object.entries(app.secrets).map(([name, keyVaultUrl]) => ({ name, keyVaultUrl, identity: 'system' }));
  return {
    id: app.id,
    name: app.name,
    type: 'Microsoft.App/containerApps',
    properties: { provisioningState: 'Succeeded', configuration: { activeRevisionsMode: 'Single', secrets } },
  };
}

const inList =
  (app: ContainerApp) =>
  ({ name, createdAt, active, replicas }: Revision): unknown => ({
    id: `${app.id}/revisions/${name}`,
    name,
    type: 'Microsoft.App/containerApps/revisions',
    properties: {
      createdTime: timeOf(createdAt),
      active,
      replicas: replicas.length,
      trafficWeight: active ? 100 : 0,
      provisioningState: 'Provisioned',
      runningState: active ? 'Running' : 'Stopped',
    },
  });

function replicasOf(app: ContainerApp, revision: Revision | undefined): unknown[] {
  return (revision?.replicas ?? []).map(({ name, createdAt }) => ({
    id: `${app.id}/revisions/${revision?.name}/replicas/${name}`,
    name,
    type: 'Microsoft.App/containerApps/revisions/replicas',
    properties: {
      createdTime: timeOf(createdAt),
      runningState: 'Running',
      // When a container started is not told, only that it did.
      containers: [{ name: app.name, ready: true, started: true, restartCount: 0 }],
    },
  }));
}

function timeOf(at: number): string {
  return new Date(at).toISOString().replace('.000Z', '+00:00');
}

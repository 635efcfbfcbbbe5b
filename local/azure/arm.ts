import { admit, authorizationFailed, resourceNotFound, same, subscriptionNotFound } from './arm-access.ts';
import { describeCustomDomain, describeResource } from './arm-resource.ts';
import { type Answer, type Ask, type Clock, failure, fieldOf } from './http.ts';
import { paged } from './pages.ts';
import type { Operation, SignalRResource, SlotName } from './signalr-resource.ts';
import type { SubscriptionAt } from './subscription.ts';

const apiVersions = ['2023-02-01', '2024-03-01'];
const pageSize = 100;
const actions = {
  read: 'Microsoft.SignalRService/SignalR/read',
  listKeys: 'Microsoft.SignalRService/SignalR/listKeys/action',
  regenerateKey: 'Microsoft.SignalRService/SignalR/regenerateKey/action',
} as const;
const provider = 'providers/Microsoft\\.SignalRService/signalR';
const subscriptionList = new RegExp(`^/subscriptions/([^/]+)/${provider}/?$`, 'i');
const groupList = new RegExp(`^/subscriptions/([^/]+)/resourceGroups/([^/]+)/${provider}/?$`, 'i');
const single = new RegExp(
  `^(/subscriptions/[^/]+/resourceGroups/[^/]+/${provider}/[^/]+)(?:/([^/]+))?(?:/([^/]+))?/?$`,
  'i',
);

interface Known {
  readonly resources: readonly SignalRResource[];
  readonly subscriptionAt: SubscriptionAt;
  readonly clock: Clock;
}

export function answerArm(ask: Ask, known: Known): Answer {
  const principal = admit(ask, apiVersions);
  if (typeof principal !== 'string') return principal;
  const { resources, clock } = known;
  const apiVersion = ask.query.get('api-version') ?? '';

  const [, subscription, group] = ask.path.match(subscriptionList) ?? ask.path.match(groupList) ?? [];
  if (ask.method === 'GET' && subscription !== undefined) return list(ask, subscription, group, principal, known);

  const [, id, action = '', operationId = ''] = ask.path.match(single) ?? [];
  if (id === undefined)
    return failure(404, 'InvalidResourceType', 'The local Azure knows Microsoft.SignalRService/signalR only.');
  const resource = resources.find((candidate) => same(candidate.id, id));
  if (!resource) return resourceNotFound('Microsoft.SignalRService/SignalR', id);

  const denied = (operation: keyof typeof actions) =>
    resource.denials.forbids(operation, principal)
      ? authorizationFailed(principal, actions[operation], resource.id)
      : null;

  const listKeys = () => {
    const keys = resource.listKeys(principal, '10.0.0.4');
    return { status: 200, body: keysBody(resource, resource.localAuthDisabled ? null : keys) };
  };
  switch (`${ask.method} ${action.toLowerCase()}`) {
    case 'GET ':
      return denied('read') ?? { status: 200, body: describeResource(resource, apiVersion) };
    case 'GET customdomains':
      return (
        denied('read') ?? {
          status: 200,
          body: { value: resource.customDomains.map((domain) => describeCustomDomain(resource, domain)) },
        }
      );
    case 'POST listkeys':
      return denied('listKeys') ?? listKeys();
    case 'POST regeneratekey':
      return denied('regenerateKey') ?? regenerate(ask, resource, principal, apiVersion);
    case 'GET operationstatuses':
      return denied('read') ?? operationStatus(resource, operationId, clock);
    case 'GET operationresults':
      return denied('read') ?? operationResult(ask, resource, operationId, clock);
    default:
      return failure(405, 'HttpMethodNotAllowed', 'The local Azure has no such action on this resource.');
  }
}

function list(
  ask: Ask,
  id: string,
  group: string | undefined,
  principal: string,
  { resources, subscriptionAt }: Known,
): Answer {
  const subscription = subscriptionAt(id);
  if (!subscription) return subscriptionNotFound(id);
  if (subscription.denials.forbids('listSignalR', principal)) {
    return authorizationFailed(principal, actions.read, subscription.scope);
  }
  // A list leaves out what the caller may not read: no error says that it is shorter.
  const listed = resources.filter(
    (resource) =>
      same(resource.subscriptionId, id) &&
      (group === undefined || same(resource.resourceGroup, group)) &&
      !resource.denials.forbids('read', principal),
  );
  const apiVersion = ask.query.get('api-version') ?? '';
  return paged(
    ask,
    listed.map((resource) => describeResource(resource, apiVersion)),
    pageSize,
  );
}

function regenerate(ask: Ask, resource: SignalRResource, principal: string, apiVersion: string): Answer {
  const slot = String(fieldOf(ask.body, 'keyType')).toLowerCase();
  if (slot !== 'primary' && slot !== 'secondary') {
    return failure(400, 'InvalidKeyType', 'The key type is not supported: use Primary or Secondary.');
  }
  const begun = resource.regenerate(slot, principal);
  // The message was seen, its status and code were not: 409 is what ARM documents for an operation in conflict with a running one.
  if (!begun) return failure(409, 'Conflict', 'Service must be active state');
  const at = (kind: string) =>
    `https://${ask.host}${resource.id}/${kind}/${begun.operation.id}?api-version=${apiVersion}`;
  return {
    status: 202,
    headers: { 'azure-asyncoperation': at('operationStatuses'), location: at('operationResults') },
    // Already the new keys, while none of them is live yet.
    body: keysBody(resource, begun.announced),
  };
}

function operationStatus(resource: SignalRResource, id: string, clock: Clock): Answer {
  const operation = resource.operations.find((candidate) => candidate.id === id);
  if (!operation) return failure(404, 'OperationNotFound', 'No such operation.');
  const status = statusOf(operation, clock.now());
  return {
    status: 200,
    body: {
      id: `${resource.id}/operationStatuses/${id}`,
      name: id,
      status,
      startTime: new Date(operation.startedAt).toISOString(),
      ...(status === 'Running' ? {} : { endTime: new Date(operation.endsAt).toISOString() }),
      ...(status === 'Failed' ? { error: { code: 'InternalServerError', message: 'The operation failed.' } } : {}),
    },
  };
}

function operationResult(ask: Ask, resource: SignalRResource, id: string, clock: Clock): Answer {
  const operation = resource.operations.find((candidate) => candidate.id === id);
  if (!operation) return failure(404, 'OperationNotFound', 'No such operation.');
  switch (statusOf(operation, clock.now())) {
    case 'Running':
      return { status: 202, headers: { location: `https://${ask.host}${ask.path}?${ask.query}` } };
    case 'Failed':
      return failure(500, 'InternalServerError', 'The operation failed.');
    case 'Succeeded':
      return { status: 200, body: keysBody(resource, resource.keys) };
  }
}

function statusOf(operation: Operation, now: number): 'Running' | 'Succeeded' | 'Failed' {
  if (now < operation.endsAt) return 'Running';
  return operation.end === 'fails' ? 'Failed' : 'Succeeded';
}

/** Without local auth there are no keys to list: the service has deleted them, and the fields are null. */
function keysBody(resource: SignalRResource, keys: Record<SlotName, string> | null): unknown {
  const connection = (slot: SlotName) => keys && resource.connectionString(slot, keys[slot]);
  return {
    primaryKey: keys?.primary ?? null,
    secondaryKey: keys?.secondary ?? null,
    primaryConnectionString: connection('primary'),
    secondaryConnectionString: connection('secondary'),
  };
}

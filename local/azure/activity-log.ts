import { createHash } from 'node:crypto';
import type { Operation, SignalRResource } from './signalr-resource.ts';

export type LogEntry = Readonly<Record<string, unknown>> & { readonly at: number };

const day = 86_400_000;
export const keptFor = 90 * day;

/** What the log shows of a resource now, newest first: of each regeneration how it began, was accepted and ended. Reads and listKeys are left out. */
export function entriesOf(resource: SignalRResource, now: number): readonly LogEntry[] {
  return resource.operations
    .flatMap((operation) => entriesOfOne(resource, operation))
    .filter(({ at }) => at + resource.timing.logged <= now && at >= now - keptFor)
    .reverse();
}

function entriesOfOne(resource: SignalRResource, operation: Operation): LogEntry[] {
  const { startedAt, endsAt, end, slot } = operation;
  const keyType = slot === 'primary' ? 'Primary' : 'Secondary';
  const begun = resource.logsRequestBodies ? { requestbody: JSON.stringify({ keyType }) } : {};
  const entry = (at: number, status: string, properties: Record<string, string> = {}) =>
    describe(resource, operation, { at, status, properties });
  return [
    entry(startedAt, 'Started', begun),
    entry(Math.min(startedAt + 200, endsAt), 'Accepted', { statusCode: 'Accepted' }),
    // An operation that leaves the key as it is succeeds all the same.
    end === 'fails' ? entry(endsAt, 'Failed') : entry(endsAt, 'Succeeded'),
  ];
}

interface Happened {
  readonly at: number;
  readonly status: string;
  readonly properties: Readonly<Record<string, string>>;
}

function describe(resource: SignalRResource, operation: Operation, { at, status, properties }: Happened): LogEntry {
  const action = 'Microsoft.SignalRService/SignalR/regenerateKey/action';
  // Not the id of the operation that ARM gives to whoever polls it.
  const id = uuidOf(operation.id);
  const event = uuidOf(operation.id + status);
  return {
    at,
    authorization: { action, scope: resource.id },
    caller: operation.by,
    category: word('Administrative'),
    claims: {},
    correlationId: id,
    description: '',
    eventDataId: event,
    eventName: word(status === 'Started' ? 'BeginRequest' : 'EndRequest'),
    eventTimestamp: timeOf(at),
    id: `${resource.id}/events/${event}/ticks/${at}`,
    level: status === 'Failed' ? 'Error' : 'Informational',
    operationId: id,
    operationName: { value: action, localizedValue: 'Regenerate SignalR access keys' },
    properties: { ...properties, eventCategory: 'Administrative', entity: resource.id, message: action },
    resourceGroupName: resource.resourceGroup,
    resourceId: resource.id,
    resourceProviderName: word('Microsoft.SignalRService'),
    resourceType: word('Microsoft.SignalRService/SignalR'),
    status: word(status),
    subStatus: status === 'Accepted' ? { value: status, localizedValue: 'Accepted (HTTP Status Code: 202)' } : word(''),
    submissionTimestamp: timeOf(at + resource.timing.logged),
    subscriptionId: resource.subscriptionId,
  };
}

const word = (value: string) => ({ value, localizedValue: value });

/** With seven digits of a second, as the service writes it. */
const timeOf = (at: number): string => new Date(at).toISOString().replace('Z', '0000Z');

/** Always the same for one seed. */
export function uuidOf(seed: string): string {
  const hex = createHash('sha256').update(seed).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

import { SignalRManagementClient } from '@azure/arm-signalr';
import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import { ResourceBusy, ResourceForbidden, ResourceNotFound, Unavailable } from '../app/errors.ts';
import type { Keys, ResourceLook } from '../app/ports.ts';
import { SecretValue } from '../app/secret-value.ts';
import { CLOUDS } from '../core/clouds.ts';
import type { ResourceId, Slot } from '../core/model.ts';
import { instantIn, isOfArm, isTrue, itemIn, propertiesOf, textOf, urlOf } from './arm.ts';
import type { Access } from './authorised.ts';
import { within } from './deadline.ts';
import { type Failure, failureIn, failureOf, unavailable } from './failure.ts';
import { once, patient } from './patience.ts';
import { API_VERSION, postureIn } from './posture.ts';

const SERVICE = 'Azure Resource Manager';

/** The access keys of SignalR resources. The clients, and with them tokens and connections, are shared by all invocations. */
export function signalRKeys(access: Access): (signal: AbortSignal) => Keys {
  const { cloud = CLOUDS.AzureCloud } = access;
  const open = (how: typeof once) => {
    const clients = new Map<string, SignalRManagementClient>();
    return (subscription: string) => {
      // The scope of the token follows the endpoint.
      const endpoint = `https://${cloud.resourceManager}`;
      const options = { ...how(access.httpClient), endpoint, apiVersion: API_VERSION };
      const client = clients.get(subscription) ?? new SignalRManagementClient(access.credential, subscription, options);
      clients.set(subscription, client);
      return client;
    };
  };
  const reading = open(patient);
  const changing = open(once);

  return (signal) => ({
    async look(resource) {
      const { subscription, group, name } = partsOf(resource);
      return await asking(resource, signal, (abortSignal) => lookAt(reading(subscription), group, name, abortSignal));
    },

    async list(resource) {
      const { subscription, group, name } = partsOf(resource);
      const { primaryKey, secondaryKey } = await asking(resource, signal, (abortSignal) =>
        reading(subscription).signalR.listKeys(group, name, { abortSignal }),
      );
      // Without local auth there are none, which `look` has told; here nothing that could be mistaken for a key.
      if (!isKey(primaryKey) || !isKey(secondaryKey)) throw new Unavailable(SERVICE, { status: 200 });
      return { primary: new SecretValue(primaryKey), secondary: new SecretValue(secondaryKey) };
    },

    async beginRegenerate(resource, slot) {
      // Not the SDK's beginRegenerateKey: it polls once before it returns, and when that fails the error hides that the POST was accepted.
      const response = await asking(resource, signal, (abortSignal) =>
        changing(partsOf(resource).subscription).sendRequest(
          createPipelineRequest({
            method: 'POST',
            url: urlOf(cloud, `${resource}/regenerateKey`, API_VERSION),
            headers: createHttpHeaders({ 'content-type': 'application/json', accept: 'application/json' }),
            body: JSON.stringify({ keyType: KEY_TYPES[slot] }),
            abortSignal,
          }),
        ),
      );
      // What is in the body is not read: it names the new key before that is live, and when it never will be.
      if (response.status >= 300) throw errorFor(resource, failureIn(response));
      const operationUrl = response.headers.get('azure-asyncoperation') ?? null;
      return { operationUrl: operationUrl !== null && isOfArm(cloud, operationUrl) ? operationUrl : null };
    },

    async operation(resource, operationUrl) {
      // It comes out of a table, and the app's token goes with the request.
      if (!isOfArm(cloud, operationUrl)) return null;
      const response = await asking(resource, signal, (abortSignal) =>
        reading(partsOf(resource).subscription).sendRequest(createPipelineRequest({ url: operationUrl, abortSignal })),
      );
      if (response.status === 404 || response.status === 410) return null;
      if (response.status >= 300) throw errorFor(resource, failureIn(response));
      return progressIn(response.bodyAsText);
    },
  });
}

const isKey = (value: unknown): value is string => textOf(value) !== null;

const KEY_TYPES = { primary: 'Primary', secondary: 'Secondary' } as const satisfies Record<Slot, string>;

async function asking<T>(
  resource: ResourceId,
  signal: AbortSignal,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await within(signal, call);
  } catch (error) {
    throw errorFor(resource, failureOf(error));
  }
}

function errorFor(resource: ResourceId, failure: Failure): Error {
  switch (failure.status) {
    case 401:
    case 403:
      return new ResourceForbidden(resource);
    case 404:
      return new ResourceNotFound(resource);
    case 409:
      return new ResourceBusy(resource);
    default:
      return unavailable(SERVICE, failure);
  }
}

async function lookAt(
  client: SignalRManagementClient,
  group: string,
  name: string,
  abortSignal: AbortSignal,
): Promise<ResourceLook> {
  let body: string | null | undefined;
  const found = await client.signalR.get(group, name, {
    abortSignal,
    onResponse: (raw) => {
      body = raw.bodyAsText;
    },
  });
  const hostNames = found.hostName ? [found.hostName, privateNameOf(found.hostName)] : [];
  // They are resources of their own, and only the Premium tier has any.
  if (found.sku?.tier === 'Premium') {
    for await (const { domainName } of client.signalRCustomDomains.list(group, name, { abortSignal })) {
      hostNames.push(domainName);
    }
  }
  // The SDK's model drops what 2023-02-01 did not have.
  const resource = itemIn(body) ?? {};
  return {
    provisioningState: textOf(found.provisioningState) ?? 'Unknown',
    stopped: isTrue(propertiesOf(resource).resourceStopped),
    localAuthDisabled: isTrue(found.disableLocalAuth),
    createdAt: instantIn(found.systemData?.createdAt),
    hostNames: hostNames.map((host) => host.toLowerCase()),
    posture: postureIn(resource),
  };
}

function privateNameOf(hostName: string): string {
  return hostName.replace('.', '.privatelink.');
}

function progressIn(body: string | null | undefined): 'running' | 'succeeded' | 'failed' {
  const status = statusIn(body);
  if (status === null) throw new Unavailable(SERVICE, { status: 200 });
  if (status === 'succeeded') return 'succeeded';
  return status === 'failed' || status === 'canceled' ? 'failed' : 'running';
}

function statusIn(body: string | null | undefined): string | null {
  try {
    const { status } = JSON.parse(body ?? '') as { status?: unknown };
    return typeof status === 'string' ? status.toLowerCase() : null;
  } catch {
    return null;
  }
}

function partsOf(resource: ResourceId) {
  const [, , subscription = '', , group = '', , , , name = ''] = resource.split('/');
  return { subscription, group, name };
}

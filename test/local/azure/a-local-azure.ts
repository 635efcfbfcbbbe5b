import { SignalRManagementClient } from '@azure/arm-signalr';
import {
  createHttpHeaders,
  createPipelineRequest,
  type HttpMethods,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { SecretClient } from '@azure/keyvault-secrets';
import { startLocalAzure } from '../../../local/azure/server.ts';
import type { SignalRResource } from '../../../local/azure/signalr-resource.ts';
import { transportFor } from '../../../src/azure/transport.ts';

/** A clock that only moves when it is told to. */
export class HandClock {
  #now: number;

  constructor(start = Date.parse('2026-11-02T08:00:00Z')) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  pass(milliseconds: number): void {
    this.#now += milliseconds;
  }
}

export async function aLocalAzure() {
  const clock = new HandClock();
  // Tests of the services themselves, which do things that the app never does.
  const azure = await startLocalAzure({ clock, authorisation: { by: 'everything' } });
  const httpClient = transportFor(azure.origin);
  // What the adapters use for calls that change something; here it also keeps a provoked failure from being asked four times.
  const once = { httpClient, retryOptions: { maxRetries: 0 } };
  return {
    clock,
    azure,
    httpClient,
    arm: (resource: SignalRResource) =>
      new SignalRManagementClient(azure.credential(), resource.subscriptionId, once).signalR,
    secrets: (vault: { readonly host: string }) => new SecretClient(`https://${vault.host}`, azure.credential(), once),
    ask: (
      method: HttpMethods,
      url: string,
      headers: Record<string, string> = {},
      body?: unknown,
    ): Promise<PipelineResponse> =>
      httpClient.sendRequest(
        createPipelineRequest({
          url,
          method,
          headers: createHttpHeaders(headers),
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      ),
  };
}

export type World = Awaited<ReturnType<typeof aLocalAzure>>;

export interface Failure {
  readonly statusCode?: number;
  readonly code?: string;
  readonly message: string;
  readonly details?: { readonly error?: { readonly code?: string; readonly innerError?: { readonly code?: string } } };
}

/** The whole error of a call that must fail. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  try {
    await call;
  } catch (error) {
    return error as Failure;
  }
  throw new Error('The call was expected to fail and did not.');
}

/** The codes of a Key Vault error as its client tells them: `innererror` on the wire is `innerError` here. */
export function codesOf({ statusCode, details }: Failure): (string | number | undefined)[] {
  return [statusCode, details?.error?.code, details?.error?.innerError?.code];
}

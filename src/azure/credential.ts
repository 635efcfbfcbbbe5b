import type { TokenCredential } from '@azure/core-auth';
import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import { ManagedIdentityCredential } from '@azure/identity';
import { withinSize } from './answer-size.ts';

/** The endpoint is on this machine, and answers at once or not at all. */
const PATIENCE_MS = 5_000;
/** A token has some kilobytes. */
const LARGEST_TOKEN = 256 * 1024;

/**
 * By itself the SDK waits for ever. A client fetches its token once for all who want it, so that one answer that never comes would leave it
 * without a token until the process ends. As a client and not as a policy, since the SDK puts its own policies in place of additional ones.
 */
function impatient(): HttpClient {
  const wire = withinSize(createDefaultHttpClient(), LARGEST_TOKEN);
  return {
    sendRequest(request) {
      request.timeout = PATIENCE_MS;
      return wire.sendRequest(request);
    },
  };
}

/**
 * The app's own identity, and no chain of others behind it: with several user-assigned ones the platform refuses to choose, so the id is
 * given then.
 */
export const managedIdentity = (clientId: string | null): TokenCredential =>
  new ManagedIdentityCredential({ ...(clientId !== null && { clientId }), httpClient: impatient() });

import type { TokenCredential } from '@azure/core-auth';
import {
  bearerTokenAuthenticationPolicy,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpClient,
  type PipelineRequestOptions,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import type { Cloud } from '../core/clouds.ts';
import { again, once } from './patience.ts';

export interface Access {
  readonly credential: TokenCredential;
  readonly httpClient: HttpClient;
  /** Left out: the public one. */
  readonly cloud?: Cloud;
}

export type Send = (
  request: Omit<PipelineRequestOptions, 'headers'> & { readonly headers?: Readonly<Record<string, string>> },
) => Promise<PipelineResponse>;

/**
 * Sends what no SDK of ours sends, with the app's token. The token's policy refuses anything but https; that the host is the token's own service
 * is the caller's to know.
 *
 * @param patience `again`: for what only reads
 */
export function authorised({ credential, httpClient }: Access, scope: string, patience: 'once' | 'again'): Send {
  const pipeline = createPipelineFromOptions({
    retryOptions: once(httpClient).retryOptions,
    // A redirect would take the request, and what it carries, to an address that nobody checked.
    redirectOptions: { maxRetries: 0 },
  });
  if (patience === 'again') pipeline.addPolicy(again(), { phase: 'Retry' });
  pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes: scope }), { phase: 'Sign' });
  return ({ headers = {}, ...request }) =>
    pipeline.sendRequest(
      httpClient,
      createPipelineRequest({ ...request, headers: createHttpHeaders({ accept: 'application/json', ...headers }) }),
    );
}

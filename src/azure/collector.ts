import { createHttpHeaders, createPipelineRequest, type HttpClient } from '@azure/core-rest-pipeline';
import { type Access, authorised } from './authorised.ts';
import { dismiss } from './outside.ts';

/** A collector that takes longer takes nothing. */
const PATIENCE_MS = 10_000;

/** Sends telemetry, once, and leaves the answer unread: whoever it is from, it is of no interest beyond its status. */
export const toCollector =
  (url: URL, headers: Readonly<Record<string, string>>, httpClient: HttpClient) =>
  async (body: Uint8Array): Promise<number> => {
    const response = await httpClient.sendRequest(
      createPipelineRequest({
        method: 'POST',
        url: url.href,
        headers: createHttpHeaders({ 'content-type': 'application/x-protobuf', ...headers }),
        body,
        // Collectors within a network often speak plain http; a person has written which.
        allowInsecureConnection: true,
        abortSignal: AbortSignal.timeout(PATIENCE_MS),
        streamResponseStatusCodes: new Set([Number.POSITIVE_INFINITY]),
      }),
    );
    dismiss(response);
    return response.status;
  };

/** The same to Application Insights, with the token of the app's identity. */
export function toApplicationInsights(url: URL, audience: string, access: Access) {
  const send = authorised(access, `${audience}/.default`, 'once');
  return async (body: Uint8Array): Promise<number> => {
    const headers = { 'content-type': 'application/json' };
    const abortSignal = AbortSignal.timeout(PATIENCE_MS);
    return (await send({ method: 'POST', url: url.href, headers, body, abortSignal })).status;
  };
}

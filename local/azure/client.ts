import { createHttpHeaders, type HttpClient } from '@azure/core-rest-pipeline';
import { consumerAgent } from './http.ts';
import type { AzureInProcess } from './in-process.ts';

/** The way into an Azure of this process for its applications, without a wire: thousands of them would fill it. */
export const consumerClient = ({ take }: Pick<AzureInProcess, 'take'>): HttpClient => ({
  sendRequest(request) {
    const url = new URL(request.url);
    const outcome = take({
      method: request.method,
      from: request.headers.get('user-agent')?.startsWith(consumerAgent) ? 'consumer' : 'app',
      host: url.hostname,
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers.toJSON(),
      body: typeof request.body === 'string' ? JSON.parse(request.body) : null,
    });
    if (outcome === 'hang' || outcome === 'dropped') return Promise.reject(new Error('Nobody answers.'));
    const { status, headers, body, text } = outcome;
    return Promise.resolve({
      request,
      status,
      headers: createHttpHeaders(headers),
      bodyAsText: text ?? (body === undefined ? null : JSON.stringify(body)),
    });
  },
});

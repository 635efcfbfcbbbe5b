import { Readable } from 'node:stream';
import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline';
import type { Answer, Ask, Outcome } from '../../local/azure/http.ts';
import type { AzureInProcess } from '../../local/azure/in-process.ts';
import type { Boundaries, Caller } from './boundaries.ts';
import { ANSWERS, type Fault } from './faults.ts';

/** Sees what reaches a service, before it is carried out and after. */
export interface Wiretap {
  before(ask: Ask): void;
  after(): void;
}

/** The HTTP client of a simulated process: the real SDKs above it, the local Azure below, no socket between. */
export function wireOf(azure: AzureInProcess, boundaries: Boundaries, caller: Caller, tap: Wiretap): HttpClient {
  return {
    sendRequest: (request) => {
      const ask = askOf(request);
      return boundaries.cross(caller, {
        kind: 'wire',
        name: nameOf(ask),
        carryOut() {
          tap.before(ask);
          const outcome = azure.take(ask);
          tap.after();
          return arrived(request, outcome);
        },
        fail: (fault) => failed(request, fault),
      });
    },
  };
}

function askOf({ method, url, headers, body }: PipelineRequest): Ask {
  const { host, pathname, searchParams } = new URL(url);
  const parsed: unknown = typeof body === 'string' && body !== '' ? JSON.parse(body) : null;
  return { method, from: 'app', host, path: pathname, query: searchParams, headers: headers.toJSON(), body: parsed };
}

function nameOf({ method, host, path }: Ask): string {
  const what = path
    .replace(/[0-9a-f-]{32,36}/g, '{id}')
    .split('/')
    .slice(-2)
    .join('/');
  return `${host.split('.').slice(0, 2).join('.')} ${method} ${what}`;
}

function arrived(request: PipelineRequest, outcome: Outcome | 'hang'): Promise<PipelineResponse> | PipelineResponse {
  if (outcome === 'hang') return outOfTime(request);
  if (outcome === 'dropped') throw new RestError('socket hang up', { code: 'ECONNRESET', request });
  return responseOf(request, outcome);
}

function failed(request: PipelineRequest, fault: Fault): Promise<PipelineResponse> | PipelineResponse {
  if (fault === 'timeout' || fault === 'timeout-after') return outOfTime(request);
  if (fault in ANSWERS) return responseOf(request, ANSWERS[fault as keyof typeof ANSWERS]);
  throw new RestError('socket hang up', { code: 'ECONNRESET', request });
}

/** As the real client: nothing, until the request's own time or its signal ends it. */
function outOfTime({ timeout, abortSignal }: PipelineRequest): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(Object.assign(new Error('The operation was aborted.'), { name: 'AbortError' }));
    setTimeout(abort, timeout);
    abortSignal?.addEventListener('abort', abort);
  });
}

function responseOf(request: PipelineRequest, { status, headers = {}, body, text }: Answer): PipelineResponse {
  const content = text ?? (body === undefined ? '' : JSON.stringify(body));
  const isStream = request.streamResponseStatusCodes?.has(Number.POSITIVE_INFINITY) === true;
  return {
    request,
    status,
    headers: createHttpHeaders({
      date: new Date().toUTCString(),
      ...(content === '' ? {} : { 'content-type': 'application/json; charset=utf-8' }),
      ...headers,
    }),
    ...(isStream ? { readableStreamBody: Readable.from([Buffer.from(content)]) } : { bodyAsText: content }),
  };
}

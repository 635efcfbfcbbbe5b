import {
  createDefaultHttpClient,
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
} from '@azure/core-rest-pipeline';
import { LARGEST_ANSWER, withinSize } from './answer-size.ts';

export const longestRequestMs = 30_000;

/**
 * The one seam between production and a laptop: every SDK client and the data plane's probe get their HTTP client here. With a local Azure the
 * SDKs still build, check and see production URLs; only what goes out on the wire is another request.
 */
export function transportFor(localAzure: URL | null, wire: HttpClient = createDefaultHttpClient()): HttpClient {
  const bounded = withinSize(wire, LARGEST_ANSWER);
  return {
    async sendRequest(request) {
      const sent = localAzure && !isLoopback(new URL(request.url)) ? routedTo(localAzure, request) : copyOf(request);
      const response = await bounded.sendRequest(sent);
      // The SDKs keep what they know about an operation under the request object they made: with ours here they parse no body at all.
      response.request = request;
      return response;
    },
  };
}

/** What LOCAL_AZURE says, or null without it. Refused wherever it could send a production credential to somebody else. */
export function localAzureFrom(settings: {
  readonly LOCAL_AZURE?: string | undefined;
  readonly AZURE_FUNCTIONS_ENVIRONMENT?: string | undefined;
}): URL | null {
  if (!settings.LOCAL_AZURE) return null;
  if (settings.AZURE_FUNCTIONS_ENVIRONMENT !== 'Development') {
    throw new LocalAzureRefused(
      'LOCAL_AZURE is for development: unset it, or set AZURE_FUNCTIONS_ENVIRONMENT=Development.',
    );
  }
  if (!URL.canParse(settings.LOCAL_AZURE)) {
    throw new LocalAzureRefused('LOCAL_AZURE is not a URL: write it like http://127.0.0.1:4280.');
  }
  const address = new URL(settings.LOCAL_AZURE);
  if (!['http:', 'https:'].includes(address.protocol) || !isLoopback(address)) {
    throw new LocalAzureRefused('LOCAL_AZURE must be an http address of this machine: 127.0.0.1, [::1] or localhost.');
  }
  return new URL(address.origin);
}

export class LocalAzureRefused extends Error {
  static readonly code = 'LocalAzureRefused';
  readonly code = LocalAzureRefused.code;
  override readonly name = 'LocalAzureRefused';
}

/** `URL` has already turned 127.1, 0x7f000001 and the like into dotted form, so a name such as 127.0.0.1.example.com cannot pass. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
}

function routedTo(localAzure: URL, request: PipelineRequest): PipelineRequest {
  const asked = new URL(request.url);
  const sent = copyOf(request);
  sent.url = `${localAzure.origin}${asked.pathname}${asked.search}`;
  sent.allowInsecureConnection = true;
  sent.headers.set('x-forwarded-host', asked.host);
  sent.headers.delete('host');
  // Chosen for the real host: an https agent or a proxy would take the request off this machine, or fail on http.
  delete sent.agent;
  delete sent.proxySettings;
  delete sent.tlsSettings;
  return sent;
}

/**
 * A copy, because the SDKs read the request again (retries, redirects, the bearer token's https rule) after it was sent. By spread, because
 * createPipelineRequest leaves out the agent and the TLS settings, and with them a company's proxy.
 */
function copyOf(request: PipelineRequest): PipelineRequest {
  return {
    ...request,
    headers: createHttpHeaders(request.headers.toJSON({ preserveCase: true })),
    timeout: request.timeout > 0 ? Math.min(request.timeout, longestRequestMs) : longestRequestMs,
  };
}

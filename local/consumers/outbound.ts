import { createHttpHeaders, createPipelineRequest, type HttpClient, type HttpMethods } from '@azure/core-rest-pipeline';
import { transportFor } from '../../src/azure/transport.ts';
import { consumerAgent } from '../azure/http.ts';
import { vaultAudience } from '../azure/identity.ts';

/** The part of `LocalAzure.settings` that an application in it has. */
export interface Platform {
  readonly LOCAL_AZURE: string;
  readonly IDENTITY_ENDPOINT: string;
  readonly IDENTITY_HEADER: string;
  /** Its way to everything in that Azure; left out, it goes over the wire. */
  readonly http?: HttpClient;
}

export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** All that a consumer sends: to its vault with an identity of its own, to SignalR with tokens that it signs, to the rotation app. */
export class Outbound {
  readonly #platform: Platform;
  readonly #name: string;
  readonly #http: HttpClient;
  #vaultToken: { readonly value: string; readonly expiresAt: number } | null = null;

  constructor(platform: Platform, name: string) {
    this.#platform = platform;
    this.#name = name;
    const wire = transportFor(new URL(platform.LOCAL_AZURE));
    this.#http = platform.http ? besides(platform.http, wire) : wire;
  }

  /** `null`: nobody answered. */
  async send(
    method: HttpMethods,
    url: string,
    headers: Readonly<Record<string, string>> = {},
    body?: unknown,
  ): Promise<Reply | null> {
    const request = createPipelineRequest({
      url,
      method,
      allowInsecureConnection: true,
      headers: createHttpHeaders({
        'content-type': 'application/json',
        ...headers,
        'user-agent': `${consumerAgent}/${this.#name}`,
      }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    try {
      const response = await this.#http.sendRequest(request);
      return { status: response.status, body: parsed(response.bodyAsText) };
    } catch {
      return null;
    }
  }

  async readSecret(id: string): Promise<{ readonly value: string; readonly version: string } | null> {
    const token = await this.#tokenForVaults();
    if (token === null) return null;
    const reply = await this.send('GET', `${id}?api-version=7.4`, { authorization: `Bearer ${token}` });
    if (reply?.status !== 200) return null;
    const { value, id: versioned } = reply.body as { value: string; id: string };
    return { value, version: versioned.slice(versioned.lastIndexOf('/') + 1) };
  }

  async #tokenForVaults(): Promise<string | null> {
    if (this.#vaultToken && Date.now() < this.#vaultToken.expiresAt) return this.#vaultToken.value;
    const { IDENTITY_ENDPOINT, IDENTITY_HEADER } = this.#platform;
    const query = new URLSearchParams({ 'api-version': '2019-08-01', resource: vaultAudience, client_id: this.#name });
    const reply = await this.send('GET', `${IDENTITY_ENDPOINT}?${query}`, { 'x-identity-header': IDENTITY_HEADER });
    if (reply?.status !== 200) return null;
    const { access_token, expires_on } = reply.body as { access_token: string; expires_on: string };
    this.#vaultToken = { value: access_token, expiresAt: Number(expires_on) * 1000 - 60_000 };
    return access_token;
  }
}

/** What is on this machine, the rotation app and the token endpoint, is reached over the wire. */
const besides = (azure: HttpClient, wire: HttpClient): HttpClient => ({
  sendRequest: (request) => (new URL(request.url).hostname === '127.0.0.1' ? wire : azure).sendRequest(request),
});

function parsed(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return null;
  }
}

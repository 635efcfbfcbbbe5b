import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
  type PipelineRequest,
} from '@azure/core-rest-pipeline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalAzureRefused, localAzureFrom, longestRequestMs, transportFor } from '../../src/azure/transport.ts';

const url = 'https://kv-a.vault.azure.net:8443/secrets/chat%20one/versions?api-version=7.4&$skiptoken=a%2Bb';
const localAzure = new URL('http://127.0.0.1:4280');

const meantForTheRealHost = {
  agent: { destroy() {}, maxFreeSockets: 1, maxSockets: 1, requests: {}, sockets: {} },
  proxySettings: { host: 'http://proxy.example.com', port: 8080 },
  tlsSettings: { ca: 'a certificate' },
};

/** A wire that only remembers what was put on it. */
function aWire(): { sent: PipelineRequest[]; client: HttpClient } {
  const sent: PipelineRequest[] = [];
  return {
    sent,
    client: {
      sendRequest(request) {
        sent.push(request);
        return Promise.resolve({ request, status: 200, headers: createHttpHeaders() });
      },
    },
  };
}

async function send(to: URL | null, options: Partial<PipelineRequest> = {}) {
  const wire = aWire();
  // As the pipeline's policies do it: createPipelineRequest itself takes neither agent nor TLS settings.
  const request = Object.assign(createPipelineRequest({ url }), options);
  const before = JSON.stringify({ ...request, headers: request.headers.toJSON() });
  const response = await transportFor(to, wire.client).sendRequest(request);
  const [sent] = wire.sent;
  if (!sent) throw new Error('Nothing was sent.');
  return {
    request,
    response,
    sent,
    untouched: before === JSON.stringify({ ...request, headers: request.headers.toJSON() }),
  };
}

describe('with a local Azure, a request', () => {
  it('goes to it with method, path, query and body unchanged, and the real host beside', async () => {
    const { sent } = await send(localAzure, {
      method: 'PUT',
      body: '{}',
      headers: createHttpHeaders({ 'Content-Type': 'application/json' }),
    });
    expect(sent.url).toBe('http://127.0.0.1:4280/secrets/chat%20one/versions?api-version=7.4&$skiptoken=a%2Bb');
    expect([sent.method, sent.body]).toEqual(['PUT', '{}']);
    expect(sent.headers.get('x-forwarded-host')).toBe('kv-a.vault.azure.net:8443');
    expect(sent.headers.get('content-type')).toBe('application/json');
  });

  it('stays for the SDK the https request it was, before and after', async () => {
    const { request, response, sent, untouched } = await send(localAzure);
    expect(untouched).toBe(true);
    expect(request.allowInsecureConnection).toBe(false);
    expect(response.request).toBe(request);
    expect(sent).not.toBe(request);
    sent.headers.set('x-other', 'yes');
    expect(request.headers.has('x-other')).toBe(false);
  });

  it('takes neither the proxy nor the agent nor the certificates meant for the real host', async () => {
    const { sent, untouched } = await send(localAzure, meantForTheRealHost);
    expect([sent.agent, sent.proxySettings, sent.tlsSettings]).toEqual([undefined, undefined, undefined]);
    expect(untouched).toBe(true);
  });

  it('is left where it is when it goes to this machine anyway, as those to Azurite and the identity endpoint do', async () => {
    const { sent } = await send(localAzure, {
      url: 'http://127.0.0.1:10002/devstoreaccount1/ledger',
      allowInsecureConnection: true,
    });
    expect(sent.url).toBe('http://127.0.0.1:10002/devstoreaccount1/ledger');
    expect(sent.headers.has('x-forwarded-host')).toBe(false);
  });
});

describe('without one, a request', () => {
  it('goes where the SDK sends it', async () => {
    const { sent, response, request } = await send(null);
    expect(sent.url).toBe(url);
    expect(sent.headers.has('x-forwarded-host')).toBe(false);
    expect(sent.allowInsecureConnection).toBe(false);
    expect(response.request).toBe(request);
  });

  it('keeps the proxy, the agent and the certificates it was given', async () => {
    expect((await send(null, meantForTheRealHost)).sent).toMatchObject(meantForTheRealHost);
  });
});

describe.each([
  ['with a local Azure', localAzure],
  ['without one', null],
])('the time a request may take %s', (_, to) => {
  it.each([
    [0, longestRequestMs],
    [5_000, 5_000],
    [600_000, longestRequestMs],
  ])('is for an asked %i ms %i ms', async (asked, given) => {
    expect((await send(to, { timeout: asked })).sent.timeout).toBe(given);
  });
});

describe('over a real wire', () => {
  let server: Server;
  const seen: IncomingMessage[] = [];
  let origin: URL;
  beforeEach(async () => {
    seen.length = 0;
    server = createServer((incoming, response) => {
      seen.push(incoming);
      if (incoming.url?.startsWith('/slow')) return;
      response.writeHead(200).flushHeaders();
      if (!incoming.url?.startsWith('/stuck')) response.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('an https address of production arrives over http on loopback', async () => {
    const response = await transportFor(origin).sendRequest(
      createPipelineRequest({ url: 'https://management.azure.com/x?y=1' }),
    );
    expect(response.bodyAsText).toBe('{}');
    expect(seen.map(({ url: path, headers }) => [path, headers['x-forwarded-host'], headers.host])).toEqual([
      ['/x?y=1', 'management.azure.com', origin.host],
    ]);
  });

  it.each(['slow', 'stuck'])(
    'a %s answer ends with the caller’s signal, and with the request’s timeout',
    async (kind) => {
      const target = `https://management.azure.com/${kind}`;
      const signal = AbortSignal.timeout(40);
      await expect(
        transportFor(origin).sendRequest(createPipelineRequest({ url: target, abortSignal: signal })),
      ).rejects.toMatchObject({
        name: 'AbortError',
      });
      await expect(
        transportFor(origin).sendRequest(createPipelineRequest({ url: target, timeout: 40 })),
      ).rejects.toMatchObject({
        name: 'AbortError',
      });
    },
  );
});

describe('LOCAL_AZURE', () => {
  const from = (LOCAL_AZURE?: string, AZURE_FUNCTIONS_ENVIRONMENT: string | undefined = 'Development') =>
    localAzureFrom({ LOCAL_AZURE, AZURE_FUNCTIONS_ENVIRONMENT });

  it('may be left out or empty, anywhere', () => {
    expect([from(), from(''), localAzureFrom({ AZURE_FUNCTIONS_ENVIRONMENT: 'Production' })]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it.each([
    'http://127.0.0.1:4280',
    'http://127.9.8.7:1',
    'http://[::1]:4280',
    'http://localhost:4280',
    'http://LOCALHOST',
    'http://127.1:80',
  ])('may be %s in development', (address) => {
    expect(from(address)?.origin).toBe(new URL(address).origin);
  });

  it.each([
    'https://example.com',
    'http://10.0.0.1:4280',
    'http://0.0.0.0:4280',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://127.0.0.1@example.com',
    'http://[::ffff:7f00:1]',
    'http://[::2]',
    'file:///127.0.0.1',
    '127.0.0.1:4280',
    'not a url',
  ])('may not be %s', (address) => {
    expect(() => from(address)).toThrow(LocalAzureRefused);
  });

  it.each(['Production', 'Staging', 'development', ''])('is refused where the environment is "%s"', (environment) => {
    expect(() => from('http://127.0.0.1:4280', environment)).toThrow(LocalAzureRefused);
  });

  it('is refused where the environment is not stated', () => {
    expect(() => localAzureFrom({ LOCAL_AZURE: 'http://127.0.0.1:4280' })).toThrow(LocalAzureRefused);
  });
});

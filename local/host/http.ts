import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RegisteredFunction } from './core-module.ts';
import { answerWebhook, isWebhook, maySend } from './event-grid.ts';
import type { Invoke } from './invocations.ts';
import { type Route, route, segmentsOf } from './routes.ts';
import { type Binding, bytesOf, type HttpData, setCookie } from './typed-data.ts';

export interface Auth {
  /** Opens `function` routes. */
  readonly functionKey: string;
  /** Opens `admin` routes too, and the webhook of Event Grid; without it nothing opens those routes. */
  readonly masterKey?: string;
  /** Opens the webhook of Event Grid: in Azure the system key `eventgrid_extension`. */
  readonly systemKey?: string;
}

export interface HttpFunction {
  readonly fn: RegisteredFunction;
  readonly methods: readonly string[];
  readonly authLevel: NonNullable<Binding['authLevel']>;
  readonly path: string;
  readonly route: Route;
}

export interface HttpListener {
  readonly url: string;
  /** No new request is taken, the running ones are answered. */
  stop(): Promise<void>;
}

interface Serving {
  readonly functions: readonly HttpFunction[];
  readonly eventGrid: readonly RegisteredFunction[];
  readonly auth: Auth | undefined;
  readonly bodyLimit: number;
  readonly invoke: Invoke;
  /** True once a timeout has ended what would be the worker. */
  readonly failed: () => boolean;
}

export function httpFunction(fn: RegisteredFunction, binding: Binding, prefix: string): HttpFunction {
  const path = [prefix, binding.route ?? fn.metadata.name].filter(Boolean).join('/');
  const methods = (binding.methods ?? ['GET', 'POST']).map((method) => method.toUpperCase());
  return { fn, path, methods, authLevel: binding.authLevel ?? 'anonymous', route: route(path) };
}

export async function listen(serving: Serving, port: number, address: string): Promise<HttpListener> {
  const functions = serving.functions.toSorted((a, b) => (a.route.rank < b.route.rank ? -1 : 1));
  const answering = new Set<Promise<unknown>>();
  const server = createServer((request, response) => {
    // Closed as well as answered: until then the last bytes may not have left, and closing the connection would cut
    // them off.
    const closed = new Promise((resolve) => response.once('close', resolve));
    const done = answer({ ...serving, functions }, request, response).then(() => closed);
    answering.add(done);
    done.finally(() => answering.delete(done));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? portTaken(port, error) : error),
    );
    server.listen(port, address);
  });
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${(server.address() as AddressInfo).port}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      // A kept-alive connection is not idle while its answer is under way, and nobody would close it afterwards.
      while (answering.size > 0) await Promise.allSettled(answering);
      server.closeAllConnections();
      await closed;
    },
  };
}

function portTaken(port: number, cause: Error): Error {
  return new Error(`Port ${port} is taken by another program: end it, or set PORT to a free one.`, { cause });
}

async function answer(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { failed, bodyLimit, invoke } = serving;
  try {
    const url = `http://${request.headers.host ?? 'localhost'}${request.url}`;
    if (!URL.canParse(url)) return empty(response, 400);
    if (failed()) return empty(response, 503);
    const { pathname, searchParams } = new URL(url);
    if (isWebhook(pathname)) return await deliver(serving, request, response, searchParams);
    const found = find(serving.functions, request.method ?? 'GET', pathname);
    if (!found) return empty(response, 404);
    if (!allowed(serving.auth, found.authLevel, searchParams, request)) return empty(response, 401);
    const body = await bodyOf(request, bodyLimit);
    if (body === 'too large') return empty(response.setHeader('connection', 'close'), 413);

    const http = await invoke(found.fn, { http: httpData(request, url, searchParams, found.params, body) });
    if (http && 'http' in http) write(response, http.http);
    // A handler that returns nothing.
    else empty(response, 204);
  } catch {
    // The log has it. The caller is told nothing: an error's words may hold what was being handled.
    if (response.headersSent) response.destroy();
    else empty(response, 500);
  }
}

/** Event Grid's events do not come by a route of the app. */
async function deliver(
  { auth, bodyLimit, eventGrid, invoke }: Serving,
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
): Promise<void> {
  const { method = 'GET', headers } = request;
  if (!maySend(auth, { method, query, headers })) return empty(response, 401);
  const body = await bodyOf(request, bodyLimit);
  if (body === 'too large') return empty(response.setHeader('connection', 'close'), 413);
  const answer = await answerWebhook({ method, query, headers, body }, eventGrid, invoke);
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  if (answer.body === undefined) return empty(response, answer.status);
  const text = JSON.stringify(answer.body);
  response.writeHead(answer.status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/** Azure answers 404 for a known route under another method, too. */
function find(
  functions: readonly HttpFunction[],
  method: string,
  pathname: string,
): (HttpFunction & { params: Record<string, string> }) | null {
  const segments = segmentsOf(pathname);
  if (!segments) return null;
  for (const candidate of functions) {
    const params = candidate.methods.includes(method) && candidate.route.match(segments);
    if (params) return { ...candidate, params };
  }
  return null;
}

function allowed(
  auth: Auth | undefined,
  level: HttpFunction['authLevel'],
  query: URLSearchParams,
  { headers }: IncomingMessage,
): boolean {
  if (!auth || level === 'anonymous') return true;
  const key = headers['x-functions-key'] ?? query.get('code');
  if (typeof key !== 'string' || key === '') return false;
  return key === auth.masterKey || (level === 'function' && key === auth.functionKey);
}

async function bodyOf(request: IncomingMessage, limit: number): Promise<Uint8Array | 'too large'> {
  const announced = Number(request.headers['content-length'] ?? 0);
  // A chunked body never reaches a Node function in Azure either:
  // https://github.com/Azure/azure-functions-host/issues/7930
  if (announced === 0) return new Uint8Array();
  if (announced > limit) return 'too large';
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function httpData(
  request: IncomingMessage,
  url: string,
  query: URLSearchParams,
  params: Record<string, string>,
  body: Uint8Array,
): HttpData {
  const headers = Object.entries(request.headersDistinct).map(([name, values]): [string, string] => [
    name,
    values?.join(', ') ?? '',
  ]);
  // A key that is given twice reaches the function as one value with a comma, as in Azure.
  const asked = [...new Set(query.keys())].map((key): [string, string] => [key, query.getAll(key).join(',')]);
  return {
    method: request.method ?? 'GET',
    url,
    nullableHeaders: nullable(headers),
    nullableQuery: nullable(asked),
    nullableParams: nullable(Object.entries(params)),
    // Bytes whatever the content type says: the worker asks for them with RawHttpBodyBytes.
    ...(body.length > 0 && { body: { bytes: body } }),
  };
}

function nullable(entries: readonly [string, string][]): Record<string, { value: string }> {
  return Object.fromEntries(entries.map(([key, value]) => [key, { value }]));
}

function write(response: ServerResponse, http: HttpData): void {
  const body = bytesOf(http.body);
  response.statusCode = Number(http.statusCode ?? 200);
  for (const [name, value] of Object.entries(http.headers ?? {})) {
    if (!hopByHop.has(name.toLowerCase())) response.setHeader(name, value);
  }
  for (const cookie of http.cookies ?? []) response.appendHeader('set-cookie', setCookie(cookie));
  if (![204, 304].includes(response.statusCode)) response.setHeader('content-length', body.length);
  response.end(body);
}

const hopByHop = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade']);

function empty(response: ServerResponse, status: number): void {
  if (status !== 204) response.setHeader('content-length', 0);
  response.writeHead(status).end();
}

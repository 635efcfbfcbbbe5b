import type { RegisteredFunction } from './core-module.ts';
import type { Auth } from './http.ts';
import type { Invoke } from './invocations.ts';
import { json } from './typed-data.ts';

/*
 * The webhook of the Event Grid extension. Both schemas come with `aeg-event-type`; a subscription begins with a handshake, in
 * which whoever owns the address has to agree.
 */

export interface WebhookRequest {
  readonly method: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

export interface WebhookAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export const isWebhook = (pathname: string): boolean => /^\/runtime\/webhooks\/eventgrid\/?$/i.test(pathname);

export const webhookOf = (name: string): string => `/runtime/webhooks/eventgrid?functionName=${name}`;

/** Guarded by a system key of its own, which no route of the app takes. */
export function maySend(auth: Auth | undefined, { query, headers }: Omit<WebhookRequest, 'body'>): boolean {
  if (!auth) return true;
  const key = headers['aeg-sas-key'] ?? headers['x-functions-key'] ?? query.get('code');
  if (typeof key !== 'string' || key === '') return false;
  return key === auth.systemKey || key === auth.masterKey;
}

export async function answerWebhook(
  request: WebhookRequest,
  functions: readonly RegisteredFunction[],
  invoke: Invoke,
): Promise<WebhookAnswer> {
  const { method, query, headers } = request;
  const name = query.get('functionName')?.toLowerCase();
  const fn = functions.find(({ metadata }) => metadata.name.toLowerCase() === name);
  if (!fn) return { status: 404 };
  if (method === 'OPTIONS') return handshakeOfCloudEvents(headers['webhook-request-origin']);
  if (method !== 'POST') return { status: 405 };
  const events = eventsIn(request.body);
  if (events === null) return { status: 400 };
  switch (String(headers['aeg-event-type']).toLowerCase()) {
    case 'subscriptionvalidation':
      return handshakeOfEventGrid(events);
    case 'notification':
      return { status: await run(fn, events, invoke) };
    case 'unsubscribe':
      return { status: 202 };
    default:
      return { status: 400 };
  }
}

/** One invocation an event. Event Grid delivers all of them again where one fails. */
async function run(fn: RegisteredFunction, events: readonly unknown[], invoke: Invoke): Promise<number> {
  const results = await Promise.allSettled(
    events.map((event) => invoke(fn, json(event), { data: json(dataOf(event)) })),
  );
  return results.some(({ status }) => status === 'rejected') ? 500 : 202;
}

const handshakeOfCloudEvents = (origin: unknown): WebhookAnswer =>
  typeof origin === 'string'
    ? { status: 200, headers: { 'webhook-allowed-origin': origin, 'webhook-allowed-rate': '*' } }
    : { status: 400 };

function handshakeOfEventGrid([event]: readonly unknown[]): WebhookAnswer {
  const { validationCode } = (dataOf(event) ?? {}) as { readonly validationCode?: unknown };
  if (typeof validationCode !== 'string') return { status: 400 };
  return { status: 200, body: { validationResponse: validationCode } };
}

const dataOf = (event: unknown): unknown => (event as { readonly data?: unknown } | null)?.data ?? null;

function eventsIn(body: Uint8Array): readonly unknown[] | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(body).toString());
    return Array.isArray(parsed) ? parsed : [parsed];
  } catch {
    return null;
  }
}

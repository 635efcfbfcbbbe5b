import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, type Ask, type Clock, consumerAgent, type Outcome } from './http.ts';

/** null for a body that is no JSON. */
export async function askOf(incoming: IncomingMessage): Promise<Ask | null> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  const forwarded = incoming.headers['x-forwarded-host'];
  const host = typeof forwarded === 'string' ? forwarded.toLowerCase().replace(/:\d+$/, '') : 'identity';
  const from = incoming.headers['user-agent']?.startsWith(consumerAgent) ? 'consumer' : 'app';
  try {
    const body: unknown = text === '' ? null : JSON.parse(text);
    return {
      method: incoming.method ?? 'GET',
      from,
      host,
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body,
    };
  } catch {
    return null;
  }
}

export function send(response: ServerResponse, outcome: Outcome, clock: Clock): void {
  if (outcome === 'dropped') {
    response.socket?.resetAndDestroy();
    return;
  }
  const { status, headers = {}, body, text }: Answer = outcome;
  const content = text ?? (body === undefined ? undefined : JSON.stringify(body));
  response.writeHead(status, {
    'x-ms-request-id': randomUUID(),
    date: new Date(clock.now()).toUTCString(),
    ...(content === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    ...headers,
  });
  response.end(content);
}

import type { IncomingHttpHeaders } from 'node:http';

/** `consumer`: one of `local/consumers`, by its user agent. Everybody else is the app under test. */
export type Caller = 'app' | 'consumer';

export const consumerAgent = 'simulated-consumer';

/** A request as the service behind `host` would see it. */
export interface Ask {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly from: Caller;
  /** The parsed JSON body, `null` without one. */
  readonly body: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** In place of a body: sent as it is. */
  readonly text?: string;
}

/** `dropped`: nobody answers, as for a name that does not resolve or a firewall in between. */
export type Outcome = Answer | 'dropped';

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

export function failure(
  status: number,
  code: string,
  message: string,
  more: { readonly innererror?: { readonly code: string }; readonly headers?: Record<string, string> } = {},
): Answer {
  const { headers = {}, ...rest } = more;
  return { status, headers, body: { error: { code, message, ...rest } } };
}

export function fieldOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
}

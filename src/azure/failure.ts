import { isRestError, type PipelineResponse } from '@azure/core-rest-pipeline';
import { Unavailable } from '../app/errors.ts';
import type { Duration } from '../core/model.ts';
import { NeverSent } from './deadline.ts';

/**
 * What may be kept of an SDK's error. The error itself is never passed on: it carries the request and the answer, and with them
 * secrets, keys and tokens.
 */
export interface Failure {
  readonly status: number | null;
  /** The service's own code, or Node's where no answer came. */
  readonly code: string | null;
  /** Key Vault tells a disabled secret from a missing permission only here. */
  readonly innerCode: string | null;
  readonly retryAfter: Duration | null;
  /** false: nothing can have reached the service. */
  readonly sent: boolean;
  /** The same for people. */
  readonly cause: Error;
}

export function failureOf(thrown: unknown): Failure {
  if (!isRestError(thrown)) {
    const name = thrown instanceof Error ? word(thrown.name) : null;
    return failure({ code: name, sent: !(thrown instanceof NeverSent || WITHOUT_TOKEN.has(name ?? '')) });
  }
  const { response } = thrown;
  if (!response) return failure({ code: word(thrown.code), sent: !UNCONNECTED.has(thrown.code ?? '') });
  const answer = failureIn(response);
  // A refused table transaction answers 202; what was refused stands in a part of its body, which only the error tells.
  const status = thrown.statusCode ?? response.status;
  return status === response.status ? answer : failure({ ...answer, status, code: word(thrown.code) });
}

/** Of an answer that the SDK did not turn into an error. */
export function failureIn(response: PipelineResponse): Failure {
  const error = errorIn(response.bodyAsText);
  const id = response.headers.get('x-ms-request-id') ?? '';
  return failure({
    status: response.status,
    code: word(error?.code) ?? word(response.headers.get('x-ms-error-code')),
    innerCode: word(error?.innererror?.code),
    retryAfter: retryAfterOf(response),
    requestId: /^[0-9a-f-]{36}$/.test(id) ? id : null,
  });
}

export function unavailable(service: string, { status, sent, retryAfter, cause }: Failure): Unavailable {
  // 408 says that the service gave up waiting, not that it did nothing.
  const declined = status !== null && status >= 400 && status < 500 && status !== 408;
  return new Unavailable(service, { status, retryAfter, refused: declined || !sent, cause });
}

/** Seconds or a date, in milliseconds. */
export function retryAfterOf({ headers }: Pick<PipelineResponse, 'headers'>): Duration | null {
  const asked = headers.get('retry-after')?.trim();
  if (!asked) return null;
  if (/^\d+$/.test(asked)) return Number(asked) * 1000;
  // A date speaks by the service's clock, so it is measured against the answer's own.
  const wait = Date.parse(asked) - Date.parse(headers.get('date') ?? new Date().toUTCString());
  return Number.isNaN(wait) ? null : Math.max(0, wait);
}

/** Nobody was there to take a request. */
const UNCONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
/** @azure/identity's names: without a token nothing is sent. */
const WITHOUT_TOKEN = new Set(['CredentialUnavailableError', 'AuthenticationError', 'AuthenticationRequiredError']);

function failure(known: Partial<Omit<Failure, 'cause'>> & { readonly requestId?: string | null }): Failure {
  const { status = null, code = null, innerCode = null, retryAfter = null, sent = true, requestId = null } = known;
  const told = [status, code, innerCode, requestId && `request ${requestId}`].filter((part) => part !== null);
  return { status, code, innerCode, retryAfter, sent, cause: new Error(told.join(' ') || 'no answer') };
}

/** Codes are words. Anything with a digit or a sign in it could be a key that somebody reflected. */
function word(code: unknown): string | null {
  return typeof code === 'string' && /^[A-Za-z_]{1,60}$/.test(code) ? code : null;
}

interface ServiceError {
  readonly code?: unknown;
  readonly innererror?: { readonly code?: unknown } | null;
}

/** ARM and Key Vault say `error`, Table storage `odata.error`. */
function errorIn(body: string | null | undefined): ServiceError | null {
  try {
    const parsed = JSON.parse(body ?? '') as { error?: ServiceError; 'odata.error'?: ServiceError } | null;
    return parsed?.error ?? parsed?.['odata.error'] ?? null;
  } catch {
    return null;
  }
}

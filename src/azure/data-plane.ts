import { createHmac } from 'node:crypto';
import type { HttpClient, PipelineResponse } from '@azure/core-rest-pipeline';
import type { DataPlane } from '../app/ports.ts';
import type { SecretValue } from '../app/secret-value.ts';
import type { Instant } from '../core/model.ts';
import { within } from './deadline.ts';
import { askOutside, dismiss } from './outside.ts';

/** Nobody connects to it: the question only has to name one. */
const HUB = 'keyrotation';
/** More than a clock can be behind with which storage, and so the ledger, still believes a request. */
const LIFETIME_SECONDS = 20 * 60;

/** Asks whether a connection exists that cannot exist; whatever the answer, the service has judged the token first. */
export function signalRDataPlane(access: {
  readonly httpClient: HttpClient;
  readonly now: () => Instant;
  /** Unguessable, so that no connection has it. */
  readonly connectionId: () => string;
}): (signal: AbortSignal) => DataPlane {
  return (signal) => ({
    async probe({ server, audience }, key) {
      const path = `/api/hubs/${HUB}/connections/${access.connectionId()}`;
      const token = tokenFor(`${audience}${path}`, Math.floor(access.now() / 1000) + LIFETIME_SECONDS, key);
      try {
        const url = new URL(`${server.replace(/\/+$/, '')}${path}?api-version=2022-06-01`);
        const headers = { authorization: `Bearer ${token}` };
        const response = await within(signal, (abortSignal) =>
          // The server may be named by the text of a secret. And nothing that retries, redirects or logs sees the token.
          askOutside({ method: 'HEAD', url, headers }, access.httpClient, abortSignal),
        );
        dismiss(response);
        return meaningOf(response);
      } catch {
        return 'unreachable';
      }
    },
  });
}

function meaningOf({ status, headers }: PipelineResponse) {
  switch (status) {
    case 200:
      return 'accepted';
    case 404:
      // Any web server answers 404; only the service itself says why.
      return headers.get('x-ms-error-code') === 'Warning.Connection.NotExisted' ? 'accepted' : 'unreachable';
    case 401:
      return 'refused';
    case 403:
      return 'forbidden';
    default:
      return 'unreachable';
  }
}

/** Signed with the key's text as it stands. It looks like base64, and decoding it would give a signature that is always refused. */
function tokenFor(aud: string, exp: number, key: SecretValue): string {
  const signed = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded({ aud, exp })}`;
  return `${signed}.${createHmac('sha256', Buffer.from(key.reveal(), 'utf8')).update(signed).digest('base64url')}`;
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

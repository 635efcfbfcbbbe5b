import { lookup } from 'node:dns';
import { Agent } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import {
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
  type HttpMethods,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';

/** A network that drops packets would use up the time of everything else. */
const PATIENCE_MS = 10_000;

/** The address is one that nothing is sent to. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
  /** The HTTP client hands on the code alone. */
  readonly code = 'AddressRefused';
}

export interface OutsideRequest {
  readonly method: HttpMethods;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * A request to an address out of rotation.json that is nobody's Azure service: without a token, a pipeline, a redirect or a cookie, and over a
 * connection of its own, so that a balancer chooses anew. The answer's body is a stream: whoever reads it has to limit it.
 *
 * @throws AddressRefused for addresses of this machine and of its platform, whose metadata would hand out the app's identity. Those of a private
 *   network are allowed: that is where consumers live.
 */
export async function askOutside(
  { method, url, headers, body }: OutsideRequest,
  httpClient: HttpClient,
  signal: AbortSignal,
): Promise<PipelineResponse> {
  if (!isSendable(url)) throw new AddressRefused('Only https to another machine.');
  return await httpClient.sendRequest({
    ...createPipelineRequest({
      method,
      url: url.href,
      headers: createHttpHeaders({ ...headers, connection: 'close' }),
      abortSignal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
      streamResponseStatusCodes: new Set([Number.POSITIVE_INFINITY]),
      ...(body === undefined ? {} : { body }),
    }),
    agent: elsewhere,
  });
}

/** As text; null where it is longer or no UTF-8. */
export async function bodyOf({ readableStreamBody }: PipelineResponse, limit: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Leaving the loop early destroys the stream, and with it the connection.
  for await (const chunk of readableStreamBody ?? []) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > limit) return null;
    chunks.push(bytes);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    return null;
  }
}

/** Leaves the body unread: it is of no interest, and may be endless. */
export function dismiss({ readableStreamBody: body }: PipelineResponse): void {
  // A connection that breaks from now on breaks for nobody, and unheard it would end the process.
  body?.on('error', () => undefined);
  if (body instanceof Readable) body.destroy();
}

export function isSendable({ protocol, username, password, hostname }: URL): boolean {
  if (protocol !== 'https:' || username !== '' || password !== '') return false;
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return isIP(host) === 0 ? !/(^|\.)localhost$/.test(host) : !isOwn(host);
}

/** A name is judged by what it resolves to at the moment of connecting: judged before, it could resolve to something else by then. */
export const lookupElsewhere: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    if (error !== null || first === undefined) return callback(error ?? new AddressRefused('No address.'), '', 0);
    if (addresses.some(({ address }) => isOwn(address))) {
      return callback(new AddressRefused('Only https to another machine.'), '', 0);
    }
    return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
  });
};

const elsewhere = new Agent({ keepAlive: false, lookup: lookupElsewhere });

function isOwn(address: string): boolean {
  return own.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** Of this machine and its links. */
const own = new BlockList();
own.addSubnet('0.0.0.0', 8, 'ipv4');
own.addSubnet('127.0.0.0', 8, 'ipv4');
own.addSubnet('169.254.0.0', 16, 'ipv4');
// Azure's own channel to each of its machines.
own.addAddress('168.63.129.16', 'ipv4');
own.addAddress('::', 'ipv6');
own.addAddress('::1', 'ipv6');
own.addSubnet('fe80::', 10, 'ipv6');

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
 * A request to an address that somebody wrote, out of rotation.json or of a connection string: without a pipeline, a redirect or a cookie, and
 * over a connection of its own, so that a balancer chooses anew. The answer's body is a stream: whoever reads it has to limit it.
 *
 * @throws AddressRefused for addresses of this machine and of its platform, whose metadata would hand out the app's identity. Those of a private
 *   network are allowed: that is where consumers live. SECURITY.md says what follows from that.
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

/** Of this machine and its links, and what is nobody's address. */
const OWN: readonly (readonly [network: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  // Azure's own channel to each of its machines.
  ['168.63.129.16', 32],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Networks of IPv6 whose addresses end in one of IPv4, and lead there. Those of `::ffff:0:0/96` are looked up as IPv4 by the list itself. */
const LEAD_TO_IPV4 = ['::', '::ffff:0:', '64:ff9b::'] as const;

const own = new BlockList();
for (const [network, bits] of OWN) {
  own.addSubnet(network, bits, 'ipv4');
  for (const prefix of LEAD_TO_IPV4) own.addSubnet(`${prefix}${network}`, 96 + bits, 'ipv6');
  const [a = 0, b = 0, c = 0, d = 0] = network.split('.').map(Number);
  own.addSubnet(`2002:${(256 * a + b).toString(16)}:${(256 * c + d).toString(16)}::`, 16 + bits, 'ipv6');
}
own.addSubnet('fe80::', 10, 'ipv6');
own.addSubnet('ff00::', 8, 'ipv6');
// A translator of the network itself, and Teredo, which hides where it leads.
own.addSubnet('64:ff9b:1::', 48, 'ipv6');
own.addSubnet('2001::', 32, 'ipv6');

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TokenCredential } from '@azure/core-auth';
import { answerArm, armHost } from './arm.ts';
import { answerDataPlane } from './data-plane.ts';
import { Faults } from './faults.ts';
import { type Answer, type Ask, type Caller, type Clock, consumerAgent, failure, type Outcome } from './http.ts';
import { answerIdentity, identityPath, issueToken, rotator } from './identity.ts';
import { answerKeyVault } from './key-vault.ts';
import { type SignalROptions, SignalRResource, type Timing } from './signalr-resource.ts';
import { Vault } from './vault.ts';

export interface LocalAzureOptions {
  readonly clock?: Clock;
  /** Default 0: any free port. */
  readonly port?: number;
  readonly timing?: Partial<Timing>;
}

export interface SeenRequest {
  readonly at: number;
  readonly from: Caller;
  /** `identity` for the token endpoint. */
  readonly host: string;
  readonly method: string;
  /** Without its query, which may carry a token. */
  readonly path: string;
  /** `null` while it is not answered, and for good when it hangs. */
  status: number | 'dropped' | null;
}

/** An Azure of one's own: what a test or scenario builds the world with, breaks it with, and looks at afterwards. */
export interface LocalAzure {
  readonly origin: URL;
  /** The environment of a process that lives in this Azure. */
  readonly settings: {
    readonly LOCAL_AZURE: string;
    readonly AZURE_FUNCTIONS_ENVIRONMENT: 'Development';
    readonly IDENTITY_ENDPOINT: string;
    readonly IDENTITY_HEADER: string;
  };
  /** The newest 10,000, oldest first. */
  readonly requests: readonly SeenRequest[];
  readonly resources: readonly SignalRResource[];
  readonly vaults: readonly Vault[];
  readonly faults: Faults;
  addSignalR(options: SignalROptions): SignalRResource;
  addVault(name: string): Vault;
  /** Tokens without the identity endpoint, whose SDK keeps endpoint and cache for the whole process. */
  credential(principal?: string): TokenCredential;
  close(): Promise<void>;
}

const usualTiming: Timing = { operation: 1_500, newKeyAccepted: 1_000, oldKeyRefused: 1_000 };

export async function startLocalAzure(options: LocalAzureOptions = {}): Promise<LocalAzure> {
  const clock = options.clock ?? { now: () => Date.now() };
  const timing = { ...usualTiming, ...options.timing };
  const identityHeader = randomUUID();
  const requests: SeenRequest[] = [];
  const resources: SignalRResource[] = [];
  const vaults: Vault[] = [];
  const faults = new Faults();

  const answer = (ask: Ask): Outcome => {
    if (ask.host === 'identity') return answerIdentity(ask, identityHeader);
    if (ask.host === armHost) return answerArm(ask, resources, clock);
    const vault = vaults.find((candidate) => candidate.host === ask.host);
    if (vault) return answerKeyVault(ask, vault);
    const resource = resources.find((candidate) => hostsOf(candidate).includes(ask.host));
    if (resource) return answerDataPlane(ask, resource, clock);
    return 'dropped';
  };

  const respond = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const ask = await askOf(incoming);
    if (ask === null)
      return send(response, failure(400, 'InvalidRequestContent', 'The request content is no JSON.'), clock);
    const { from, host, method, path } = ask;
    const seen: SeenRequest = { at: clock.now(), from, host, method, path, status: null };
    requests.push(seen);
    // `npm start` may run for days.
    if (requests.length > 10_000) requests.shift();
    const fault = faults.take(ask);
    if (fault === 'hang') return;
    if (fault === 'hang-after') return void answer(ask);
    if (fault === 'lose-answer') answer(ask);
    const outcome = fault === 'reset' || fault === 'lose-answer' ? 'dropped' : (fault ?? answer(ask));
    seen.status = outcome === 'dropped' ? outcome : outcome.status;
    send(response, outcome, clock);
  };
  const server = createServer((incoming, response) => {
    respond(incoming, response).catch((error: unknown) => {
      // A caller that gave up while it still sent is no fault of ours; anything else is, and must not look like a lost connection.
      if (!incoming.complete || response.headersSent) return response.destroy();
      send(response, failure(500, 'LocalAzureBroken', error instanceof Error ? error.message : 'unknown'), clock);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const origin = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

  return {
    origin,
    settings: {
      LOCAL_AZURE: origin.origin,
      AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
      IDENTITY_ENDPOINT: `${origin.origin}${identityPath}`,
      IDENTITY_HEADER: identityHeader,
    },
    requests,
    resources,
    vaults,
    faults,
    addSignalR(added) {
      const resource = new SignalRResource(added, clock, timing);
      resources.push(resource);
      return resource;
    },
    addVault(name) {
      const vault = new Vault(name, clock);
      vaults.push(vault);
      return vault;
    },
    credential: (principal = rotator) => ({
      getToken(scopes) {
        const scope = Array.isArray(scopes) ? (scopes[0] ?? '') : scopes;
        const { token, expiresOn } = issueToken(scope.replace(/\/\.default$/, ''), principal);
        return Promise.resolve({ token, expiresOnTimestamp: expiresOn * 1000 });
      },
    }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // Answers that hang would keep it open for ever.
        server.closeAllConnections();
      }),
  };
}

function hostsOf(resource: SignalRResource): string[] {
  return [...resource.hostNames, ...resource.endpointHosts.map((host) => host.toLowerCase())];
}

async function askOf(incoming: IncomingMessage): Promise<Ask | null> {
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

function send(response: ServerResponse, outcome: Outcome, clock: Clock): void {
  if (outcome === 'dropped') {
    response.socket?.resetAndDestroy();
    return;
  }
  const { status, headers = {}, body }: Answer = outcome;
  response.writeHead(status, {
    'x-ms-request-id': randomUUID(),
    date: new Date(clock.now()).toUTCString(),
    ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    ...headers,
  });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

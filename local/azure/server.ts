import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { failure } from './http.ts';
import { identityPath } from './identity.ts';
import { type AzureInProcess, type AzureOptions, createAzure } from './in-process.ts';
import { askOf, send } from './wire.ts';

export interface LocalAzureOptions extends AzureOptions {
  /** Default 0: any free port. */
  readonly port?: number;
}

/** The local Azure over loopback HTTP. */
export interface LocalAzure extends Omit<AzureInProcess, 'take' | 'clock' | 'identityHeader'> {
  readonly origin: URL;
  /** The environment of a process that lives in this Azure. */
  readonly settings: {
    readonly LOCAL_AZURE: string;
    readonly AZURE_FUNCTIONS_ENVIRONMENT: 'Development';
    readonly IDENTITY_ENDPOINT: string;
    readonly IDENTITY_HEADER: string;
  };
  close(): Promise<void>;
}

export async function startLocalAzure(options: LocalAzureOptions = {}): Promise<LocalAzure> {
  const azure = createAzure(options);
  const { take: _take, clock: _clock, identityHeader: _identityHeader, ...rest } = azure;
  return { ...rest, ...(await openEntrance(azure, options)) };
}

/** An address at which an Azure answers. One may have several, and so tell who comes by which. */
export async function openEntrance(
  { take, clock, identityHeader }: Pick<AzureInProcess, 'take' | 'clock' | 'identityHeader'>,
  options: { readonly port?: number } = {},
): Promise<Pick<LocalAzure, 'origin' | 'settings' | 'close'>> {
  const respond = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const ask = await askOf(incoming);
    if (ask === null)
      return send(response, failure(400, 'InvalidRequestContent', 'The request content is no JSON.'), clock);
    const outcome = take(ask);
    if (outcome !== 'hang') send(response, outcome, clock);
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
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // Answers that hang would keep it open for ever.
        server.closeAllConnections();
      }),
  };
}

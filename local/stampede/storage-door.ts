import { Agent, createServer, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type StateWrite, stateWriteIn } from './lease-rows.ts';

/** The way of one process to the tables that all of them share. */
export interface StorageDoor {
  /** The shared storage, by way of this door. */
  readonly connectionString: string;
  close(): Promise<void>;
}

/** Hands on everything as it is and tells of each write of a `state` row, in the order in which the storage answered. */
export async function openStorageDoor(
  connectionString: string,
  /** Asked when a request comes in: by its answer another process may have begun in that place. */
  who: () => string,
  seen: (process: string, write: StateWrite) => void,
): Promise<StorageDoor> {
  const endpoint = /TableEndpoint=([^;]+)/.exec(connectionString)?.[1] ?? '';
  const storage = new URL(endpoint);
  const agent = new Agent({ keepAlive: true });
  const server = createServer(async (incoming, response) => {
    const process = who();
    const body = await contentOf(incoming);
    const { url, method, headers } = incoming;
    const sent = request({ host: storage.hostname, port: storage.port, path: url, method, headers, agent });
    // Whoever asked may be dead by now: what the storage made of it counts all the same.
    sent.once('response', async (answer: IncomingMessage) => {
      const content = await contentOf(answer);
      const write = url?.endsWith('/$batch') ? stateWriteIn(body.toString(), content.toString()) : null;
      if (write !== null) seen(process, write);
      response.writeHead(answer.statusCode ?? 502, answer.headers as IncomingHttpHeaders);
      response.end(content);
    });
    sent.once('error', () => response.destroy());
    sent.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const door = new URL(endpoint);
  door.port = String((server.address() as AddressInfo).port);
  return {
    connectionString: connectionString.replace(endpoint, door.href),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        agent.destroy();
      }),
  };
}

async function contentOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  // One that is cut off has no end, and nobody to answer.
  try {
    for await (const chunk of message) chunks.push(chunk as Buffer);
  } catch {
    return Buffer.concat(chunks);
  }
  return Buffer.concat(chunks);
}

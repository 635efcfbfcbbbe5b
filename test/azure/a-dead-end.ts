import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { afterAll } from 'vitest';

export interface DeadEnd {
  readonly origin: URL;
  /** Connections that are still open. */
  readonly open: ReadonlySet<Socket>;
  /** Requests that came, as far as one connection is one request. */
  readonly seen: number;
}

/**
 * A server that takes requests and never comes to an end: `silent` says nothing at all, `trickling` begins an answer and goes on with it, a
 * byte at a time.
 */
export async function aDeadEnd(manner: 'silent' | 'trickling'): Promise<DeadEnd> {
  const open = new Set<Socket>();
  let seen = 0;
  const server = createServer((socket) => {
    open.add(socket);
    let trickle: NodeJS.Timeout | undefined;
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(trickle);
      open.delete(socket);
    });
    socket.once('data', () => {
      seen += 1;
      if (manner === 'silent') return;
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n');
      trickle = setInterval(() => socket.write(' '), 100);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return {
    origin: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    open,
    get seen() {
      return seen;
    },
  };
}

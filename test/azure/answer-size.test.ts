import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGzip } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { PortError } from '../../src/app/errors.ts';
import { LARGEST_ANSWER } from '../../src/azure/answer-size.ts';
import { managedIdentity } from '../../src/azure/credential.ts';
import { calls, portsAt } from './every-call.ts';
import { errorOf, never } from './local-services.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const MEBI = 1024 * 1024;

/** More than a hundred times what fits is as good as endless, and ends where nobody stops reading. */
const ENDLESS = 4_000;

/**
 * What fills an answer: a mebibyte that packs to some 32 KiB. Were it spaces alone, it would pack to one, and what the
 * buffers of a connection hold, which nobody has read yet, would be thousands of them.
 */
const FILLER = Buffer.alloc(MEBI, 0x20).fill(randomBytes(16 * 1024).toString('hex'), 0, 32 * 1024);

/** A server whose every answer is a little JSON and then filler without end, packed or not. It counts what it has unpacked to. */
async function aBomb(packed: boolean) {
  const seen = { asked: 0, megabytes: 0, open: 0 };
  const server = createServer((_, response) => {
    seen.asked += 1;
    seen.open += 1;
    response.on('close', () => {
      seen.open -= 1;
    });
    response.writeHead(200, { 'content-type': 'application/json', ...(packed && { 'content-encoding': 'gzip' }) });
    const sink = packed ? createGzip() : response;
    if (packed) (sink as ReturnType<typeof createGzip>).pipe(response);
    sink.write('{"value":[');
    const more = () => {
      if (response.destroyed || seen.megabytes >= ENDLESS) return sink.end();
      seen.megabytes += 1;
      if (sink.write(FILLER)) setImmediate(more);
      else sink.once('drain', more);
    };
    more();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { seen, origin: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) };
}

/** Of what comes over the seam; queue and blobs have a pipeline of their own, whose answers end with their time. */
const reading = {
  keys: ['look', 'list'],
  secrets: ['versions'],
  ledger: ['read', 'history', 'glances'],
  fleet: ['look'],
  inventory: ['resources'],
  monitor: ['diagnostics'],
  estate: ['resources', 'vaults'],
} as const;

const each = Object.entries(reading).flatMap(([port, names]) =>
  names.map((name) => [port as keyof typeof reading, name] as const),
);

describe.each([
  ['packed', true, ENDLESS / 4],
  ['as it is', false, 3 * (LARGEST_ANSWER / MEBI)],
])('an answer without end, %s', (_, packed, most) => {
  it.each(each)('to %s.%s is a coded error of the port, and is read no further', async (port, name) => {
    const bomb = await aBomb(packed);
    const ports = portsAt(bomb, never);
    const call = (calls[port] as Record<string, (port: unknown) => Promise<unknown>[]>)[name];
    const [asked] = call?.(ports[port]) ?? [];
    const error = await errorOf(asked as Promise<unknown>);
    expect(error).toBeInstanceOf(PortError);
    expect(error.code).toMatch(/^(Unavailable|LedgerUnavailable)$/);
    expect(String(error.cause)).toContain('AnswerTooLarge');
    // Asked once: it would be as large the next time. Beyond the bound lies what the connection's buffers held.
    expect(bomb.seen.asked).toBe(1);
    expect(bomb.seen.megabytes).toBeLessThan(most);
  });
});

it('a regeneration whose answer is too large may have been begun: its end is unknown', async () => {
  const { keys } = portsAt(await aBomb(true), never);
  const [asked] = calls.keys.beginRegenerate(keys);
  expect(await errorOf(asked as Promise<unknown>)).toMatchObject({ code: 'Unavailable', refused: false });
});

it('a token that is too large is none', async () => {
  const { origin, seen } = await aBomb(false);
  const before = { ...process.env };
  Object.assign(process.env, { IDENTITY_ENDPOINT: `${origin.origin}/token`, IDENTITY_HEADER: 'h' });
  try {
    const error = await errorOf(managedIdentity(null).getToken('https://vault.azure.net/.default') as Promise<unknown>);
    expect(error.name).toMatch(/Credential|Authentication/);
    expect(seen.megabytes).toBeLessThan(50);
  } finally {
    process.env = before;
  }
});

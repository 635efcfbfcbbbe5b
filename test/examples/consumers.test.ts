import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../examples/acknowledge/acknowledge.ts';
import { probe } from '../../examples/probe/probe.ts';
import { askProbe } from '../../src/azure/probe.ts';
import { transportFor } from '../../src/azure/transport.ts';
import { parseRotationFile } from '../../src/config.ts';

const page = readFileSync('docs/consumers.md', 'utf8');
const blocksOf = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text = '']) => text);

const stops: (() => unknown)[] = [];
afterAll(() => stops.forEach((stop) => void stop()));

async function listening(answer: RequestListener): Promise<URL> {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  stops.push(() => server.close());
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

describe('docs/consumers.md', () => {
  it.each(blocksOf('json').map((text) => JSON.parse(text) as { name: string }))(
    'shows a consumer that rotation.json takes: $name',
    (consumer) => {
      const target = {
        name: 'chat-prod',
        resourceId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.SignalRService/signalR/chat',
        publications: [{ secret: 'https://kv-chat.vault.azure.net/secrets/chat' }],
        consumers: [consumer],
      };
      expect(parseRotationFile(JSON.stringify({ targets: [target] }), { development: false })).toMatchObject({
        ok: true,
      });
    },
  );

  it('shows every kind of evidence', () => {
    const kinds = blocksOf('json').map((text) => (JSON.parse(text) as { evidence: string }).evidence);
    expect([...new Set(kinds)].sort()).toEqual(['ack', 'app-service-reference', 'container-app', 'elapsed', 'probe']);
  });

  it('shows the handler that is tested here', () => {
    expect(readFileSync('examples/probe/probe.ts', 'utf8')).toContain(blocksOf('ts')[0]);
  });
});

describe('the handler', () => {
  const ask = async (connectionString: string) => {
    const consumer = await listening(probe(connectionString));
    const source = {
      kind: 'probe',
      url: 'https://chat.example.com/internal/signalr-key',
      instances: 2,
      times: 3,
    } as const;
    return askProbe(source, transportFor(consumer), AbortSignal.timeout(10_000));
  };

  it.each([
    ['Endpoint=https://x;AccessKey=abc=;Version=1.0;', { by: 'fingerprint', fingerprint: fingerprintOf('abc=') }],
    ['Endpoint=https://x;AuthType=azure.msi;Version=1.0;', { by: 'entra' }],
  ])('is understood by the rotation app: %s', async (connectionString, shows) => {
    expect(await ask(connectionString)).toEqual({ shows, trouble: null, detail: null });
  });
});

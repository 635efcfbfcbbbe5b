import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { BlobServiceClient } from '@azure/storage-blob';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Unavailable } from '../../src/app/errors.ts';
import { blobDeadLetters } from '../../src/azure/dead-letters.ts';
import { StorageNotConfigured } from '../../src/azure/storage.ts';
import { anAzurite } from './an-azurite.ts';
import { errorOf, everythingAbout, never } from './local-services.ts';

const azurite = await anAzurite();
const service = BlobServiceClient.fromConnectionString(azurite.connectionString);

/** As Event Grid lays events down, with a key in one. */
async function aContainer(blobs: number): Promise<string> {
  const name = `letters-${randomUUID()}`;
  const container = service.getContainerClient(name);
  await container.create();
  const content = JSON.stringify([{ id: '1', data: { text: `AccessKey=${'k'.repeat(43)}=` } }]);
  for (let i = 0; i < blobs; i += 1) {
    const path = `KEYS/2026/11/24/${String(i).padStart(2, '0')}/${randomUUID()}.json`;
    await container.getBlockBlobClient(path).upload(content, content.length);
  }
  return name;
}

const look = (container: string) => blobDeadLetters({ storage: azurite, container })(never).look();

describe('the dead letters in Blob storage', () => {
  it('are counted, with the time of the newest', async () => {
    const before = Math.floor(Date.now() / 1000) * 1000;
    const name = await aContainer(3);
    const seen = await look(name);
    expect(seen).toMatchObject({ count: 3, isMore: false, container: expect.stringContaining(name) });
    expect(seen.oldestAt).toBeGreaterThanOrEqual(before);
    expect(seen.newestAt).toBeGreaterThanOrEqual(Number(seen.oldestAt));
    expect(seen.newestAt).toBeLessThanOrEqual(Date.now() + 1_000);
  });

  it('are none in a container that is empty, and in one that nobody has made', async () => {
    const none = { count: 0, isMore: false, oldestAt: null, newestAt: null };
    expect(await look(await aContainer(0))).toMatchObject(none);
    expect(await look('nobody-made-it')).toMatchObject(none);
  });

  it('are listed and never opened, so that nothing of what they hold is known', async () => {
    const seen = await look(await aContainer(1));
    expect(JSON.stringify(seen)).not.toContain('AccessKey');
    expect(Object.keys(seen).sort()).toEqual(['container', 'count', 'isMore', 'newestAt', 'oldestAt']);
  });

  it('cost one page of a list, however many there are', async () => {
    const asked: string[] = [];
    const blob = (i: number) =>
      `<Blob><Name>${i}</Name><Properties><Last-Modified>Mon, 02 Nov 2026 12:00:0${i} GMT</Last-Modified></Properties></Blob>`;
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.setHeader('content-type', 'application/xml');
      response.end(
        `<?xml version="1.0"?><EnumerationResults ContainerName="c"><Blobs>${blob(1)}${blob(2)}</Blobs><NextMarker>more</NextMarker></EnumerationResults>`,
      );
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const key = Buffer.from('no key of anybody').toString('base64');
    const connectionString = `DefaultEndpointsProtocol=http;AccountName=st;AccountKey=${key};BlobEndpoint=http://127.0.0.1:${port}/st`;
    const seen = await blobDeadLetters({ storage: { connectionString }, container: 'letters' })(never).look();
    expect(seen).toMatchObject({ count: 2, isMore: true, newestAt: Date.parse('2026-11-02T12:00:02Z') });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatch(/^GET \/st\/letters\?.*comp=list/);
    expect(asked[0]).toContain('maxresults=5000');
  });

  it('are unavailable where the right is missing, and the error tells nothing but that', async () => {
    const connectionString = azurite.connectionString.replace(/AccountKey=[^;]+/, 'AccountKey=bm9ib2R5');
    const error = await errorOf(
      blobDeadLetters({ storage: { connectionString }, container: await aContainer(0) })(never).look(),
    );
    expect(error).toBeInstanceOf(Unavailable);
    expect(everythingAbout(error)).not.toContain('bm9ib2R5');
  });

  it('need an address of blobs', () => {
    const storage = {
      ...{ tables: 'https://st.table.core.windows.net', queues: 'https://st.queue.core.windows.net', blobs: null },
      credential: { getToken: () => Promise.resolve(null) },
    };
    expect(() => blobDeadLetters({ storage, container: 'letters' })).toThrow(StorageNotConfigured);
  });
});

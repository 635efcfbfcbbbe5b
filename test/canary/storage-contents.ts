import { TableClient, TableServiceClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import type { Left } from './searcher.ts';

const INSECURE = { allowInsecureConnection: true };

/** All that lies in a storage account: rows with their keys, messages, names and contents of blobs. */
export async function storageContents(connectionString: string): Promise<readonly Left[]> {
  return [...(await tables(connectionString)), ...(await queues(connectionString)), ...(await blobs(connectionString))];
}

async function tables(connectionString: string): Promise<readonly Left[]> {
  const left: Left[] = [];
  for await (const { name = '' } of TableServiceClient.fromConnectionString(connectionString, INSECURE).listTables()) {
    for await (const row of TableClient.fromConnectionString(connectionString, name, INSECURE).listEntities()) {
      left.push({ by: `table ${name}`, text: JSON.stringify(row) });
    }
  }
  return left;
}

async function queues(connectionString: string): Promise<readonly Left[]> {
  const left: Left[] = [];
  const service = QueueServiceClient.fromConnectionString(connectionString);
  for await (const { name } of service.listQueues()) {
    const { peekedMessageItems } = await service.getQueueClient(name).peekMessages({ numberOfMessages: 32 });
    left.push({ by: `queue ${name}`, text: name });
    left.push(...peekedMessageItems.map(({ messageText }) => ({ by: `queue ${name}`, text: messageText })));
  }
  return left;
}

async function blobs(connectionString: string): Promise<readonly Left[]> {
  const left: Left[] = [];
  const service = BlobServiceClient.fromConnectionString(connectionString);
  for await (const { name: container } of service.listContainers()) {
    for await (const { name } of service.getContainerClient(container).listBlobsFlat()) {
      const content = await service.getContainerClient(container).getBlobClient(name).downloadToBuffer();
      left.push({ by: `blob ${container}`, text: `${name} ${content.toString('utf8')}` });
    }
  }
  return left;
}

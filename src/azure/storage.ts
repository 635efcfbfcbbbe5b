import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient, PipelinePolicy } from '@azure/core-rest-pipeline';
import { TableClient } from '@azure/data-tables';
import { ContainerClient } from '@azure/storage-blob';
import { QueueClient } from '@azure/storage-queue';
import { managedIdentity } from './credential.ts';

/** The storage account of the app: ledger and queue. */
export type Storage =
  | { readonly connectionString: string }
  | {
      readonly tables: string;
      readonly queues: string;
      /** null where no setting says where they are. */
      readonly blobs: string | null;
      readonly credential: TokenCredential;
    };

/** As the Functions host reads the same settings, so that both speak to one account. */
export function storageFrom(
  settings: {
    readonly AzureWebJobsStorage?: string | undefined;
    readonly AzureWebJobsStorage__accountName?: string | undefined;
    readonly AzureWebJobsStorage__tableServiceUri?: string | undefined;
    readonly AzureWebJobsStorage__queueServiceUri?: string | undefined;
    readonly AzureWebJobsStorage__blobServiceUri?: string | undefined;
    readonly AzureWebJobsStorage__clientId?: string | undefined;
  },
  identity: (clientId: string | null) => TokenCredential = managedIdentity,
): Storage {
  const connectionString = settings.AzureWebJobsStorage;
  if (connectionString) return { connectionString };
  const account = settings.AzureWebJobsStorage__accountName;
  const address = (given: string | undefined, service: string) =>
    given?.replace(/\/+$/, '') || (account ? `https://${account}.${service}.core.windows.net` : null);
  const tables = address(settings.AzureWebJobsStorage__tableServiceUri, 'table');
  const queues = address(settings.AzureWebJobsStorage__queueServiceUri, 'queue');
  if (!tables || !queues) throw new StorageNotConfigured();
  const blobs = address(settings.AzureWebJobsStorage__blobServiceUri, 'blob');
  return { tables, queues, blobs, credential: identity(settings.AzureWebJobsStorage__clientId || null) };
}

export class StorageNotConfigured extends Error {
  static readonly code = 'StorageNotConfigured';
  readonly code = StorageNotConfigured.code;
  override readonly name = 'StorageNotConfigured';
  constructor(missing?: string) {
    super(
      missing === undefined
        ? 'There is no storage account: set AzureWebJobsStorage, or AzureWebJobsStorage__accountName for access by identity.'
        : `Nothing says where blobs are: set ${missing}.`,
    );
  }
}

export function openTable(
  storage: Storage,
  name: string,
  options: {
    readonly httpClient: HttpClient;
    readonly retryOptions: { readonly maxRetries: number };
    readonly additionalPolicies: { readonly policy: PipelinePolicy; readonly position: 'perCall' | 'perRetry' }[];
  },
): TableClient {
  if (!('connectionString' in storage)) return new TableClient(storage.tables, name, storage.credential, options);
  const allowInsecureConnection = isEmulator(storage.connectionString);
  return TableClient.fromConnectionString(storage.connectionString, name, { ...options, allowInsecureConnection });
}

/** Without the transport's HTTP client, whose type this older pipeline does not take: storage is never simulated. */
export function openQueue(storage: Storage, name: string): QueueClient {
  // One more try: a queue message is a hint, and a second one is harmless.
  const options = { retryOptions: { maxTries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 } };
  if ('connectionString' in storage) return new QueueClient(storage.connectionString, name, options);
  return new QueueClient(`${storage.queues}/${name}`, storage.credential, options);
}

/** Without the transport's HTTP client, like the queue. @throws StorageNotConfigured where nothing says where blobs are */
export function openContainer(storage: Storage, name: string): ContainerClient {
  const options = { retryOptions: { maxTries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 } };
  if ('connectionString' in storage) return new ContainerClient(storage.connectionString, name, options);
  if (storage.blobs === null) throw new StorageNotConfigured('AzureWebJobsStorage__blobServiceUri');
  return new ContainerClient(`${storage.blobs}/${name}`, storage.credential, options);
}

/** Azurite listens on this machine over plain http, which the table SDK refuses unless told; no other account gets that. */
function isEmulator(connectionString: string): boolean {
  if (/(^|;)\s*UseDevelopmentStorage=true/i.test(connectionString)) return true;
  const endpoint = /(?:^|;)\s*TableEndpoint=([^;]+)/i.exec(connectionString)?.[1] ?? '';
  return URL.canParse(endpoint) && /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/.test(new URL(endpoint).hostname);
}

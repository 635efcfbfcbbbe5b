import type { TokenCredential } from '@azure/core-auth';
import { createHttpHeaders, type HttpClient, type PipelineRequest } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { StorageNotConfigured, storageFrom } from '../../src/azure/storage.ts';
import { tableLedger } from '../../src/azure/table-ledger.ts';
import { aResource } from './ledger-samples.ts';
import { never } from './local-services.ts';

const asked: (string | null)[] = [];
const credential: TokenCredential = { getToken: () => Promise.resolve(null) };
const identity = (clientId: string | null) => {
  asked.push(clientId);
  return credential;
};

describe('the storage account', () => {
  it('is that of the connection string, whatever else is set', () => {
    const settings = { AzureWebJobsStorage: 'UseDevelopmentStorage=true', AzureWebJobsStorage__accountName: 'other' };
    expect(storageFrom(settings, identity)).toEqual({ connectionString: 'UseDevelopmentStorage=true' });
  });

  it('is named by its account, for access by identity', () => {
    expect(storageFrom({ AzureWebJobsStorage: '', AzureWebJobsStorage__accountName: 'stchat' }, identity)).toEqual({
      tables: 'https://stchat.table.core.windows.net',
      queues: 'https://stchat.queue.core.windows.net',
      blobs: 'https://stchat.blob.core.windows.net',
      credential,
    });
    expect(asked.at(-1)).toBeNull();
  });

  it('is named by its addresses in another cloud, and opened with the identity that was chosen', () => {
    const settings = {
      AzureWebJobsStorage__tableServiceUri: 'https://st.table.core.chinacloudapi.cn',
      AzureWebJobsStorage__queueServiceUri: 'https://st.queue.core.chinacloudapi.cn/',
      AzureWebJobsStorage__clientId: 'a-client',
    };
    expect(storageFrom(settings, identity)).toMatchObject({
      tables: 'https://st.table.core.chinacloudapi.cn',
      queues: 'https://st.queue.core.chinacloudapi.cn',
    });
    expect(asked.at(-1)).toBe('a-client');
  });

  it('has to be told, and the whole of it', () => {
    expect(() => storageFrom({})).toThrow(StorageNotConfigured);
    expect(() => storageFrom({ AzureWebJobsStorage__tableServiceUri: 'https://a.table.core.windows.net' })).toThrow(
      /AzureWebJobsStorage__accountName/,
    );
  });

  it('is asked over https, with a token where there is no key', async () => {
    const asked: PipelineRequest[] = [];
    const httpClient: HttpClient = {
      sendRequest(request) {
        asked.push(request);
        const headers = createHttpHeaders({
          date: 'Mon, 02 Nov 2026 08:00:00 GMT',
          'content-type': 'application/json',
        });
        return Promise.resolve({ request, status: 200, headers, bodyAsText: '{"value":[]}' });
      },
    };
    const token = { token: 'a-token', expiresOnTimestamp: Date.now() + 3_600_000 };
    const storage = storageFrom({ AzureWebJobsStorage__accountName: 'stchat' }, () => ({
      getToken: () => Promise.resolve(token),
    }));
    const { now } = await tableLedger({ storage, httpClient })(never).read(aResource());
    expect(now).toBe(Date.parse('2026-11-02T08:00:00Z'));
    expect(asked[0]?.url).toMatch(/^https:\/\/stchat\.table\.core\.windows\.net\/ledger\(\)\?/);
    expect(asked[0]?.headers.get('authorization')).toBe('Bearer a-token');
  });
});

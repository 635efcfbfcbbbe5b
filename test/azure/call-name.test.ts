import { describe, expect, it } from 'vitest';
import { CALLS, type Call } from '../../local/azure/authorization/calls.ts';
import { callName } from '../../src/azure/call-name.ts';
import { CLOUDS } from '../../src/core/clouds.ts';

const cloud = CLOUDS.AzureCloud;
const hosts = { arm: cloud.resourceManager, vault: `kv-a.${cloud.vaults}`, topic: `t.westeurope-1.${cloud.eventGrid}` };
const addressOf = ({ service, address }: Call) =>
  `https://${hosts[service]}${address.replace(/[<>]/g, '').replace(/\{(\w+)\}/g, 'a-$1')}?api-version=1&sig=s3cret`;

describe('the name of a request', () => {
  it.each(CALLS.map((call) => [`${call.method} ${call.service}${call.address}`, call] as const))(
    'is there for %s',
    (_, call) => {
      const { operation } = callName(call.method, addressOf(call), cloud);
      expect(operation).toMatch(/^[a-z-]+$/);
      expect(operation).not.toBe('other');
    },
  );

  it('is other for what is not in the list, and holds nothing of its address', () => {
    const name = callName('GET', `https://${hosts.arm}/a/strange/path?code=s3cret`, cloud);
    expect(name).toEqual({ service: 'arm', operation: 'other' });
  });

  it.each([
    ['https://chat.service.signalr.net/api/hubs/keyrotation/connections/c1?api-version=1', 'HEAD', 'signalr probe-key'],
    ['https://chat.contoso.com/api/hubs/keyrotation/connections/c1', 'HEAD', 'signalr probe-key'],
    ['https://st.table.core.windows.net/$batch', 'POST', 'table-storage transact'],
    ["https://st.table.core.windows.net/rotation(PartitionKey='a',RowKey='b')", 'GET', 'table-storage read-rows'],
    ['http://127.0.0.1:10002/devstoreaccount1/Tables', 'POST', 'table-storage create-table'],
    ['https://web.contoso.com/key', 'GET', 'outside get'],
    // No subdomain of the service, whatever it looks like.
    ['https://management.azure.com.example.org/', 'GET', 'outside get'],
  ])('of %s is that of its service', (url, method, name) => {
    const { service, operation } = callName(method, url, cloud);
    expect(`${service} ${operation}`).toBe(name);
  });

  it.each(Object.values(CLOUDS))('knows the hosts of $name', (there) => {
    const service = (host: string) => callName('GET', `https://${host}/`, there).service;
    const found = [there.resourceManager, `kv.${there.vaults}`, `t.${there.eventGrid}`].map(service);
    expect(found).toEqual(['arm', 'key-vault', 'event-grid']);
  });
});

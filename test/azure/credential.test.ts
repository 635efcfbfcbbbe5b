import { afterAll, expect, it } from 'vitest';
import { startLocalAzure } from '../../local/azure/server.ts';
import { managedIdentity } from '../../src/azure/credential.ts';
import { signalRKeys } from '../../src/azure/signalr-keys.ts';
import { transportFor } from '../../src/azure/transport.ts';
import { parseResourceId } from '../../src/core/model.ts';
import { errorOf, never } from './local-services.ts';

const azure = await startLocalAzure({ authorisation: { by: 'what-is-asked' } });
afterAll(() => azure.close());
// The SDK keeps endpoint and tokens for the whole process: this file has one of its own.
Object.assign(process.env, azure.settings);

const resource = parseResourceId(azure.addSignalR({ name: 'chat' }).id);
if (resource === null) throw new Error('The local Azure names no resource.');

it('one token that never comes leaves nobody without a token for good', async () => {
  const keys = signalRKeys({ credential: managedIdentity(null), httpClient: transportFor(azure.origin) });
  azure.faults.next({ match: { host: 'identity' }, answer: 'hang' });
  // Whoever comes first gives up early; the fetch goes on for all.
  expect(await errorOf(keys(AbortSignal.timeout(500)).look(resource))).toMatchObject({ code: 'Unavailable' });
  expect(await errorOf(keys(never).look(resource))).toMatchObject({ code: 'Unavailable' });
  expect(await keys(never).look(resource)).toMatchObject({ provisioningState: 'Succeeded' });
});

import { describe, expect, it } from 'vitest';
import { endpointNameOf } from '../../../src/app/report/endpoint-name.ts';

describe('endpoint name and type in the name of a secret', () => {
  it.each([
    ['azure--signalr--connectionstring', null],
    ['azure--signalr--connectionstring--name-a', { name: 'name-a', type: 'primary' }],
    ['azure--signalr--connectionstring--name-b--primary', { name: 'name-b', type: 'primary' }],
    ['azure--signalr--connectionstring--name-c--secondary', { name: 'name-c', type: 'secondary' }],
    ['azure--signalr--connectionstring--secondary', { name: 'secondary', type: 'primary' }],
    ['azuresignalrconnectionstring--east', { name: 'east', type: 'primary' }],
    ['azure--signalr--endpoints--west--secondary', { name: 'west', type: 'secondary' }],
    ['chat', null],
    ['chat--secondary', null],
  ])('%s: %j', (name, endpoint) => {
    expect(endpointNameOf(`https://kv-a.vault.azure.net/secrets/${name}`)).toEqual(endpoint);
  });
});

import { describe, expect, it } from 'vitest';
import type { Ask } from '../../local/azure/http.ts';
import { createAzure } from '../../local/azure/in-process.ts';
import { HOUR, MINUTE } from '../support/scene.ts';
import { type Held, SimulatedConsumer } from './consumer.ts';
import { Oracle } from './oracle.ts';

/** A resource, a vault and one consumer that holds what the vault offered, all at this moment. */
function aWatchedWorld() {
  const azure = createAzure({ timing: { operation: 0, newKeyAccepted: 0, oldKeyRefused: 0 } });
  const resource = azure.addSignalR({ name: 'chat-prod' });
  const vault = azure.addVault('kv-a');
  vault.set('chat', resource.connectionString('primary'));
  let held: Held | null = vault.current('chat');
  const consumer = new SimulatedConsumer({ name: 'web', tokenLifetime: HOUR, held: () => held });
  const oracle = new Oracle({ resource, vaults: [vault], consumers: [consumer] });
  const read = () => {
    held = vault.current('chat');
    oracle.check();
  };
  return { resource, vault, consumer, oracle, read };
}

function anAsk(own: Pick<Ask, 'method' | 'path' | 'body'> & { readonly host?: string }): Ask {
  return { host: 'management.azure.com', from: 'app', query: new URLSearchParams(), headers: {}, ...own };
}

const regeneration = (keyType: string) => anAsk({ method: 'POST', path: '/x/regenerateKey', body: { keyType } });

describe('the oracle', () => {
  it('says nothing while everybody is served', () => {
    const { oracle, resource } = aWatchedWorld();
    resource.regenerate('secondary');
    oracle.check();
    expect([...oracle.violations, ...oracle.refused]).toEqual([]);
  });

  it('sees a consumer whose key died', () => {
    const { oracle, resource } = aWatchedWorld();
    resource.regenerate('primary');
    oracle.check();
    expect([...oracle.refused]).toEqual(['web, by its own key']);
  });

  it('sees clients whose tokens died, although the consumer itself has long switched', () => {
    const { oracle, resource, vault, read } = aWatchedWorld();
    vault.set('chat', resource.connectionString('secondary'));
    read();
    resource.regenerate('primary');
    oracle.check();
    expect([...oracle.refused]).toEqual(['web, by a token']);
  });

  it('blames nobody for what a person did', () => {
    const { oracle, resource } = aWatchedWorld();
    const { primary } = resource.keys;
    oracle.excuse(({ key }) => key === primary);
    resource.regenerate('primary');
    oracle.check();
    expect([...oracle.refused]).toEqual([]);
  });

  it('sees a key regenerated while somebody uses it, before it is too late', () => {
    const { oracle } = aWatchedWorld();
    oracle.before(regeneration('Primary'));
    expect([...oracle.violations]).toEqual([
      'regenerated the primary key while web used it (itself)',
      'regenerated the primary key while kv-a offered it',
    ]);
  });

  it('lets a key be regenerated that nobody uses and nobody offers', () => {
    const { oracle } = aWatchedWorld();
    oracle.before(regeneration('Secondary'));
    expect([...oracle.violations]).toEqual([]);
  });

  it('sees a dead key published', () => {
    const { oracle, resource, vault } = aWatchedWorld();
    const dead = resource.connectionString('secondary');
    resource.regenerate('secondary');
    oracle.before(anAsk({ method: 'PUT', host: vault.host, path: '/secrets/chat', body: { value: dead } }));
    expect([...oracle.violations]).toEqual([`published a key in ${vault.host} that the service refuses`]);
  });

  it('sees the current version disabled', () => {
    const { oracle, vault } = aWatchedWorld();
    const path = `/secrets/chat/${vault.current('chat')?.version}`;
    oracle.before(anAsk({ method: 'PATCH', host: vault.host, path, body: { attributes: { enabled: false } } }));
    expect([...oracle.violations]).toEqual([`disabled the current version in ${vault.host}`]);
  });

  it('forgets tokens when their time is over', () => {
    const { consumer } = aWatchedWorld();
    const later = Date.now() + 2 * HOUR;
    expect(consumer.inUse(later).map(({ by }) => by)).toEqual(['itself']);
    expect(consumer.inUse(Date.now() + MINUTE)).toHaveLength(1);
  });
});

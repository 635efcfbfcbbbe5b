import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConditionCode } from '../../src/core/codes.ts';
import type { Slot } from '../../src/core/model.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../support/scene.ts';
import { World, type WorldOptions } from '../support/world.ts';

let world: World;
const start = async (options: WorldOptions = {}): Promise<World> => {
  world = await World.start({ over: 'http', ...options });
  return world;
};
afterEach(() => world.close());

const stepIs = (step: string) => async (): Promise<boolean> => (await world.steps()).includes(step);
const heldBy = (code: ConditionCode) => async (): Promise<boolean> => (await world.record()).condition?.code === code;
const carries = (slot: Slot): boolean =>
  world.vaults.every((vault) => vault.current('chat')?.value === world.resource.connectionString(slot));

describe('an operation that succeeds without changing the key', () => {
  it('is tried again, and leaves the active key alone', async () => {
    await start();
    world.resource.nextRegenerations('unchanged', 1);
    await world.rotated();
    expect(world.regenerated).toEqual(['secondary', 'primary']);
    expect(world.violations).toEqual([]);
  });

  it('holds as KeyUnchanged after three times, and goes on the day after', async () => {
    await start();
    world.resource.nextRegenerations('unchanged', 3);
    await world.live(HOUR, heldBy('KeyUnchanged'));
    expect(world.resource.operations).toHaveLength(3);
    expect(carries('primary')).toBe(true);
    await world.live(12 * HOUR);
    expect(world.resource.operations).toHaveLength(3);
    await world.rotated();
    expect(world.regenerated).toEqual(['secondary', 'primary']);
    expect(world.violations).toEqual([]);
  });
});

describe('a regeneration that somebody else runs', () => {
  it('is waited for, and not answered with a second one', async () => {
    await start({ timing: { operation: 10 * MINUTE } });
    world.humanRegenerates('secondary');
    await world.live(9 * MINUTE);
    expect(world.resource.operations).toHaveLength(1);
    await world.rotated();
    expect(world.violations).toEqual([]);
  });

  it('that begins between our look and our call is refused by the service, and nothing is lost', async () => {
    await start({ timing: { operation: 2 * MINUTE } });
    let begun = false;
    world.mishap = (_, name) => {
      if (name === 'keys.beginRegenerate' && !begun) {
        begun = true;
        world.humanRegenerates('secondary');
      }
      return null;
    };
    await world.rotated();
    expect(world.violations).toEqual([]);
    expect(world.resource.operations.filter(({ by }) => by === 'rotator').map(({ slot }) => slot)).toContain('primary');
  });
});

describe('a person who regenerates a key by hand', () => {
  it.each(['primary', 'secondary'] as const)('before anything begins: %s', async (slot) => {
    await start();
    world.humanRegenerates(slot);
    await world.rotated();
    expect(world.violations).toEqual([]);
    expect(carries('secondary')).toBe(true);
  });

  it.each([
    ['primary', 'condemn'],
    ['secondary', 'condemn'],
    ['primary', 'regenerate secondary'],
    ['secondary', 'regenerate secondary'],
    ['primary', 'publish secondary'],
    ['secondary', 'publish secondary'],
    ['primary', 'soak primary'],
    ['secondary', 'soak primary'],
    ['primary', 'regenerate primary'],
    ['secondary', 'regenerate primary'],
  ] as const)('%s after %s: the rotation completes and publications carry a live key', async (slot, step) => {
    await start({ vaults: ['kv-a', 'kv-b'] });
    await world.live(DAY, stepIs(step));
    while (world.resource.runningOperation) await world.live(SECOND);
    world.humanRegenerates(slot);
    await world.rotated();
    await world.live(HOUR);
    expect(world.violations).toEqual([]);
    const values = world.vaults.map((vault) => vault.current('chat')?.value);
    expect(new Set(values).size).toBe(1);
    expect([world.resource.connectionString('primary'), world.resource.connectionString('secondary')]).toContain(
      values[0],
    );
    for (const consumer of world.consumers) {
      for (const key of consumer.keysInUse(world.clock.now())) expect(world.resource.accepts(key)).toBe(true);
    }
  });
});

describe('a publication in trouble', () => {
  it('that is disabled holds before anything is regenerated, and goes on when it is enabled', async () => {
    await start({ vaults: ['kv-a', 'kv-b'] });
    world.vaults[1]?.disable('chat');
    await world.live(HOUR, heldBy('SecretDisabled'));
    expect(world.resource.operations).toEqual([]);
    expect((await world.record()).condition?.detail.secrets).toEqual(['https://kv-b.vault.azure.net/secrets/chat']);
    world.vaults[1]?.change('chat', { enabled: true });
    await world.rotated();
    expect(world.violations).toEqual([]);
  });

  it.each(['getSecret', 'readMetadata'] as const)(
    'whose vault forbids %s leaves both slots alone',
    async (operation) => {
      await start({ vaults: ['kv-a', 'kv-b'] });
      world.vaults[1]?.forbid(operation);
      await world.live(HOUR, heldBy('PublicationUnreadable'));
      expect(world.resource.operations).toEqual([]);
      expect(world.log).toContainEqual(
        expect.objectContaining({ level: 'error', event: 'TargetHeld', code: 'PublicationUnreadable' }),
      );
      world.vaults[1]?.allow(operation);
      await world.rotated();
      expect(world.violations).toEqual([]);
    },
  );

  it('whose vault forbids setSecret holds without touching the active key', async () => {
    await start();
    world.vaults[0]?.forbid('setSecret');
    await world.live(HOUR, heldBy('PublicationUnwritable'));
    expect(world.regenerated).toEqual(['secondary']);
    expect(carries('primary')).toBe(true);
    world.vaults[0]?.allow('setSecret');
    await world.rotated();
    expect(world.violations).toEqual([]);
  });

  it('that names another resource is never written', async () => {
    await start({ vaults: ['kv-a', 'kv-b'] });
    const foreign = 'Endpoint=https://somebody-else.service.signalr.net;AccessKey=bm90IG91cnM=;Version=1.0;';
    world.vaults[1]?.set('chat', foreign);
    await world.live(2 * DAY);
    expect((await world.record()).condition?.code).toBe('ForeignEndpoint');
    expect(world.vaults[1]?.current('chat')?.value).toBe(foreign);
    expect(world.resource.operations).toEqual([]);
  });

  it('that is no connection string is never written', async () => {
    await start({ vaults: ['kv-a', 'kv-b'] });
    world.vaults[1]?.set('chat', 'to be filled in');
    await world.live(HOUR);
    expect((await world.record()).condition?.code).toBe('NotAConnectionString');
    expect(world.vaults[1]?.current('chat')?.value).toBe('to be filled in');
  });

  it('that carries a dead key is given the active one, with all else kept', async () => {
    await start({ vaults: ['kv-a', 'kv-b'] });
    const dead = `endpoint=https://chat-prod.service.signalr.net; accesskey=ZGVhZA==;Foo=1;clientEndpoint=https://gw.example.com;`;
    world.vaults[1]?.set('chat', dead, { contentType: 'text/plain', tags: { team: 'chat' } });
    await world.live(HOUR, stepIs('repair primary'));
    const repaired = world.vaults[1]?.versions('chat').at(-1);
    expect(repaired?.value).toBe(dead.replace('ZGVhZA==', world.resource.keys.primary));
    expect(repaired).toMatchObject({
      contentType: 'text/plain',
      tags: { team: 'chat', KeyFingerprint: world.resource.fingerprints.primary },
    });
  });

  it('without a key is left alone', async () => {
    await start({ vaults: ['kv-a', 'kv-b'] });
    const passwordless = 'Endpoint=https://chat-prod.service.signalr.net;AuthType=azure.msi;Version=1.0;';
    world.vaults[1]?.set('chat', passwordless);
    await world.rotated();
    expect(world.vaults[1]?.versions('chat').filter(({ value }) => value === passwordless)).toHaveLength(1);
    expect(world.vaults[1]?.current('chat')?.value).toBe(passwordless);
    expect(world.violations).toEqual([]);
  });

  /** Somebody writes once, at the very moment of our first write. */
  const writesBetween = (text: () => string): void => {
    let written = false;
    world.mishap = (_, name) => {
      if (name === 'secrets.publish' && !written) {
        written = true;
        world.vaults[0]?.set('chat', text());
      }
      return null;
    };
  };

  it('that somebody writes between our read and our write keeps what they wrote', async () => {
    await start();
    writesBetween(() => `${world.resource.connectionString('primary')}ClientEndpoint=https://new-gateway.example.com;`);
    await world.rotated();
    expect(world.vaults[0]?.current('chat')?.value).toContain('ClientEndpoint=https://new-gateway.example.com;');
    expect(world.vaults[0]?.current('chat')?.value).toContain(world.resource.keys.secondary);
    expect((await world.steps()).slice(0, 4)).toEqual([
      'condemn',
      'regenerate secondary',
      'publish secondary',
      'repair secondary',
    ]);
    expect(world.violations).toEqual([]);
  });

  it('that somebody writes between our read and our write is not lost where the vault then refuses us', async () => {
    await start();
    writesBetween(() => `${world.resource.connectionString('primary')}ClientEndpoint=https://new-gateway.example.com;`);
    const between = world.mishap;
    let published = 0;
    world.mishap = (index, name) => {
      published += Number(name === 'secrets.publish');
      if (name === 'secrets.publish' && published === 2) world.vaults[0]?.forbid('setSecret');
      return between(index, name);
    };
    await world.live(HOUR, heldBy('PublicationUnwritable'));
    expect(world.vaults[0]?.current('chat')?.value).not.toContain('ClientEndpoint');
    world.vaults[0]?.allow('setSecret');
    await world.rotated();
    expect(world.vaults[0]?.current('chat')?.value).toContain('ClientEndpoint=https://new-gateway.example.com;');
    expect(world.violations).toEqual([]);
  });

  it.each([
    ['passwordless', 'Endpoint=https://chat-prod.service.signalr.net;AuthType=azure.msi;Version=1.0;'],
    ['of another resource', 'Endpoint=https://other.service.signalr.net;AccessKey=bm90IG91cnM=;Version=1.0;'],
    ['no connection string', 'to be filled in'],
  ])('that somebody makes %s between our read and our write is so again', async (_, text) => {
    await start();
    writesBetween(() => text);
    await world.live(2 * HOUR);
    expect(world.vaults[0]?.current('chat')?.value).toBe(text);
    expect(world.violations).toEqual([]);
  });
});

describe('the data plane', () => {
  it.each(['unreachable', 'forbidden'] as const)('that is %s holds before publishing', async (state) => {
    await start();
    world.resource.dataPlane = state;
    await world.live(HOUR, heldBy('DataPlaneUnreachable'));
    expect(world.regenerated).toEqual(['secondary']);
    expect(carries('primary')).toBe(true);
    world.resource.dataPlane = 'open';
    await world.rotated();
    expect(world.violations).toEqual([]);
  });

  it('that is slow to take a new key is asked until it does', async () => {
    await start({ timing: { newKeyAccepted: 5 * MINUTE } });
    await world.rotated();
    expect(world.violations).toEqual([]);
    expect((await world.receipts()).find(({ step }) => step === 'publish')?.data).toMatchObject({ proof: 'live' });
  });

  it('that goes on accepting an old key holds the end of the rotation', async () => {
    await start({ timing: { oldKeyRefused: 2 * HOUR } });
    await world.live(2 * DAY, heldBy('OldKeyStillAccepted'));
    expect(world.vaults[0]?.versions('chat').map(({ enabled }) => enabled)).toEqual([true, true]);
    await world.rotated();
    expect(world.vaults[0]?.versions('chat').map(({ enabled }) => enabled)).toEqual([false, true]);
  });
});

describe('a resource in trouble', () => {
  it.each(['read', 'listKeys', 'regenerateKey'] as const)(
    'that forbids %s holds with the right to grant',
    async (operation) => {
      await start();
      world.resource.denials.forbid(operation);
      await world.live(HOUR, heldBy('ResourceForbidden'));
      expect(world.resource.operations).toEqual([]);
      world.resource.denials.allow(operation);
      await world.rotated();
      expect(world.violations).toEqual([]);
    },
  );

  it('without local authentication has nothing to rotate', async () => {
    await start();
    for (const consumer of world.consumers) consumer.isMuted = true;
    world.resource.disableLocalAuth();
    await world.live(HOUR);
    expect((await world.record()).condition?.code).toBe('LocalAuthDisabled');
    expect(world.resource.operations).toEqual([]);
  });

  it('that is stopped is waited for', async () => {
    await start();
    world.resource.stopped = true;
    await world.live(HOUR);
    expect((await world.record()).phase).toBe('wait');
    expect(world.resource.operations).toEqual([]);
  });
});

describe('what leaves the app', () => {
  it('holds no key, whatever went wrong on the way', async () => {
    await start({ vaults: ['kv-a', 'kv-b'] });
    world.mishap = (index) => (index % 17 === 5 ? 'lose-answer' : null);
    await world.live(3 * DAY);
    world.mishap = () => null;
    await world.rotated();
    const { ledger, log } = world;
    const everything =
      JSON.stringify([await ledger.read(world.resourceId), await world.receipts(), log]) + inspect(log, { depth: 9 });
    expect(world.keysSeen.size).toBeGreaterThanOrEqual(4);
    for (const key of world.keysSeen) expect(everything.includes(key)).toBe(false);
  });
});

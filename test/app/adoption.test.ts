import { afterEach, describe, expect, it } from 'vitest';
import type { SignalRResource } from '../../local/azure/signalr-resource.ts';
import { aPolicy, DAY, HOUR, MINUTE } from '../support/scene.ts';
import { World, type WorldOptions } from '../support/world.ts';

let world: World;
const start = async (options: WorldOptions = {}): Promise<World> => {
  world = await World.start({ over: 'http', vaults: ['kv-a', 'kv-b'], ...options });
  return world;
};
afterEach(() => world.close());

const valueIn = (vault: number): string | undefined => world.vaults[vault]?.current('chat')?.value;
const second =
  (text: (resource: SignalRResource) => string) =>
  (resource: SignalRResource, vault: number): string =>
    vault === 1 ? text(resource) : resource.connectionString('primary');

describe('a split target', () => {
  it('is aligned without regenerating anything, and then rotated', async () => {
    await start({ text: second((resource) => resource.connectionString('secondary')) });
    await world.until('align primary');
    expect(world.resource.operations).toEqual([]);
    expect(valueIn(1)).toBe(world.resource.connectionString('primary'));
    await world.rotated();
    expect(world.violations).toEqual([]);
  });
});

describe('a secret that somebody moved from one slot to the other', () => {
  it('keeps the slot that it left alive until its readers are shown to have left', async () => {
    await start({ vaults: ['kv-a'], active: 'secondary', rereads: null });
    world.clock.ms += MINUTE;
    world.vaults[0]?.set('chat', world.resource.connectionString('primary'));
    await world.live(DAY);
    expect(world.resource.operations).toEqual([]);
    expect((await world.record()).awaiting).toMatchObject([{ consumer: 'web-1' }]);
    for (const consumer of world.consumers) await consumer.restart(world.clock.now());
    await world.until('regenerate secondary');
    expect(world.violations).toEqual([]);
  });

  it('is recognised by its tag where the version that carried the key is disabled', async () => {
    await start({ vaults: ['kv-a'], active: 'secondary', rereads: null });
    const tags = { KeyFingerprint: world.resource.fingerprints.secondary };
    world.vaults[0]?.change('chat', { tags, enabled: false });
    world.clock.ms += MINUTE;
    world.vaults[0]?.set('chat', world.resource.connectionString('primary'));
    await world.live(DAY);
    expect(world.resource.operations).toEqual([]);
    expect(world.violations).toEqual([]);
  });

  it('is forgotten after lookback, if it happened before the ledger ever saw the secret', async () => {
    const { switchover } = aPolicy();
    await start({ vaults: ['kv-a'], active: 'secondary', policy: { switchover: { ...switchover, unlisted: 'hold' } } });
    for (const consumer of world.consumers) consumer.isMuted = true;
    world.vaults[0]?.set('chat', world.resource.connectionString('primary'));
    for (const consumer of world.consumers) await consumer.restart(world.clock.now());
    world.target = { ...world.target, consumers: [] };
    world.clock.ms += 31 * DAY;
    await world.until('regenerate secondary');
    expect(world.violations).toEqual([]);
  });

  it('by a value that a copied tag belies, is judged by the value', async () => {
    await start({ vaults: ['kv-a'], active: 'secondary', rereads: null });
    world.vaults[0]?.change('chat', { tags: { KeyFingerprint: world.resource.fingerprints.primary } });
    world.clock.ms += MINUTE;
    world.vaults[0]?.set('chat', world.resource.connectionString('primary'));
    await world.live(DAY);
    expect(world.resource.operations).toEqual([]);
  });
});

describe('a bare key', () => {
  it('of a slot is rotated as a bare key', async () => {
    await start({ vaults: ['kv-a'], format: 'access-key', text: (resource) => resource.keys.primary });
    await world.rotated();
    expect(valueIn(0)).toBe(world.resource.keys.secondary);
    expect(world.violations).toEqual([]);
  });

  it('of neither slot is repaired where its tag says whose it is, and held where not', async () => {
    await start({ vaults: ['kv-a'], format: 'access-key', text: () => 'ZGVhZA==' });
    for (const consumer of world.consumers) consumer.stop();
    await world.live(HOUR);
    expect((await world.record()).condition?.code).toBe('UnrecognisedKey');
    expect(valueIn(0)).toBe('ZGVhZA==');
    world.vaults[0]?.change('chat', { tags: { ProviderAddress: world.resource.id.toUpperCase() } });
    await world.live(2 * HOUR);
    expect((await world.steps()).some((step) => step.startsWith('repair'))).toBe(true);
    expect([world.resource.keys.primary, world.resource.keys.secondary]).toContain(valueIn(0));
  });
});

describe('a publication that is not required', () => {
  it.each([
    ['SecretMissing', () => world.vaults[1]?.purge('chat')],
    ['SecretDeleted', () => world.vaults[1]?.delete('chat')],
    ['SecretDisabled', () => world.vaults[1]?.disable('chat')],
  ] as const)('and is %s is skipped and reported', async (code, happen) => {
    await start();
    happen();
    const [first, other] = world.target.publications;
    if (first === undefined || other === undefined) throw new Error('There are two vaults.');
    world.target = { ...world.target, publications: [first, { ...other, required: false }] };
    await world.live(HOUR);
    const { findings, condition } = await world.record();
    expect(findings).toContainEqual(expect.objectContaining({ code, secrets: [other.secret] }));
    expect(condition).toBeNull();
    expect(await world.steps()).toContain('condemn');
  });
});

describe('a target that publishes nothing', () => {
  const passwordless = 'Endpoint=https://chat-prod.service.signalr.net;AuthType=azure.msi;Version=1.0;';

  it('is not rotated, not even on request', async () => {
    await start({ text: () => passwordless });
    await world.request('plain');
    await world.live(2 * DAY);
    expect(world.resource.operations).toEqual([]);
    expect((await world.record()).findings).toContainEqual(expect.objectContaining({ code: 'NothingPublished' }));
  });

  it('is rotated where a person accepts that nobody knows who uses its keys', async () => {
    await start({ text: () => passwordless });
    await world.request('mine', { acceptUnknownConsumers: true });
    await world.rotated();
    expect([...world.regenerated].sort()).toEqual(['primary', 'secondary']);
    expect(valueIn(0)).toBe(passwordless);
  });
});

describe('a host name of the target', () => {
  it.each([
    ['its private endpoint', 'chat-prod.privatelink.service.signalr.net', {}],
    ['a custom domain', 'chat.contoso.com', { customDomains: ['chat.contoso.com'] }],
  ])('%s is its own', async (_, host, resource) => {
    const text = (r: SignalRResource) => r.connectionString('primary').replace(r.hostName, host);
    await start({ vaults: ['kv-a'], resource, text });
    for (const consumer of world.consumers) consumer.stop();
    await world.until('publish secondary');
    expect(valueIn(0)).toContain(`Endpoint=https://${host};AccessKey=${world.resource.keys.secondary};`);
  });
});

describe('a string with both a key and an AuthType', () => {
  it('has its key rotated, and is reported', async () => {
    await start({ vaults: ['kv-a'], text: (r) => `${r.connectionString('primary')}AuthType=azure.msi;` });
    await world.rotated();
    expect(valueIn(0)).toBe(`${world.resource.connectionString('secondary')}AuthType=azure.msi;`);
    expect((await world.record()).findings).toContainEqual(expect.objectContaining({ code: 'AmbiguousAuth' }));
    expect(world.violations).toEqual([]);
  });
});

describe('a new version', () => {
  const published = () => world.vaults[0]?.versions('chat').at(-1);

  it("keeps others' tags and content type, and adds ours and an expiry", async () => {
    await start({ vaults: ['kv-a'] });
    world.vaults[0]?.change('chat', { tags: { team: 'chat', ManagedBy: 'terraform' }, contentType: 'text/plain' });
    await world.until('publish secondary');
    const now = world.clock.now();
    expect(published()).toMatchObject({
      contentType: 'text/plain',
      tags: {
        team: 'chat',
        ManagedBy: 'terraform',
        KeyFingerprint: world.resource.fingerprints.secondary,
        CredentialId: 'secondary',
        ProviderAddress: world.resourceId,
        ValidityPeriodDays: '90',
        RotationId: (await world.record()).state.rotation?.id,
      },
    });
    const expires = (published()?.exp ?? 0) * 1000;
    expect(Math.abs(expires - (now + 90 * DAY))).toBeLessThan(5 * MINUTE);
  });

  it("has at most 15 tags: ours give way, never others'", async () => {
    await start({ vaults: ['kv-a'] });
    const theirs = Object.fromEntries(Array.from({ length: 14 }, (_, i) => [`tag-${i}`, 'theirs']));
    world.vaults[0]?.change('chat', { tags: theirs });
    await world.until('publish secondary');
    expect(published()?.tags).toEqual({ ...theirs, KeyFingerprint: world.resource.fingerprints.secondary });
  });

  it('has an expiry under keep only where its predecessor had one', async () => {
    await start({ policy: { secretExpiry: 'keep' } });
    const soon = Math.floor(world.clock.now() / 1000) + 3600;
    world.vaults[1]?.change('chat', { exp: soon });
    await world.until('publish secondary');
    expect(published()?.exp).toBeUndefined();
    expect(world.vaults[1]?.versions('chat').at(-1)?.exp).toBeGreaterThan(soon);
  });

  it('bears the mark of this installation, and another one leaves it alone', async () => {
    await start({ vaults: ['kv-a'] });
    await world.until('publish secondary');
    expect(published()?.tags).toMatchObject({ ManagedBy: 'signalr-key-rotation:default' });
    world.installation = 'another';
    const before = world.resource.operations.length;
    await world.live(3 * DAY);
    expect((await world.record()).condition?.code).toBe('ManagedByAnother');
    expect(world.resource.operations).toHaveLength(before);
  });
});

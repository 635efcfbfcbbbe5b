import { afterEach, describe, expect, it } from 'vitest';
import { rollBack } from '../../src/app/levers.ts';
import type { Receipt } from '../../src/app/ports.ts';
import type { Fingerprint } from '../../src/core/model.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../support/scene.ts';
import { World, type WorldOptions } from '../support/world.ts';

let world: World;
afterEach(() => world?.close());

/** A target whose keys are young, so that nothing moves but for a tip. Consumers are on the primary. */
async function atRest(options: WorldOptions = {}): Promise<World> {
  world = await World.start({ policy: { unknownAge: 'report', ...options.policy }, ...options });
  // A trusted tip does not wait for tokens that were signed with the leaked key.
  world.sparesTokens = false;
  await world.live(MINUTE);
  return world;
}

const fingerprint = (slot: 'primary' | 'secondary'): Fingerprint => world.resource.fingerprints[slot] as Fingerprint;
const receipt = async (step: string): Promise<Receipt> => {
  const found = (await world.receipts()).find((each) => each.step === step);
  if (found === undefined) throw new Error(`No receipt of ${step}: ${await world.steps()}`);
  return found;
};
/** Without the receipts of waits. */
const acts = async (): Promise<string[]> =>
  (await world.steps()).filter((step) => !/^(await-consumers|soak|hold)/.test(step));

const restartAll = async (): Promise<void> => {
  for (const consumer of world.consumers) await consumer.restart(world.clock.now());
};
/** Consumers that read their secret only when somebody restarts them. */
const LAGGARDS = { rereads: null } as const;

describe('a leaked key that consumers use', () => {
  it('is left for a new one, regenerated and shown dead, within minutes', async () => {
    await atRest();
    const leaked = fingerprint('primary');
    const startedAt = world.clock.now();
    expect(await world.report({ fingerprint: leaked })).toMatchObject({ class: 'active' });
    await world.rotated();
    expect(world.clock.now() - startedAt).toBeLessThan(10 * MINUTE);
    expect(await acts()).toEqual([
      'condemn',
      'regenerate secondary',
      'publish secondary',
      'regenerate primary',
      'confirm-dead',
      'disable-old-versions',
      'complete',
    ]);
    expect(fingerprint('primary')).not.toBe(leaked);
    expect(world.violations).toEqual([]);
  });

  it('does not wait for the tokens that were signed with it, and says so', async () => {
    await atRest();
    await world.report({ slot: 'primary' });
    await world.rotated();
    const [, second] = (await world.receipts()).filter(({ step }) => step === 'regenerate');
    expect(second?.data).toMatchObject({ slot: 'primary', without: { soak: true, consumers: [] } });
  });

  it('stays alive for consumers who do not come, and a person is told', async () => {
    await atRest(LAGGARDS);
    await world.report({ fingerprint: fingerprint('primary') });
    await world.live(DAY);
    expect(world.regenerated).toEqual(['secondary']);
    expect((await world.record()).condition?.code).toBe('Stalled');
    expect(world.violations).toEqual([]);
  });

  it('is held after maxWait, counted from when the secrets offered another key', async () => {
    await atRest(LAGGARDS);
    await world.report({ fingerprint: fingerprint('primary') });
    await world.until('publish secondary');
    const publishedAt = world.clock.now();
    await world.live(HOUR, async () => (await world.record()).condition !== null);
    expect(world.clock.now() - publishedAt).toBeGreaterThanOrEqual(15 * MINUTE - SECOND);
    expect(world.clock.now() - publishedAt).toBeLessThan(17 * MINUTE);
  });

  it('is regenerated past the deadline where the tip says retire, and the receipt names who was passed over', async () => {
    await atRest(LAGGARDS);
    await world.report({ fingerprint: fingerprint('primary'), onTimeout: 'retire' });
    await world.until('regenerate primary', HOUR);
    const [, second] = (await world.receipts()).filter(({ step }) => step === 'regenerate');
    expect(second?.data).toMatchObject({ without: { soak: true, consumers: ['web-1'] } });
    expect(world.violations).not.toEqual([]);
  });

  it('passes a freeze, the pause of the fleet and a window, with a receipt', async () => {
    await atRest({ policy: { windows: [{ days: ['sun'], from: '03:00', to: '04:00', timeZone: 'UTC' }] } });
    await world.freeze(world.clock.now() + DAY);
    await world.fleet.pause();
    await world.report({ fingerprint: fingerprint('primary') });
    await world.rotated(1, HOUR);
    expect((await receipt('condemn')).data).toMatchObject({ class: 'active', passes: ['freeze', 'pause', 'window'] });
    expect(world.violations).toEqual([]);
  });

  it('wakes somebody at once', async () => {
    await atRest();
    await world.report({ fingerprint: fingerprint('primary'), why: 'seen in a paste' });
    await world.until('condemn');
    const said = world.log.filter(({ event }) => event === 'KeyCompromised');
    expect(said).toMatchObject([{ level: 'error', target: 'chat-prod', class: 'active' }]);
  });

  it('tells in the last receipt where the time went', async () => {
    await atRest();
    await world.report({ fingerprint: fingerprint('primary') });
    await world.rotated();
    const { spent } = (await receipt('complete')).data as { spent: Record<string, number> };
    const { total = 0, inCalls = 0, waited = 0, ours = 0 } = spent;
    expect(total).toBeGreaterThan(0);
    expect(inCalls + waited + ours).toBe(total);
    // Fake time passes only while the world waits for what it was told to wait for.
    expect(ours).toBeLessThan(2 * MINUTE);
  });
});

describe('other classes', () => {
  it('a standby key is regenerated at once, and nothing else', async () => {
    await atRest();
    expect(await world.report({ slot: 'secondary' })).toMatchObject({ class: 'standby' });
    await world.rotated(1, HOUR);
    expect(world.regenerated).toEqual(['secondary']);
    const { findings } = await world.record();
    expect(findings.map(({ code }) => code)).toContain('StandbyLeaked');
    expect(world.violations).toEqual([]);
  });

  it('no key named: both are replaced, the standby first', async () => {
    await atRest();
    expect(await world.report()).toMatchObject({ class: 'both' });
    await world.rotated(1, HOUR);
    expect(world.regenerated).toEqual(['secondary', 'primary']);
    expect(world.violations).toEqual([]);
  });

  it('the outgoing key of a running rotation: no soak and no window, and the deadline of a compromise', async () => {
    await atRest({ policy: { unknownAge: 'due' }, rereads: null });
    world.sparesTokens = true;
    await world.until('publish secondary');
    await world.live(HOUR);
    expect(world.regenerated).toEqual(['secondary']);
    const leaked = fingerprint('primary');
    expect(await world.report({ fingerprint: leaked })).toMatchObject({ class: 'outgoing' });
    await world.live(10 * MINUTE);
    expect((await world.record()).condition).toBeNull();
    world.sparesTokens = false;
    await restartAll();
    await world.rotated(1, HOUR);
    expect(fingerprint('primary')).not.toBe(leaked);
    expect((await receipt('condemn')).rotation).toBe((await receipt('complete')).rotation);
    expect(world.violations).toEqual([]);
  });

  it('the active key while the other is outgoing: consumers go back to that one, then all goes on', async () => {
    await atRest({ policy: { unknownAge: 'due' }, rereads: null });
    await world.until('publish secondary');
    const leaked = fingerprint('secondary');
    await world.report({ fingerprint: leaked });
    await world.until('publish primary', 10 * MINUTE);
    expect(world.vaults[0]?.current('chat')?.value).toContain(world.resource.keys.primary);
    await restartAll();
    await world.live(30 * MINUTE);
    expect(fingerprint('secondary')).not.toBe(leaked);
    await restartAll();
    await world.live(DAY, async () => (await world.record()).state.rotation === null);
    expect(world.regenerated).toEqual(['secondary', 'secondary', 'primary']);
    expect(world.violations).toEqual([]);
  });

  it.each([
    ['a key of nobody', { fingerprint: 'sha256:00000000deadbeef' as Fingerprint }],
    ['a slot whose key was made since', { slot: 'primary', reportedAt: Date.parse('2020-01-01T00:00:00Z') }],
  ] as const)('%s: a receipt, and no change', async (_, tip) => {
    await atRest();
    await world.request('once');
    await world.rotated();
    const before = world.regenerated.length;
    expect(await world.report(tip)).toMatchObject({ class: 'dead' });
    await world.live(HOUR);
    expect(world.regenerated).toHaveLength(before);
    const answered = (await world.receipts()).find(({ data }) => data.class === 'dead');
    expect(answered).toMatchObject({ step: 'nothing-due', actor: 'ann' });
  });
});

describe('asking twice', () => {
  it('the same tip twice is one compromise', async () => {
    await atRest();
    await world.report({ id: 'once' });
    await world.report({ id: 'once' });
    await world.rotated(1, HOUR);
    await world.report({ id: 'once' });
    await world.live(HOUR);
    expect(world.regenerated).toEqual(['secondary', 'primary']);
  });

  it('a second tip during the first joins it', async () => {
    await atRest(LAGGARDS);
    await world.report({ slot: 'primary' });
    await world.until('publish secondary');
    await world.report({ slot: 'primary', reportedAt: world.clock.now() });
    await world.live(5 * MINUTE);
    const condemned = (await world.receipts()).filter(({ step }) => step === 'condemn');
    expect(condemned.map(({ data }) => data.joined)).toEqual([false, true]);
    expect(new Set(condemned.map(({ rotation }) => rotation)).size).toBe(1);
  });

  it('a flood that names no living key is held and alerted, and one that does is answered', async () => {
    await atRest({
      policy: { unknownAge: 'report', verification: { mode: 'required', within: MINUTE, settle: SECOND } },
    });
    for (const n of [1, 2, 3]) {
      await world.report({ id: `flood-${n}` });
      await world.rotated(n, HOUR);
      await world.live(2 * MINUTE);
    }
    const before = world.regenerated.length;
    await world.report({ id: 'flood-4' });
    await world.live(MINUTE);
    expect(world.regenerated).toHaveLength(before);
    expect((await world.record()).condition).toMatchObject({ code: 'TooManyTips', detail: { tips: ['flood-4'] } });
    await world.report({ id: 'named', fingerprint: fingerprint('primary') });
    await world.live(10 * MINUTE);
    expect(world.regenerated.length).toBeGreaterThan(before);
  });
});

describe('a request beside a compromise', () => {
  it('is served after the rotation of a leaked standby, which leaves the other key', async () => {
    await atRest();
    await world.report({ slot: 'secondary' });
    await world.until('condemn secondary');
    expect(await world.request('both')).toMatchObject({ joined: false });
    world.sparesTokens = true;
    await world.rotated(2, DAY);
    expect(world.regenerated).toEqual(['secondary', 'secondary', 'primary']);
    expect(world.violations).toEqual([]);
  });

  it('makes no standby twice: what the running rotation has made is not condemned with the active key', async () => {
    await atRest(LAGGARDS);
    await world.request('first');
    await world.until('regenerate secondary');
    await world.report({ slot: 'primary' });
    await world.until('publish secondary');
    expect(world.regenerated).toEqual(['secondary']);
  });
});

describe('an event', () => {
  const event = { trusted: false, who: 'event:somewhere', onTimeout: 'retire' } as const;

  it('counts as hold and keeps the soak, whatever it says', async () => {
    await atRest();
    world.sparesTokens = true;
    await world.report({ ...event, fingerprint: fingerprint('primary') });
    await world.rotated(1, DAY);
    expect(await world.steps()).toContain('soak primary');
    expect(world.violations).toEqual([]);
  });

  it('disconnects nobody who lags', async () => {
    await atRest(LAGGARDS);
    await world.report({ ...event, fingerprint: fingerprint('primary') });
    await world.live(DAY);
    expect(world.regenerated).toEqual(['secondary']);
    expect(world.violations).toEqual([]);
  });

  it('is believed like a person where policy trusts events', async () => {
    const { compromise } = (await atRest(LAGGARDS)).target.policy;
    await world.close();
    await atRest({ ...LAGGARDS, policy: { unknownAge: 'report', compromise: { ...compromise, trustEvents: true } } });
    await world.report({ ...event, fingerprint: fingerprint('primary') });
    await world.until('regenerate primary', HOUR);
  });
});

describe('what stays forbidden', () => {
  it('a rollback to a leaked key', async () => {
    await atRest({ policy: { unknownAge: 'due' }, rereads: null });
    await world.until('publish secondary');
    await world.report({ slot: 'primary' });
    await world.live(2 * MINUTE);
    const lever = { id: 'lever', who: 'ann', why: 'a test', dryRun: false };
    await expect(rollBack(world.target, lever, null, world.ports())).rejects.toMatchObject({ code: 'KeyCompromised' });
  });

  it('a report from the future', async () => {
    await atRest();
    const reportedAt = world.clock.now() + HOUR;
    await expect(world.report({ reportedAt })).rejects.toMatchObject({ code: 'InvalidRequest' });
  });

  it('regenerating while a publication cannot be read', async () => {
    await atRest();
    world.vaults[0]?.forbid('getSecret');
    await world.report();
    await world.live(HOUR);
    expect(world.regenerated).toEqual([]);
    expect((await world.record()).condition?.code).toBe('PublicationUnreadable');
  });
});

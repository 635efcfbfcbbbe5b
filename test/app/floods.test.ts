import { afterEach, describe, expect, it } from 'vitest';
import { type Fingerprint, SLOTS } from '../../src/core/model.ts';
import { aFingerprint, DAY, HOUR, MINUTE, SECOND } from '../support/scene.ts';
import { World, type WorldOptions } from '../support/world.ts';

let world: World;
afterEach(() => world?.close());

const PASSWORDLESS = 'Endpoint=https://chat-prod.service.signalr.net;AuthType=azure.msi;Version=1.0;';
const EVENT = { trusted: false, who: 'event:somewhere' } as const;

/** Keys are young, so that nothing moves but for a tip. */
async function atRest(options: WorldOptions = {}): Promise<void> {
  world = await World.start({
    over: 'direct',
    policy: { unknownAge: 'report', verification: { mode: 'required', within: MINUTE, settle: SECOND } },
    ...options,
  });
  world.sparesTokens = false;
  await world.live(MINUTE);
}

const active = (): Fingerprint => world.resource.fingerprints.primary as Fingerprint;
const toldOf = async (id: string) => (await world.receipts()).filter(({ data }) => data.tip === id);
const looks = (): number => world.calls.filter((call) => call === 'keys.list').length;

const visits = (): number => world.calls.filter((call) => call === 'keys.look').length;

/** As many answers as an hour has room for, each by a rotation of its own. */
async function fillTheHour(): Promise<void> {
  for (const n of [1, 2, 3]) {
    await world.report({ id: `before-${n}` });
    await world.rotated(n, HOUR);
    await world.live(2 * MINUTE);
  }
}

describe('a flood of events', () => {
  it('with fingerprints of nobody does not push out what a person reports', async () => {
    await atRest();
    const leaked = active();
    for (let i = 0; i < 150; i++) await world.report({ ...EVENT, id: `junk-${i}`, fingerprint: aFingerprint(`j${i}`) });
    await world.report({ id: 'mine', fingerprint: leaked });
    await world.rotated();
    expect(active()).not.toBe(leaked);
    expect(await toldOf('mine')).toHaveLength(1);
    expect(world.log).toContainEqual(expect.objectContaining({ event: 'TipsDropped', level: 'error' }));
  });

  it('that waits does not push out a person who names no key', async () => {
    await atRest();
    await fillTheHour();
    for (let i = 0; i < 40; i++) await world.report({ ...EVENT, id: `junk-${i}` });
    await world.live(MINUTE);
    await world.report({ id: 'mine', onTimeout: 'retire' });
    await world.live(2 * HOUR);
    expect(await toldOf('mine')).toMatchObject([{ step: 'condemn', data: { trusted: true } }]);
  });

  it('costs one answer, one alert and few looks where all say the same', async () => {
    await atRest();
    world.log.length = 0;
    const before = looks();
    for (let i = 0; i < 60; i++) await world.report({ ...EVENT, id: `same-${i}` });
    await world.rotated();
    expect(looks() - before).toBeLessThan(40);
    expect((await world.steps()).filter((step) => step === 'condemn')).toHaveLength(1);
    expect(world.log.filter(({ event }) => event === 'KeyCompromised')).toHaveLength(1);
  });

  it('is waited for until the hour has room, not looked at all the time', async () => {
    await atRest();
    await world.report({ id: 'long-ago' });
    await world.rotated();
    await world.live(2 * DAY);
    await fillTheHour();
    await world.report({ ...EVENT, id: 'waits' });
    await world.live(SECOND);
    const record = await world.record();
    expect(record.condition).toMatchObject({ code: 'TooManyTips', detail: { tips: ['waits'] } });
    expect(record.wakeAt).toBeGreaterThan(world.clock.now());
    expect(record.state.compromisedAt).toHaveLength(3);
    const before = looks();
    await world.live(10 * MINUTE);
    expect(looks() - before).toBeLessThan(5);
  });

  it('that waits does not keep a publication on a dead key', async () => {
    await atRest();
    await fillTheHour();
    await world.report({ ...EVENT, id: 'waits' });
    await world.live(SECOND);
    await world.humanRegenerates('primary');
    await world.humanRegenerates('secondary');
    await world.live(HOUR);
    const { value } = world.vaults[0]?.current('chat') ?? {};
    expect(SLOTS.map((slot) => world.resource.connectionString(slot))).toContain(value);
  });
});

describe('a target that publishes no key', () => {
  it('has none regenerated on the word of an event, and a person is told', async () => {
    await atRest({ text: () => PASSWORDLESS });
    await world.report({ ...EVENT, id: 'heard' });
    await world.live(DAY);
    expect(world.regenerated).toEqual([]);
    expect((await world.record()).condition).toMatchObject({ code: 'CompromiseUnconfirmed' });
    await world.report({ id: 'confirmed' });
    await world.live(DAY);
    expect(world.regenerated).toEqual(expect.arrayContaining(['primary', 'secondary']));
    expect((await world.record()).state.tips).toEqual([]);
  });

  it('forgets after a week what nobody confirmed', async () => {
    await atRest({ text: () => PASSWORDLESS });
    await world.report({ ...EVENT, id: 'heard' });
    await world.live(8 * DAY);
    expect((await world.record()).state.tips).toEqual([]);
    expect(world.regenerated).toEqual([]);
  });
});

describe('a target without local authentication', () => {
  it('answers a tip with a receipt, and is not looked at each minute for it', async () => {
    await atRest();
    for (const consumer of world.consumers) consumer.stop();
    world.resource.disableLocalAuth();
    await world.report({ ...EVENT, id: 'late' });
    await world.live(HOUR);
    const { state } = await world.record();
    expect([state.tips, state.rotation]).toEqual([[], null]);
    expect(await toldOf('late')).toMatchObject([{ step: 'nothing-due', data: { class: 'dead' } }]);
    const before = visits();
    await world.live(5 * HOUR);
    expect(visits() - before).toBeLessThan(10);
  });
});

describe('the id of a report', () => {
  it('is its own, and not that of a rotation that somebody asked for', async () => {
    await atRest();
    await world.request('INC-1', { force: true });
    await world.rotated();
    const leaked = active();
    await world.live(HOUR);
    await world.report({ id: 'INC-1', fingerprint: leaked });
    await world.live(HOUR);
    expect(await toldOf('INC-1')).toHaveLength(1);
    expect(Object.values(world.resource.fingerprints)).not.toContain(leaked);
  });

  it('cannot be used up by an event', async () => {
    await atRest();
    await world.report({ ...EVENT, id: 'INC-2', fingerprint: aFingerprint('junk') });
    await world.live(MINUTE);
    const leaked = active();
    await world.report({ id: 'INC-2', fingerprint: leaked });
    await world.rotated();
    expect(active()).not.toBe(leaked);
  });
});

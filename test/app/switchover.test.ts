import { describe, expect, it } from 'vitest';
import { eventSchema } from '../../src/app/event-schemas.ts';
import { forget, retire, rollBack } from '../../src/app/levers.ts';
import type { Duration, EvidenceSource } from '../../src/core/model.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../support/scene.ts';
import { World, type WorldOptions } from '../support/world.ts';

const SITE: EvidenceSource = { kind: 'app-service-reference', resourceId: '/site', setting: null, nudge: 'restart' };
const lever = (own: { dryRun?: boolean; id?: string } = {}) => ({
  id: 'order',
  who: 'ann',
  why: 'it broke',
  dryRun: false,
  ...own,
});
const inTwoVaults = (options: WorldOptions = {}) => World.start({ vaults: ['kv-a', 'kv-b'], ...options });
const callsOf = (world: World, name: string): number => world.calls.filter((call) => call === name).length;

describe('an App Service app', () => {
  it('that fetches its references once a day is refreshed, once, and has switched', async () => {
    const world = await World.start({ rereads: null, evidence: SITE });
    await world.rotated(1, DAY);
    expect(world.pushes).toEqual(['refresh web-1']);
    expect(await world.steps()).toContain('nudge');
    expect(world.violations).toEqual([]);
  });

  it('whose refresh does not help is restarted, once', async () => {
    const world = await World.start({ rereads: null, evidence: SITE });
    for (const consumer of world.consumers) consumer.deafTo = ['refresh'];
    await world.rotated(1, DAY);
    expect(world.pushes).toEqual(['refresh web-1', 'restart web-1']);
    expect(world.violations).toEqual([]);
  });

  it.each([
    ['none', []],
    ['refresh', ['refresh web-1']],
  ] as const)('is pushed no further than %s', async (nudge, pushes) => {
    const world = await World.start({ rereads: null, evidence: { ...SITE, nudge } });
    for (const consumer of world.consumers) consumer.deafTo = ['refresh', 'restart'];
    await world.live(2 * DAY);
    expect(world.pushes).toEqual(pushes);
    expect(world.regenerated).toEqual(['secondary']);
  });

  it('that cannot be pushed is awaited all the same', async () => {
    const world = await World.start({ rereads: null, evidence: SITE });
    world.mishap = (_, name) => (name === 'consumers.nudge' ? 'fail' : null);
    await world.live(2 * DAY);
    expect(world.regenerated).toEqual(['secondary']);
    expect(world.log).toContainEqual(expect.objectContaining({ event: 'NudgeFailed', consumer: 'web-1' }));
    expect(world.violations).toEqual([]);
  });
});

describe.each(['container-app', 'probe'] as const)('a consumer that shows itself by %s', (kind) => {
  it('is seen when it has switched', async () => {
    const evidence: EvidenceSource =
      kind === 'probe' ? { kind, url: 'https://web', instances: 1, times: 3 } : { kind, resourceId: '/app' };
    const world = await World.start({ rereads: 40 * MINUTE, evidence });
    await world.rotated(1, 2 * DAY);
    expect(world.violations).toEqual([]);
  });
});

describe('one laggard of five', () => {
  it('holds the old key alive for thirty days, whatever else happens, at a bounded price', async () => {
    const vaults = ['kv-a', 'kv-b', 'kv-c', 'kv-d', 'kv-e'];
    const world = await World.start({ vaults, rereads: 10 * MINUTE, evidence: { ...SITE, nudge: 'refresh' } });
    const laggard = world.consumers[4];
    if (laggard === undefined) throw new Error('There are five.');
    await world.until('publish secondary');
    laggard.trouble = 'unreachable';
    laggard.deafTo = ['refresh'];
    await world.live(2 * DAY);
    const before = { looks: callsOf(world, 'keys.look'), asked: callsOf(world, 'consumers.ask') };
    await world.live(28 * DAY);
    expect(world.regenerated).toEqual(['secondary']);
    expect(world.violations).toEqual([]);
    const { condition } = await world.record();
    expect(condition?.detail.awaiting).toMatchObject([{ consumer: 'web-5', trouble: { is: 'unreachable' } }]);
    // One look each 15 minutes, and each asks five consumers at the most.
    expect((callsOf(world, 'keys.look') - before.looks) / 28).toBeLessThanOrEqual(100);
    expect((callsOf(world, 'consumers.ask') - before.asked) / 28).toBeLessThanOrEqual(500);
  });
});

describe('evidence goes stale', () => {
  it('when a consumer that had switched went back before the old key is regenerated', async () => {
    const world = await World.start({ rereads: null, evidence: SITE });
    const [web] = world.consumers;
    if (web === undefined) throw new Error('There is one.');
    const old = web.version;
    await world.until('soak primary');
    web.deafTo = ['refresh', 'restart'];
    web.goBackTo(old, world.clock.now());
    await world.live(DAY);
    expect(world.regenerated).toEqual(['secondary']);
    expect(world.violations).toEqual([]);
    web.deafTo = [];
    await web.restart(world.clock.now());
    await world.rotated();
    expect(world.violations).toEqual([]);
  });

  it('when its last answer shows nothing, until it shows itself again', async () => {
    const world = await World.start({ rereads: null, evidence: { ...SITE, nudge: 'refresh' } });
    const [web] = world.consumers;
    if (web === undefined) throw new Error('There is one.');
    await world.until('soak primary');
    web.trouble = 'unreachable';
    await world.live(DAY);
    expect(world.regenerated).toEqual(['secondary']);
    web.trouble = null;
    await world.rotated(1, DAY);
    expect(world.violations).toEqual([]);
  });

  it('when an ack says so', async () => {
    const world = await World.start({ rereads: null });
    const [web] = world.consumers;
    if (web === undefined) throw new Error('There is one.');
    const old = web.version;
    await world.until('await-consumers primary');
    await web.restart(world.clock.now());
    await world.until('soak primary');
    web.goBackTo(old, world.clock.now());
    await web.acknowledge();
    await world.live(DAY);
    expect(world.regenerated).toEqual(['secondary']);
    expect(world.violations).toEqual([]);
  });

  it('when a consumer repeats an older word before anybody has read it', async () => {
    const world = await World.start({ rereads: null });
    const [web] = world.consumers;
    if (web === undefined) throw new Error('There is one.');
    const old = web.version;
    await world.until('await-consumers primary');
    await web.acknowledge();
    world.clock.ms += SECOND;
    await web.restart(world.clock.now());
    await web.acknowledge();
    world.clock.ms += SECOND;
    web.goBackTo(old, world.clock.now());
    await web.acknowledge();
    await world.live(DAY);
    expect(world.regenerated).toEqual(['secondary']);
    expect(world.violations).toEqual([]);
  });
});

/** The secret is written anew by hand, with an end. */
function expiresIn(world: World, time: Duration): void {
  const [vault] = world.vaults;
  const text = vault?.current('chat')?.value ?? '';
  vault?.set('chat', text, { exp: (world.clock.now() + time) / 1000 });
}

const expiryEvent = (world: World, id = 'expiry') =>
  world.ledger.insertInbox(world.resourceId, {
    ...({ kind: 'request', id, who: 'event:key-vault', why: null } as const),
    ...({ reason: 'SecretNearExpiry', acceptUnknownConsumers: false, force: false } as const),
  });

describe('the expiry of a secret', () => {
  it('asks for a rotation where it is near', async () => {
    const world = await World.start({ policy: { unknownAge: 'report' } });
    expiresIn(world, 6 * DAY);
    await expiryEvent(world);
    await world.rotated(1, DAY);
    expect((await world.receipts()).find(({ step }) => step === 'condemn')?.data).toMatchObject({
      reason: 'SecretNearExpiry',
    });
  });

  it('that an event makes up moves nothing, however often it comes', async () => {
    const world = await World.start({ policy: { unknownAge: 'report' } });
    expiresIn(world, 80 * DAY);
    for (let n = 0; n < 6; n++) {
      await expiryEvent(world, `invented-${n}`);
      await world.live(4 * HOUR);
    }
    expect(world.regenerated).toEqual([]);
  });
});

describe('a rollback', () => {
  const MOMENTS = ['publish secondary', 'await-consumers primary', 'soak primary'] as const;

  it.each(MOMENTS)('after %s leaves consumers connected and the ledger clean', async (step) => {
    const world = await inTwoVaults();
    await world.until(step);
    const until = world.clock.now() + 2 * DAY;
    const answer = await rollBack(world.target, lever(), until, world.ports());
    expect(answer).toMatchObject({ slot: 'primary', fingerprint: world.resource.fingerprints.primary });
    await world.until('roll-back primary', DAY);
    for (const vault of world.vaults)
      expect(vault.current('chat')?.value).toBe(world.resource.connectionString('primary'));
    const { state, condition } = await world.record();
    expect([state.rotation, state.rollBack, state.publishing, condition]).toEqual([null, null, null, null]);
    expect((await world.fleet.look()).claims).toEqual([]);
    await world.live(DAY);
    expect((await world.steps()).at(-1)).toBe('roll-back primary');
    await world.rotated(1, 5 * DAY);
    expect(world.violations).toEqual([]);
  });

  it('is not undone by the expiry of a secret before it ends', async () => {
    const world = await World.start();
    await world.until('await-consumers primary');
    const until = world.clock.now() + 5 * DAY;
    await rollBack(world.target, lever(), until, world.ports());
    await world.until('roll-back primary', DAY);
    expiresIn(world, 6 * DAY);
    await expiryEvent(world);
    await world.live(4 * DAY);
    expect((await world.steps()).at(-1)).toBe('roll-back primary');
    await world.rotated(1, 8 * DAY);
    expect(world.violations).toEqual([]);
  });

  it('does not let the slot that was rolled back from be regenerated while somebody may use it', async () => {
    const world = await World.start({ rereads: null });
    const [web] = world.consumers;
    await world.until('await-consumers primary');
    await web?.restart(world.clock.now());
    await rollBack(world.target, lever(), world.clock.now() + HOUR, world.ports());
    await world.until('roll-back primary', DAY);
    await world.live(3 * DAY);
    expect(world.regenerated).toEqual(['secondary']);
    expect((await world.record()).awaiting).toMatchObject([{ consumer: 'web-1' }]);
    expect(world.violations).toEqual([]);
  });

  it('is refused before anything is published, and once the old key is being regenerated', async () => {
    const world = await World.start();
    await expect(rollBack(world.target, lever(), null, world.ports())).rejects.toMatchObject({
      code: 'NothingToRollBack',
    });
    await world.until('regenerate secondary');
    await expect(rollBack(world.target, lever(), null, world.ports())).rejects.toMatchObject({
      code: 'NothingToRollBack',
    });
    await world.until('regenerate primary');
    await expect(rollBack(world.target, lever(), null, world.ports())).rejects.toMatchObject({
      code: 'RetirementBegun',
    });
    await world.rotated();
    await expect(rollBack(world.target, lever(), null, world.ports())).rejects.toMatchObject({
      code: 'NothingToRollBack',
    });
  });

  it('says beforehand what it would do, and does nothing', async () => {
    const world = await World.start({ rereads: null });
    await world.until('await-consumers primary');
    const answer = await rollBack(world.target, lever({ dryRun: true }), null, world.ports());
    expect(answer).toMatchObject({ target: 'chat-prod', slot: 'primary' });
    await world.live(HOUR);
    expect(await world.steps()).not.toContain('roll-back primary');
  });

  it('is a receipt with who and why', async () => {
    const world = await World.start();
    await world.until('publish secondary');
    await rollBack(world.target, lever(), null, world.ports());
    await world.until('roll-back primary', DAY);
    expect((await world.receipts()).at(-1)).toMatchObject({
      step: 'roll-back',
      actor: 'ann',
      data: { why: 'it broke' },
    });
  });

  it('that meets a crash at any call is finished by the next look', async () => {
    const rehearse = await inTwoVaults();
    await rehearse.until('await-consumers primary');
    await rollBack(rehearse.target, lever(), rehearse.clock.now() + 2 * DAY, rehearse.ports());
    const from = rehearse.calls.length;
    await rehearse.until('roll-back primary', DAY);
    const calls = rehearse.calls.length - from;
    expect(calls).toBeGreaterThan(10);
    for (let n = 0; n < calls; n += 1) {
      const world = await inTwoVaults();
      await world.until('await-consumers primary');
      await rollBack(world.target, lever(), world.clock.now() + 2 * DAY, world.ports());
      const start = world.calls.length;
      world.mishap = (index) => (index === start + n ? 'crash-after' : null);
      await world.until('roll-back primary', DAY);
      for (const vault of world.vaults)
        expect(vault.current('chat')?.value).toBe(world.resource.connectionString('primary'));
      expect(world.violations, `crash at ${n}`).toEqual([]);
    }
  });
});

describe('retiring by hand', () => {
  async function stalled(): Promise<World> {
    const world = await inTwoVaults();
    for (const consumer of world.consumers.slice(1)) consumer.isMuted = true;
    await world.live(9 * DAY);
    expect((await world.record()).condition?.code).toBe('Stalled');
    return world;
  }

  it('goes on without those who are named, with a receipt that names them', async () => {
    const world = await stalled();
    const answer = await retire(world.target, lever(), ['web-2'], world.ports());
    expect(answer).toMatchObject({ slot: 'primary', givenUp: ['web-2'], awaiting: [{ consumer: 'web-2' }] });
    await world.rotated();
    const regenerated = (await world.receipts()).filter(({ step }) => step === 'regenerate').at(-1);
    expect(regenerated?.data).toMatchObject({
      slot: 'primary',
      givenUp: [{ consumer: 'web-2', who: 'ann', why: 'it broke' }],
    });
  });

  it.each([
    ['nobody who is awaited', ['web-1']],
    ['somebody who is not awaited', ['web-2', 'web-1']],
  ])('is refused where it names %s', async (_, names) => {
    const world = await stalled();
    await expect(retire(world.target, lever(), names, world.ports())).rejects.toMatchObject({ code: 'InvalidRequest' });
    await world.live(DAY);
    expect(world.regenerated).toEqual(['secondary']);
  });

  it('is refused where nobody is awaited', async () => {
    const world = await World.start();
    await world.rotated();
    await expect(retire(world.target, lever(), ['web-1'], world.ports())).rejects.toMatchObject({
      code: 'NothingToRetire',
    });
  });

  it('does not outlive its rotation', async () => {
    const world = await stalled();
    await retire(world.target, lever(), ['web-2'], world.ports());
    await world.rotated();
    world.clock.ms += 60 * DAY;
    for (const consumer of world.consumers) await consumer.restart(world.clock.now());
    await world.live(DAY);
    expect((await world.record()).awaiting).toMatchObject([{ consumer: 'web-2' }]);
  });
});

describe('an orphan', () => {
  it('is forgotten by a person, and nothing of it is touched', async () => {
    const world = await World.start({ rereads: null });
    await world.until('await-consumers primary');
    const before = world.resource.keys;
    world.targets = () => [];
    await world.live(2 * HOUR);
    await expect(forget('chat-prod', lever({ dryRun: true }), world.app, world.ports())).resolves.toMatchObject({
      target: 'chat-prod',
    });
    expect((await world.record()).condition?.code).toBe('Orphaned');
    await forget('chat-prod', lever(), world.app, world.ports());
    await world.live(HOUR);
    expect((await world.record()).state.rotation).toBeNull();
    expect((await world.receipts()).at(-1)).toMatchObject({ actor: 'ann', data: { forgotten: true, why: 'it broke' } });
    expect(world.resource.keys).toEqual(before);
    await expect(forget('chat-prod', lever(), world.app, world.ports())).rejects.toMatchObject({
      code: 'TargetNotFound',
    });
  });

  it('only: a target of rotation.json is not forgotten', async () => {
    const world = await World.start();
    await world.until('publish secondary');
    await expect(forget('chat-prod', lever(), world.app, world.ports())).rejects.toMatchObject({
      code: 'TargetNotFound',
    });
  });
});

describe('a window', () => {
  it('holds back the beginning and each regeneration of a scheduled rotation', async () => {
    // The world begins on a Monday at noon, UTC.
    const windows = [{ days: ['mon', 'tue'], from: '20:00', to: '21:00', timeZone: 'UTC' }] as const;
    const world = await World.start({ policy: { windows } });
    const noon = world.clock.now();
    await world.rotated(1, 3 * DAY);
    const hours = (await world.receipts())
      .filter(({ step }) => step === 'condemn' || step === 'regenerate')
      .map(({ at }) => new Date(at).getUTCHours());
    expect(hours).toEqual([20, 20, 20]);
    expect(world.clock.now() - noon).toBeGreaterThan(DAY);
    expect(world.violations).toEqual([]);
  });
});

describe('a window shorter than the soak', () => {
  it('does not keep a rotation with asked consumers from its end', async () => {
    const windows = [
      { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '20:00', to: '20:30', timeZone: 'UTC' },
    ] as const;
    const world = await World.start({ policy: { windows }, rereads: null, evidence: SITE });
    await world.rotated(1, 5 * DAY);
    expect(world.violations).toEqual([]);
  });

  it('is passed by whoever insists, also where a rotation is joined', async () => {
    const windows = [{ days: ['mon'], from: '12:00', to: '12:10', timeZone: 'UTC' }] as const;
    const world = await World.start({ policy: { windows } });
    await world.until('await-consumers primary');
    expect(await world.request('mine', { force: true })).toMatchObject({ joined: true });
    await world.rotated(1, DAY);
    expect(world.violations).toEqual([]);
  });

  it('is named to whoever asks outside it', async () => {
    const windows = [{ days: ['mon'], from: '20:00', to: '21:00', timeZone: 'UTC' }] as const;
    const world = await World.start({ policy: { windows } });
    expect(await world.request('mine')).toMatchObject({ opensAt: '2026-11-02T20:00:00.000Z' });
    expect(await world.request('now', { force: true })).not.toHaveProperty('opensAt');
  });
});

describe('a hundred consumers that do not answer', () => {
  it('cost one look, and end in a wait that names them', async () => {
    const world = await World.start({ rereads: null, evidence: { ...SITE, nudge: 'none' } });
    const [first] = world.target.consumers;
    if (first === undefined) throw new Error('There is one.');
    world.target = {
      ...world.target,
      consumers: Array.from({ length: 100 }, (_, i) => ({ ...first, name: `web-${i}` })),
    };
    await world.until('publish secondary');
    // Each answer takes ten seconds of this world's clock.
    world.mishap = (_, name) => {
      if (name === 'consumers.ask') world.clock.ms += 10_000;
      return null;
    };
    await world.live(HOUR);
    const { phase, awaiting } = await world.record();
    expect(phase).toBe('await-consumers');
    expect(awaiting).toHaveLength(100);
    expect(world.regenerated).toEqual(['secondary']);
  });
});

describe('an orphan without a rotation', () => {
  it('has its last events delivered all the same', async () => {
    const world = await World.start();
    world.isUnheard = true;
    await world.rotated();
    world.targets = () => [];
    world.isUnheard = false;
    await world.live(HOUR);
    expect(world.events.map(({ type }) => type)).toContain('SignalRKeyRotation.RotationCompleted');
    expect((await world.ledger.read(world.resourceId)).outbox).toEqual([]);
  });
});

describe('events out', () => {
  const typesOf = (world: World): string[] => world.events.map(({ type }) => type.replace('SignalRKeyRotation.', ''));

  it('ask for the switchover and tell of its end', async () => {
    const world = await World.start();
    await world.rotated();
    expect(typesOf(world)).toEqual(['SwitchoverRequested', 'RotationCompleted']);
    const version = world.vaults[0]?.current('chat')?.version;
    expect(world.events[0]).toMatchObject({
      source: world.resourceId,
      subject: 'chat-prod',
      data: { fingerprint: world.resource.fingerprints.secondary, versions: [{ version }] },
    });
  });

  it('tell of a stall, once, and of a repair', async () => {
    const world = await World.start({ vaults: ['kv-a', 'kv-b'], rereads: null });
    world.vaults[1]?.set('chat', world.resource.connectionString('primary', 'ZGVhZA=='));
    await world.live(9 * DAY);
    expect(typesOf(world)).toEqual(['DriftRepaired', 'SwitchoverRequested', 'RotationStalled']);
  });

  it('have the form that is published', async () => {
    const world = await World.start({ vaults: ['kv-a', 'kv-b'], rereads: null });
    world.vaults[1]?.set('chat', world.resource.connectionString('primary', 'ZGVhZA=='));
    await world.live(9 * DAY);
    for (const consumer of world.consumers) await consumer.restart(world.clock.now());
    await world.rotated();
    expect(new Set(typesOf(world)).size).toBe(4);
    for (const event of world.events) {
      const sent = { specversion: '1.0', datacontenttype: 'application/json', ...event };
      expect(eventSchema.safeParse(sent).error?.issues ?? []).toEqual([]);
    }
  });

  it('are not lost while nobody takes them, and keep their id', async () => {
    const world = await World.start();
    world.isUnheard = true;
    await world.rotated();
    await world.live(HOUR);
    expect(world.events).toEqual([]);
    expect((await world.ledger.read(world.resourceId)).outbox).toHaveLength(2);
    world.isUnheard = false;
    await world.live(10 * MINUTE);
    expect(typesOf(world)).toEqual(['SwitchoverRequested', 'RotationCompleted']);
    expect((await world.ledger.read(world.resourceId)).outbox).toEqual([]);
  });

  it('come at least once, with one id, through a crash at the moment of sending', async () => {
    const world = await World.start();
    let crashed = false;
    world.mishap = (_, name) => {
      if (name !== 'notifier.send' || crashed) return null;
      crashed = true;
      return 'crash-after';
    };
    await world.rotated();
    await world.live(10 * MINUTE);
    expect(new Set(world.events.map(({ id }) => id)).size).toBe(2);
    expect(world.events.length).toBeGreaterThanOrEqual(2);
  });

  it('hold no key', async () => {
    const world = await World.start();
    await world.rotated();
    const text = JSON.stringify(world.events);
    for (const key of world.keysSeen) expect(text).not.toContain(key);
    expect(world.keysSeen.size).toBeGreaterThan(2);
  });
});

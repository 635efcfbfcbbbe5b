import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { takeEvents } from '../../../src/app/events-in/take-events.ts';
import { type Instant, SLOTS, type Slot } from '../../../src/core/model.ts';
import {
  acted,
  alerted,
  asCloudEvent,
  asEventGrid,
  exportedAlert,
  graphAlerted,
  KNOWN,
  type Made,
  ofSecret,
  SELF,
  STRANGER,
  suspected,
} from '../../events/azure-events.ts';
import { aFingerprint, aPolicy, DAY, HOUR, MINUTE, NOON, SECOND } from '../../support/scene.ts';
import { World } from '../../support/world.ts';
import { contentOf } from './an-intake.ts';

const { RUNS = '40' } = process.env;
const runs = { numRuns: Number(RUNS) };

/** One target whose keys are young, so that nothing happens but for what the events say. */
async function aQuietWorld(): Promise<World> {
  const world = await World.start({
    ...{ over: 'direct', vaults: ['kv-a', 'kv-b'], resource: { createdAt: NOON - DAY } },
    policy: { compromise: { ...aPolicy().compromise, perHour: 100 } },
  });
  world.selfPrincipalId = SELF;
  world.knownPrincipals = [KNOWN];
  return world;
}

/** What may happen to a target, and the event that tells of it. */
const HAPPENINGS = {
  'a leak of the primary': () =>
    suspected({ target: 'chat-prod', slot: 'primary', reportedAt: REPORTED }, { id: 'primary' }),
  'a leak of the secondary': () =>
    suspected({ target: 'chat-prod', slot: 'secondary', reportedAt: REPORTED }, { id: 'secondary' }),
  'a leak of who knows what': () => suspected({ target: 'chat-prod', reportedAt: REPORTED }, { id: 'unknown' }),
  'a leak of the active key': ({ resource }: World) =>
    suspected({ target: 'chat-prod', fingerprint: resource.fingerprints.primary }, { id: 'named' }),
  'a leak of a dead key': () => suspected({ target: 'chat-prod', fingerprint: aFingerprint('dead') }, { id: 'dead' }),
  'an alert': ({ resourceId }: World) => alerted(exportedAlert({ AzureResourceId: resourceId }), { id: 'alert' }),
  'an alert of something': () => graphAlerted({}, { id: 'graph' }),
  'a stranger who lists keys': ({ resourceId }: World) =>
    acted(resourceId, 'listKeys', { by: STRANGER, id: 'stranger' }),
  'a friend who lists keys': ({ resourceId }: World) => acted(resourceId, 'listKeys', { by: KNOWN, id: 'friend' }),
  'our own look': ({ resourceId }: World) => acted(resourceId, 'listKeys', { by: SELF, id: 'self' }),
  'a key that somebody regenerates': ({ resourceId }: World) =>
    acted(resourceId, 'regenerateKey', { by: STRANGER, id: 'regenerated' }),
  'a secret near its expiry': (world: World) => ofSecret('SecretNearExpiry', ...currentOf(world, 0), { id: 'near' }),
  'an expired secret': (world: World) => ofSecret('SecretExpired', ...currentOf(world, 0), { id: 'expired' }),
  'a secret that somebody writes': (world: World) =>
    ofSecret('SecretNewVersionCreated', ...currentOf(world, 1), { id: 'new' }),
  'something else': () => suspected({}, { id: 'else', type: 'Contoso.Something' }),
} as const satisfies Record<string, (world: World) => Made>;

const REPORTED = new Date(NOON).toISOString();
type Happening = keyof typeof HAPPENINGS;

function currentOf(world: World, vault: number) {
  const secret = world.target.publications[vault]?.secret;
  const version = world.vaults[vault]?.versions('chat').at(-1)?.version;
  if (secret === undefined || version === undefined) throw new Error('There is no such vault.');
  return [secret, version] as const;
}

const sequence = fc.uniqueArray(fc.constantFrom(...(Object.keys(HAPPENINGS) as Happening[])), {
  minLength: 1,
  maxLength: 8,
});
const form = fc.constantFrom(asEventGrid, asCloudEvent);

/** A sequence, and the same events in another order, some of them more than once. */
const disordered = sequence.chain((all) =>
  fc
    .array(fc.constantFrom(...all), { maxLength: all.length })
    .chain((again) => fc.shuffledSubarray([...all, ...again], { minLength: all.length + again.length }))
    .map((disorderly) => ({ all, disorderly })),
);

describe('any order and repetition of a sequence of events', () => {
  it('leaves the same rows in the inbox and wants the same looks', async () => {
    await fc.assert(
      fc.asyncProperty(disordered, form, fc.nat(8), async ({ all, disorderly }, form, cut) => {
        const [inOrder, other, batched] = [await aQuietWorld(), await aQuietWorld(), await aQuietWorld()];
        for (const each of all) await takeEvents(asEventGrid(madeIn(inOrder, each)), inOrder.app);
        for (const each of disorderly) await takeEvents(form(madeIn(other, each)), other.app);
        const made = disorderly.map((each) => form(madeIn(batched, each)));
        for (const batch of [made.slice(0, cut), made.slice(cut)]) await takeEvents(batch, batched.app);
        const expected = await leftIn(inOrder);
        expect((await leftIn(other)).rows).toEqual(expected.rows);
        expect((await leftIn(batched)).rows).toEqual(expected.rows);
        expect(new Set(hintsOf(other))).toEqual(new Set(hintsOf(inOrder)));
        expect(Math.max(-1, ...hintsOf(batched))).toBe(Math.max(-1, ...hintsOf(inOrder)));
      }),
      runs,
    );
  });
});

const takenHints = new WeakMap<World, readonly Instant[]>();

/** What each message wants, 0 where it is any look. */
function hintsOf(world: World): readonly Instant[] {
  const taken = takenHints.get(world) ?? world.queue.take().map(({ newerThan }) => newerThan ?? 0);
  takenHints.set(world, taken);
  return taken;
}

/** Versions of secrets and keys are those of each world: they are told by their place in it. */
async function leftIn(world: World) {
  const { inbox } = await world.ledger.read(world.resourceId);
  const rows = inbox.map((row) => JSON.stringify(contentOf(row)).replaceAll(currentOf(world, 0)[1], '(current)'));
  const told = rows.map((row) => row.replaceAll(world.resource.fingerprints.primary, '(primary)'));
  return { rows: told.filter((row) => !row.includes('"kind":"ack"')).sort() };
}

const madeIn = (world: World, happening: Happening): Made => HAPPENINGS[happening](world);

interface Delivery {
  readonly happening: Happening;
  readonly at: Instant;
}

/** Lives through what happens and through deliveries at their times, until all is quiet. */
async function livedThrough(all: readonly Happening[], deliveries: readonly Delivery[]) {
  const world = await aQuietWorld();
  await world.live(MINUTE);
  const before = { ...world.resource.keys };
  const made = new Map<Happening, Made>(all.map((each) => [each, madeIn(world, each)]));
  if (all.includes('a key that somebody regenerates')) world.humanRegenerates('secondary');
  if (all.includes('a secret that somebody writes')) {
    world.vaults[1]?.set('chat', world.resource.connectionString('primary'));
    made.set('a secret that somebody writes', madeIn(world, 'a secret that somebody writes'));
  }
  for (const { happening, at } of deliveries.toSorted((a, b) => a.at - b.at)) {
    if (at > world.clock.now()) await world.live(at - world.clock.now());
    await takeEvents(asEventGrid(made.get(happening) as Made), world.app);
  }
  await world.live(2 * DAY);
  const carried = world.vaults.map((vault) => {
    const text = vault.current('chat')?.value ?? '';
    return SLOTS.find((slot) => text.includes(world.resource.keys[slot])) ?? 'dead';
  });
  const { state, condition } = await world.record();
  const { rotation, tips } = state;
  const { regenerated, violations } = world;
  const gone = SLOTS.filter((slot) => world.resource.keys[slot] !== before[slot]);
  return { regenerated, gone, carried, condition, rotation, tips: tips.length, violations };
}

const LEAKED: Partial<Record<Happening, readonly Slot[]>> = {
  'a leak of the primary': ['primary'],
  'a leak of the secondary': ['secondary'],
  'a leak of who knows what': SLOTS,
  'a leak of the active key': ['primary'],
  'an alert': SLOTS,
};

describe('a sequence of events, lived through', () => {
  const at = NOON + 2 * MINUTE;

  it('ends in the same world in whatever order and how often they come, and however late once more', async () => {
    await fc.assert(
      fc.asyncProperty(disordered, fc.nat(5), async ({ all, disorderly }, late) => {
        const seen = new Set<Happening>();
        const deliveries = disorderly.map((happening, i) => {
          const again = seen.has(happening);
          seen.add(happening);
          return { happening, at: again ? at + i * late * HOUR : at };
        });
        const inOrder = await livedThrough(
          all,
          all.map((happening) => ({ happening, at })),
        );
        expect(await livedThrough(all, deliveries)).toEqual(inOrder);
        expect(inOrder.violations).toEqual([]);
      }),
      runs,
    );
  }, 120_000);

  it('with looks in between leaves no leaked key alive, nobody refused and nothing undone', async () => {
    await fc.assert(
      fc.asyncProperty(disordered, fc.nat(40), async ({ all, disorderly }, apart) => {
        const deliveries = disorderly.map((happening, i) => ({ happening, at: at + i * apart * MINUTE }));
        const end = await livedThrough(all, deliveries);
        const quiet = { condition: null, rotation: null, tips: 0, violations: [] };
        expect(end).toMatchObject(quiet);
        expect(end.gone).toEqual(expect.arrayContaining(all.flatMap((each) => LEAKED[each] ?? [])));
        expect(end.carried).not.toContain('dead');
      }),
      runs,
    );
  }, 120_000);

  it('regenerates nothing for what this app did itself, and makes no call for it', async () => {
    const world = await aQuietWorld();
    await world.live(MINUTE);
    const calls = world.calls.length;
    for (const verb of ['listKeys', 'regenerateKey'] as const) {
      for (const form of [asEventGrid, asCloudEvent]) {
        await takeEvents(form(acted(world.resourceId, verb, { by: SELF })), world.app);
      }
    }
    expect(world.calls.length).toBe(calls);
    await world.live(30 * SECOND);
    expect(world.calls.slice(calls)).toEqual([]);
    expect(world.regenerated).toEqual([]);
  });
});

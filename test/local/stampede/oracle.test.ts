import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AzureInProcess, createAzure } from '../../../local/azure/in-process.ts';
import { openEntrance } from '../../../local/azure/server.ts';
import type { SlotName } from '../../../local/azure/signalr-resource.ts';
import { chanceOf } from '../../../local/chance.ts';
import { type Crowd, gather } from '../../../local/stampede/crowd.ts';
import { rereads, type Staged, stageFleet } from '../../../local/stampede/fleet.ts';
import { faultsOf, isDoubled, isRotated, usersOf } from '../../../local/stampede/oracle.ts';

let now: number;
let azure: AzureInProcess;
let entrance: Awaited<ReturnType<typeof openEntrance>>;
let target: Staged;
let crowd: Crowd;
let rotations: Set<string>;

beforeEach(async () => {
  now = Date.now();
  azure = createAzure({ clock: { now: () => now }, authorisation: { by: 'everything' } });
  entrance = await openEntrance(azure);
  const [first] = stageFleet(azure, 1, 60_000, chanceOf(1)).targets;
  if (first === undefined) throw new Error('The fleet is empty.');
  target = first;
  crowd = gather([target], azure, entrance.settings, () => entrance.origin.origin);
  rotations = new Set();
  await crowd.tickAll();
});
afterEach(() => entrance.close());

const other = (slot: SlotName): SlotName => (slot === 'primary' ? 'secondary' : 'primary');
const carried = (): SlotName => {
  const value = target.publications[0]?.vault.current('signalr')?.value;
  return value === target.resource.connectionString('primary') ? 'primary' : 'secondary';
};
const consumers = () => crowd.consumers.get(target) ?? [];
const faults = () => faultsOf(target, consumers(), rotations);

async function pass(ms: number): Promise<void> {
  now += ms;
  await crowd.tickAll();
}

async function regenerate(slot: SlotName): Promise<void> {
  target.resource.regenerate(slot);
  await pass(5_000);
}

function publish(slot: SlotName): void {
  for (const { vault, name } of target.publications) vault.set(name, target.resource.connectionString(slot));
}

function disableOld(): void {
  for (const { vault, name } of target.publications) {
    for (const { version } of vault.versions(name).slice(0, -1)) vault.disable(name, version);
  }
}

/** As it should be done. */
async function rotate(): Promise<void> {
  const left = carried();
  await regenerate(other(left));
  publish(other(left));
  await pass(rereads + 1);
  await pass(rereads + 1);
  await regenerate(left);
  disableOld();
  rotations.add('r-1');
}

describe('the oracle of the stampede', () => {
  it('has nothing against one rotation that is done in its order', async () => {
    expect(isRotated(target)).toBe(false);
    await rotate();
    expect([isRotated(target), isDoubled(target, rotations), faults()]).toEqual([true, false, []]);
    expect(consumers().reduce((sum, { calls }) => sum + calls, 0)).toBeGreaterThan(5);
  });

  it('sees a rotation that is done twice', async () => {
    await rotate();
    await rotate();
    expect(isDoubled(target, rotations)).toBe(true);
    expect(faults()).toEqual([
      'chat-0000: the primary key was regenerated 2 times, and one rotation was asked for.',
      'chat-0000: the secondary key was regenerated 2 times, and one rotation was asked for.',
    ]);
  });

  it('sees a rotation of another name, and one that was told of nobody', async () => {
    await rotate();
    rotations.add('r-2');
    expect([isDoubled(target, rotations), faults()]).toEqual([
      true,
      ['chat-0000: 2 rotations were told to be completed.'],
    ]);
    rotations.clear();
    expect(faults()).toEqual(['chat-0000: 0 rotations were told to be completed.']);
  });

  it('sees a consumer that is cut off, before and after', async () => {
    crowd.petrify(target);
    const left = carried();
    expect(usersOf(target, left, consumers())).toEqual(consumers());
    expect(usersOf(target, other(left), consumers())).toEqual([]);
    await rotate();
    await pass(1_000);
    expect(faults()).toContainEqual(expect.stringMatching(/^chat-0000: \d+ calls of its consumers were refused\.$/));
    expect(faults()).toContainEqual('chat-0000: reader-0 uses a dead key.');
  });

  it('sees a publication that carries a dead key, and a version with one that can still be read', async () => {
    const { resource, publications } = target;
    const dead = resource.connectionString(other(carried()));
    await rotate();
    for (const { vault, name } of publications) vault.set(name, dead);
    expect(isRotated(target)).toBe(false);
    expect(faults()).toContainEqual('chat-0000: a publication carries a dead key.');
    expect(faults()).toContainEqual(expect.stringContaining('carries a dead key and can still be read.'));
  });

  it('sees what was never done', () => {
    expect(faults()).toEqual([
      'chat-0000: the primary key was regenerated 0 times, and one rotation was asked for.',
      'chat-0000: the secondary key was regenerated 0 times, and one rotation was asked for.',
      'chat-0000: 0 rotations were told to be completed.',
    ]);
  });
});

import type { Slot } from '../../src/core/model.ts';
import type { SimulatedWorld } from './world.ts';

const SLOTS: readonly Slot[] = ['primary', 'secondary'];

/** Every vault offers a key that the service takes, and every consumer uses one that is offered. */
export const isSettled = (world: SimulatedWorld): boolean =>
  world.vaults.every((_, i) => world.resource.accepts(world.offered(i) ?? '')) &&
  world.consumers.every(({ key }) => world.vaults.some((_, i) => world.offered(i) === key));

/** The key that the slot had when the story began is dead, and no version that still can be read carries it. */
function isGone(world: SimulatedWorld, slot: Slot): boolean {
  const key = world.firstKeys[slot];
  if (world.resource.accepts(key)) return false;
  return world.vaults.every((vault) =>
    vault.secrets.every(({ versions }) => versions.every(({ value, enabled }) => !enabled || !value.includes(key))),
  );
}

/** The keys that these slots had at the beginning are gone, nobody is the worse for it, and that is told. */
export const isReplaced = (world: SimulatedWorld, slots: readonly Slot[]): boolean =>
  world.heard('RotationCompleted') >= 1 && slots.every((slot) => isGone(world, slot)) && isSettled(world);

export const isRotated = (world: SimulatedWorld): boolean => isReplaced(world, SLOTS);

/**
 * The rotation was completed once, and no slot was regenerated more often than it had to be: once, and once more for each thing that went wrong
 * while nobody could know whether it had worked.
 */
export function onlyOnce(world: SimulatedWorld, since: number): readonly string[] {
  const most = 1 + world.boundaries.met.length;
  const regenerated = world.oracle.regeneratedSince(since);
  const timesOf = (slot: Slot): number => regenerated.filter((each) => each === slot).length;
  return [
    ...completedOnce(world),
    ...SLOTS.filter((slot) => timesOf(slot) > most).map(
      (slot) => `the ${slot} key was regenerated ${timesOf(slot)} times`,
    ),
  ];
}

export function completedOnce(world: SimulatedWorld): readonly string[] {
  const completed = world.heard('RotationCompleted');
  return completed === 1 ? [] : [`${completed} rotations were completed instead of 1`];
}

import type { Duration, Instant, Slot } from '../../src/core/model.ts';
import { SECOND } from '../support/scene.ts';
import type { Operation } from './random-facts.ts';
import type { Excuse } from './random-tips.ts';
import type { World } from './random-world.ts';

/** A worker that dies: what it has committed stays, and nothing else. */
export class Crash extends Error {}
/** The port refused: nothing was done, and the worker knows. */
export class Refusal extends Error {}

/**
 * One POST, which may be lost, or its answer, and may arrive late or twice. Whatever becomes of it has begun by `settle`.
 *
 * @returns the operation's address; null where it is refused
 */
export function post(world: World, slot: Slot, startedAt: Instant, decidedAt: Instant, excuse: Excuse): string | null {
  const { chance } = world;
  const latest = startedAt + world.promises.settle - world.now;
  const late = (): Duration => chance.between(0, latest / SECOND) * SECOND;
  const luck = chance.next();
  if (luck < 0.06) throw new Crash();
  if (luck < 0.3) {
    send(world, slot, decidedAt, excuse, chance.odds(0.5) ? 0 : late());
    if (chance.odds(0.4)) send(world, slot, decidedAt, excuse, chance.odds(0.5) ? latest : late());
    throw new Crash();
  }
  const answered = luck < 0.33 ? null : send(world, slot, decidedAt, excuse, 0);
  world.advance(0);
  return answered === null || answered.status === 'refused' ? null : answered.url;
}

function send(world: World, slot: Slot, decidedAt: Instant, excuse: Excuse, after: Duration): Operation {
  const { chance } = world;
  const operation: Operation = {
    url: `op${chance.next()}`,
    slot,
    decidedAt,
    excuse,
    arrivesAt: world.now + after,
    duration: chance.pick([0, 0, SECOND, 30 * SECOND, 600 * SECOND]),
    outcome: chance.odds(0.88) ? 'changes' : chance.pick(['changes nothing', 'fails'] as const),
    status: 'on its way',
  };
  world.operations.push(operation);
  return operation;
}

import { NO_CONTROL } from '../../src/core/control.ts';
import type { Decision } from '../../src/core/decision.ts';
import type { Duration } from '../../src/core/model.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../support/scene.ts';
import { aRandomWorld } from './random-birth.ts';
import { editConfiguration, forget, isListed } from './random-configuration.ts';
import { isLasting, judge, judgeEnd, judgeWrite } from './random-laws.ts';
import { acknowledge, actByHand, changeWeather, readAfterGap, readOn, writeAnything } from './random-people.ts';
import type { Reader } from './random-reader.ts';
import { type Look, Rotator } from './random-rotator.ts';
import type { Secret } from './random-vault.ts';
import type { World } from './random-world.ts';

export interface Life {
  readonly violations: readonly string[];
  readonly story: readonly string[];
  readonly end: string;
  readonly regenerated: number;
  /** For a key that was reported. */
  readonly compromised: number;
}

const STEPS_OF_TIME: readonly Duration[] = [
  SECOND,
  SECOND,
  10 * SECOND,
  MINUTE,
  5 * MINUTE,
  20 * MINUTE,
  HOUR,
  7 * HOUR,
  DAY,
  3 * DAY,
];

/** Longer than anything that ends by itself. */
const LONG_ENOUGH: Duration = 30 * DAY;
const MOST_LOOKS = 250;

/** A whole world from its seed: a time in which anything happens, and a quiet one that must come to an end. */
export function liveThrough(seed: number, tells = false): Life {
  const life = new RandomLife(aRandomWorld(seed, tells));
  const { world } = life;
  try {
    life.amongEvents();
    life.inQuiet();
  } catch (error) {
    world.violate(`threw ${error instanceof Error ? error.stack : error}`);
  }
  const regenerated = world.operations.filter((o) => o.status === 'succeeded').length;
  const { violations, story } = world;
  return { violations, story, end: endOf(life.last?.decision), regenerated, compromised: life.compromised };
}

const endOf = (decision: Decision | undefined): string =>
  decision?.kind === 'hold' ? decision.code : (decision?.kind ?? 'nothing');

class RandomLife {
  readonly world: World;
  last: Look | null = null;
  compromised = 0;
  readonly #rotator: Rotator;
  #isQuiet = false;

  constructor(world: World) {
    this.world = world;
    const meanwhile = (secret?: Secret): void => {
      if (this.#isQuiet || world.chance.odds(0.96)) return;
      // Somebody writes the very secret between the read and the write: Key Vault has no ETag.
      if (secret !== undefined && !secret.deleted) writeAnything(secret, world);
      else this.#happen();
    };
    this.#rotator = new Rotator(world, meanwhile, (secret, base, written) => judgeWrite(secret, base, written, world));
  }

  amongEvents(): void {
    const { chance, violations } = this.world;
    for (let n = chance.between(10, 45); n > 0 && violations.length === 0; n -= 1) {
      if (chance.odds(0.4)) this.#happen();
      const decision = this.#look();
      if ('wakeAt' in decision || chance.odds(0.3)) this.world.advance(this.#pause(decision));
    }
  }

  /** People leave the world alone. What is in the way goes, or stays; and it must be told which. */
  inQuiet(): void {
    const { world } = this;
    this.#isQuiet = true;
    this.#rotator.crashes = 0;
    // A moment later than the last look, whose regeneration may be under way.
    world.advance(SECOND);
    quieten(world);
    const began = world.now;
    for (let looks = 0; looks < MOST_LOOKS && world.violations.length === 0; looks += 1) {
      const decision = this.#look();
      if (decision.kind === 'nothing-due' && world.requests.length === 0) break;
      const elapsed = world.now - began;
      if (!('wakeAt' in decision)) continue;
      if (elapsed > LONG_ENOUGH && isLasting(decision)) break;
      for (const reader of world.readers) if (reader.responsive) readAndSay(reader, world);
      world.advance(Math.max(decision.wakeAt - world.now, Math.floor(elapsed / 5 / SECOND) * SECOND, SECOND));
    }
    if (this.last !== null && world.violations.length === 0) judgeEnd(this.last, world);
  }

  #look(): Decision {
    const { world } = this;
    const before = this.#rotator.state.rotation;
    const decision = this.#rotator.step((look) => {
      this.last = look;
      const { decision } = look;
      if (decision.kind === 'regenerate' && decision.stage === 'begin' && decision.because === 'KeyCompromised')
        this.compromised += 1;
      judge(look, world);
    });
    if (before !== null && this.#rotator.state.rotation === null) sayFarewell(world);
    return decision;
  }

  #pause(decision: Decision): Duration {
    const { chance, now } = this.world;
    if (chance.odds(0.5) || !('wakeAt' in decision)) return chance.pick(STEPS_OF_TIME);
    return Math.max(SECOND, Math.ceil((decision.wakeAt - now) / SECOND) * SECOND);
  }

  #happen(): void {
    const { world } = this;
    const ledger = () => this.#rotator.state;
    world.advance(SECOND);
    const luck = world.chance.next();
    if (luck < 0.45) readOn(world, ledger);
    else if (luck < 0.75) actByHand(world, ledger);
    else if (luck < 0.87) changeWeather(world);
    else editConfiguration(world, ledger);
  }
}

function quieten(world: World): void {
  const { chance } = world;
  const goes = (): boolean => chance.odds(0.7);
  if (goes()) world.busy = false;
  if (goes()) world.stopped = false;
  if (goes()) world.enableLocalAuth();
  if (goes()) world.stuck = null;
  if (goes()) world.dataPlane = 'up';
  if (goes()) world.control = NO_CONTROL;
  for (const secret of world.secrets) {
    if (goes()) secret.forbidden = false;
    secret.unwritable = false;
    if (goes()) mend(secret, world);
  }
  world.tell(() => 'quiet');
}

function mend(secret: Secret, world: World): void {
  if (secret.deleted) secret.recover();
  const { current } = secret;
  if (current !== undefined) current.enabled = true;
  readAfterGap(secret, world);
  const kind = secret.judge(world.slots);
  if (kind.is === 'unusable' || current?.tags.mark === 'another') {
    const text = secret.format === 'access-key' ? 'bare' : 'keyed';
    secret.write(world.content({ text, key: world.slots.primary }), 'human', world.now);
  }
}

function readAndSay(reader: Reader, world: World): void {
  if (reader.kind !== 'ack' || reader.gone) return;
  for (const secret of reader.secrets) {
    reader.read(secret, world.now);
    acknowledge(reader, secret, world);
  }
}

/** Whoever was removed in the middle of a rotation was awaited until here, and is not to be awaited any more. */
function sayFarewell(world: World): void {
  const configured = new Set<string>(world.configuration.publications.map((p) => p.secret));
  for (const reader of world.readers) {
    if (reader.kind !== 'unlisted' && !isListed(reader, world)) reader.gone = true;
    for (const secret of reader.secrets) if (!configured.has(secret.id)) forget(reader, secret);
  }
}

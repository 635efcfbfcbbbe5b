import type { Consumer, Duration, Fingerprint, Instant, Policy } from '../../src/core/model.ts';
import { aSecret, DAY, HOUR, MINUTE } from '../support/scene.ts';
import { Chance } from './random-chance.ts';
import type { Configuration, Promises } from './random-facts.ts';
import { Reader } from './random-reader.ts';
import { type Content, Secret, type Text } from './random-vault.ts';
import { FOREIGN_KEY, World } from './random-world.ts';

/** A world as it is when the rotator is switched on: keys and secrets that people handled for years. */
export function aRandomWorld(seed: number, tells: boolean): World {
  const chance = new Chance(seed);
  const promises: Promises = {
    settle: chance.pick([MINUTE, 5 * MINUTE]),
    tokenLifetime: chance.pick([10 * MINUTE, HOUR, 6 * HOUR]),
    lookback: chance.pick([10 * DAY, 30 * DAY]),
    unlisted: chance.odds(0.6) ? chance.pick([HOUR, 25 * HOUR]) : null,
  };
  const configuration: Configuration = { publications: [], consumers: [], policy: aRandomPolicy(chance, promises) };
  const world = new World(chance, promises, configuration, tells);
  const deaths = chance.between(0, 2);
  for (let n = 0; n < deaths; n += 1) {
    // Dead keys of former days, which versions still carry.
    const key = world.makeKey(world.now - 300 * DAY, 0);
    const known = world.keys.get(key);
    if (known !== undefined) known.refusedAt = world.now - 200 * DAY;
  }
  const publications = chance.between(1, chance.odds(0.5) ? 2 : 4);
  for (let n = 0; n < publications; n += 1) addPublication(world);
  return world;
}

export function aRandomPolicy(chance: Chance, { settle, tokenLifetime, lookback, unlisted }: Promises): Policy {
  const least = (least: Duration): Duration => least * chance.pick([1, 1, 2]);
  return {
    rotateAfter: chance.pick([2 * DAY, 10 * DAY, 60 * DAY]),
    maxKeyAge: 90 * DAY,
    observeEvery: chance.pick([15 * MINUTE, HOUR]),
    unknownAge: chance.odds(0.8) ? 'due' : 'report',
    adoptionSpread: chance.pick([0, 0, DAY]),
    secretExpiry: 'maxKeyAge',
    windows: [],
    verification: {
      mode: chance.odds(0.6) ? 'required' : 'when-reachable',
      within: chance.pick([2 * MINUTE, 10 * MINUTE]),
      settle: least(settle),
    },
    switchover: {
      unlisted: unlisted === null || chance.odds(0.2) ? 'hold' : least(unlisted),
      maxWait: chance.pick([6 * HOUR, DAY, 7 * DAY]),
      tokenLifetime: least(tokenLifetime),
      lookback: least(lookback),
    },
    compromise: {
      maxWait: chance.pick([0, 15 * MINUTE, 6 * HOUR]),
      onTimeout: chance.pick(['hold', 'hold', 'retire'] as const),
      trustEvents: chance.odds(0.2),
      listedByStranger: 'finding',
      maxEventAge: DAY,
      perHour: chance.pick([1, 3, 100]),
    },
  };
}

/** A publication with its history, and those who read it: listed consumers, or one that nobody listed. */
export function addPublication(world: World): void {
  const { chance, configuration } = world;
  const secret = new Secret(
    aSecret(`s${world.secrets.length}`),
    chance.odds(0.75) ? 'connection-string' : 'access-key',
  );
  world.secrets.push(secret);
  writeHistory(secret, world);
  const required = chance.odds(0.7);
  configuration.publications = [...configuration.publications, { secret: secret.id, format: secret.format, required }];
  const consumers = chance.pick([0, 1, 1, 2, 3]);
  if (consumers === 0) adopt(unlistedReader(secret, world), world);
  for (let n = 0; n < consumers; n += 1) {
    const shared = chance.odds(0.3)
      ? world.readers.find((r) => r.kind === 'ack' && !r.gone && isListed(r, world))
      : null;
    if (shared != null && !shared.secrets.includes(secret)) {
      shared.secrets = [...shared.secrets, secret];
      adopt(shared, world, [secret]);
      list(shared, world);
    } else {
      const reader = listedReader([secret], world);
      adopt(reader, world);
      list(reader, world);
    }
  }
}

const isListed = ({ name }: Reader, { configuration }: World): boolean =>
  configuration.consumers.some((c) => c.name === name);

export function list({ name, kind, every, secrets }: Reader, world: World): void {
  const { configuration, chance } = world;
  const known = configuration.consumers.find((c) => c.name === name);
  const after = (every ?? 0) * (chance.odds(0.5) ? 1 : 2);
  const consumer: Consumer = {
    name,
    reads: secrets.filter((s) => configuration.publications.some((p) => p.secret === s.id)).map((s) => s.id),
    evidence: known?.evidence ?? (kind === 'elapsed' ? { kind, after } : { kind: 'ack', principalId: null }),
  };
  configuration.consumers = [...configuration.consumers.filter((c) => c !== known), consumer];
}

export function listedReader(secrets: readonly Secret[], world: World): Reader {
  const { chance, promises } = world;
  const isElapsed = chance.odds(0.3);
  const every = isElapsed ? chance.pick([HOUR, 25 * HOUR]) : null;
  const kind = isElapsed ? 'elapsed' : 'ack';
  const name = `c${world.readers.length}`;
  return new Reader(name, kind, every, secrets, chance.odds(0.3), chance.odds(0.85), tokens(chance, promises));
}

function unlistedReader(secret: Secret, { chance, promises, readers }: World): Reader {
  const name = `unlisted${readers.length}`;
  const every = promises.unlisted;
  return new Reader(name, 'unlisted', every, [secret], chance.odds(0.3), true, tokens(chance, promises));
}

const tokens = (chance: Chance, { tokenLifetime }: Promises): Duration =>
  chance.odds(0.7) ? tokenLifetime : Math.floor(chance.next() * tokenLifetime);

/** What a reader holds when the rotator first hears of it: as old as what was promised of it allows. */
function adopt(reader: Reader, world: World, secrets: readonly Secret[] = reader.secrets): void {
  const { now, chance, promises } = world;
  const longest = reader.every ?? promises.lookback - promises.tokenLifetime - HOUR;
  const readAt = now - chance.between(0, Math.floor((longest / 1_000) * chance.next())) * 1_000;
  for (const secret of secrets) {
    const read = secret.versions.findLast((v) => v.createdAt <= readAt);
    if (read?.enabled) reader.take(secret, read, now);
  }
  if (reader.every !== null) reader.nextPoll = Math.max(now + 1_000, readAt + reader.every);
  if (!world.readers.includes(reader)) world.readers.push(reader);
}

const AGES: readonly Duration[] = [400 * DAY, 120 * DAY, 40 * DAY, 25 * DAY, 6 * DAY, 20 * HOUR, 2 * HOUR, 5 * MINUTE];

function writeHistory(secret: Secret, world: World): void {
  const { chance, now } = world;
  const ages = AGES.filter(() => chance.odds(0.35));
  for (const age of ages) writeByHand(secret, world, now - age, true);
  if (ages.length === 0 && chance.odds(0.9)) writeByHand(secret, world, now - 300 * DAY, true);
  for (const version of secret.versions.slice(0, -1)) {
    // Who held it then has moved on: nobody is adopted on a version that cannot be read.
    if (chance.odds(0.1)) secret.disable(version);
  }
}

/** A version as people write them: mostly the key of a slot, sometimes anything. */
export function writeByHand(secret: Secret, world: World, at: Instant, isHistory = false): void {
  secret.write(contentByHand(secret, world, isHistory), 'human', at);
}

function contentByHand(secret: Secret, world: World, isHistory: boolean): Content {
  const { chance } = world;
  const isBare = secret.format === 'access-key';
  const luck = chance.next();
  const text: Text = isBare
    ? luck < 0.94
      ? 'bare'
      : 'garbage'
    : luck < 0.88
      ? 'keyed'
      : chance.pick(['passwordless', 'foreign', 'garbage'] as const);
  const { primary, secondary } = world.slots;
  const slot = chance.odds(0.6) ? primary : secondary;
  const dead = chance.pick(world.everInSlots);
  const isForeign = text === 'foreign' || (text === 'bare' && chance.odds(0.05));
  const ours = chance.odds(isHistory ? 0.85 : 0.9) ? slot : dead;
  const key = isForeign
    ? FOREIGN_KEY
    : text === 'passwordless'
      ? null
      : text === 'garbage' && chance.odds(0.5)
        ? null
        : ours;
  const before = secret.versions.at(-1);
  const copied = before !== undefined && chance.odds(0.4) ? before.tags : null;
  const right: Fingerprint | null = chance.odds(0.3) ? key : null;
  const provider = (copied?.provider ?? chance.odds(0.4)) && !isForeign;
  const mark = chance.odds(0.01) ? 'another' : (copied?.mark ?? null);
  const tags = { fingerprint: copied === null ? right : copied.fingerprint, provider, mark };
  return world.content({ text, key, ambiguous: text === 'keyed' && chance.odds(0.1), tags });
}

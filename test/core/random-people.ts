import type { Duration, TargetState } from '../../src/core/model.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../support/scene.ts';
import { writeByHand } from './random-birth.ts';
import { isListed } from './random-configuration.ts';
import type { Reader } from './random-reader.ts';
import { reportAKey } from './random-tips.ts';
import type { Secret, Version } from './random-vault.ts';
import type { World } from './random-world.ts';

type Ledger = () => TargetState;

/** What people do to keys and secrets, at any time. */
export function actByHand(world: World, ledger: Ledger): void {
  const { chance } = world;
  const secret = chance.pick(world.secrets);
  const luck = chance.next();
  if (luck < 0.12) regenerateByHand(world);
  else if (luck < 0.42) writeAnything(secret, world);
  else if (luck < 0.57) toggle(secret, world, ledger);
  else if (luck < 0.7) deleteOrBringBack(secret, world, ledger);
  else if (luck < 0.82) ask(world);
  else if (luck < 0.87) reportAKey(world);
  else changeAccess(secret, world);
}

function changeAccess(secret: Secret, world: World): void {
  const { chance } = world;
  secret.forbidden = !secret.forbidden && chance.odds(0.6);
  secret.unwritable = !secret.unwritable && chance.odds(0.3);
  world.tell(() => `access to ${secret.id.slice(-2)}: ${secret.forbidden ? 'forbidden' : 'granted'}`);
}

/** Whoever uses the key is broken by that person: their key is dead, and no longer any of the rotator's business. */
function regenerateByHand(world: World): void {
  if (!world.ready || world.localAuthOff) return;
  world.tell(() => 'a person regenerates');
  world.replaceKey(world.chance.pick(['primary', 'secondary'] as const));
}

export function writeAnything(secret: Secret, world: World): void {
  if (secret.deleted) return;
  const endsGap = secret.readable === undefined;
  writeByHand(secret, world, world.now);
  if (endsGap) readAfterGap(secret, world);
  const { current } = secret;
  world.tell(
    () => `a person writes ${secret.id.slice(-2)}: ${current?.id} ${current?.text} ${current?.key?.slice(-2)}`,
  );
}

function toggle(secret: Secret, world: World, ledger: Ledger): void {
  const { chance } = world;
  if (secret.deleted) return;
  const version = chance.odds(0.6) ? secret.current : chance.find(secret.versions);
  if (version === undefined) return;
  if (!version.enabled) {
    version.enabled = true;
    if (version === secret.current) readAfterGap(secret, world);
  } else {
    // A disabled version has nothing but its tag: one that was never read and whose tag lies cannot be known by anybody.
    const { fingerprint } = version.tags;
    if (fingerprint !== null && fingerprint !== version.key && !isJudged(version, secret, ledger())) return;
    secret.disable(version);
    if (version === secret.current) secret.gapSeen = false;
  }
  world.tell(() => `a person ${version.enabled ? 'enables' : 'disables'} ${version.id}`);
}

function deleteOrBringBack(secret: Secret, world: World, ledger: Ledger): void {
  const { chance, now } = world;
  if (secret.deleted) {
    if (chance.odds(0.6)) {
      secret.recover();
      readAfterGap(secret, world);
    } else secret.purge();
  } else if (secret.current === undefined) {
    writeByHand(secret, world, now);
    readAfterGap(secret, world);
  } else {
    // What was written and deleted between two looks is seen by nobody but its readers.
    if (!isJudged(secret.current, secret, ledger())) return;
    secret.delete(now);
  }
  world.tell(() => `a person deletes or brings back ${secret.id.slice(-2)}: ${secret.judge(world.slots).is}`);
}

function isJudged(version: Version, { id }: Secret, { publications }: TargetState): boolean {
  const through = publications[id]?.judgedThrough;
  return through !== undefined && (version.createdAt < through.at || through.versions.includes(version.id));
}

/** A gap that no look fell into cannot be allowed for: whoever missed a read in it makes up for it at once. */
export function readAfterGap(secret: Secret, world: World): void {
  if (secret.gapSeen) return;
  for (const reader of world.readers) {
    if (reader.every === null || !reader.missedPoll || !reader.secrets.includes(secret)) continue;
    reader.read(secret, world.now);
  }
}

function ask(world: World): void {
  const { now, chance } = world;
  const request = {
    id: `q${now}`,
    at: now,
    who: 'ann',
    why: null,
    force: false,
    acceptUnknownConsumers: chance.odds(0.5),
  };
  world.requests.push(request);
  world.tell(() => 'a person asks for a rotation');
}

/** What happens to the resource, the data plane and the fleet. */
export function changeWeather(world: World): void {
  const { chance } = world;
  const luck = chance.between(0, 8);
  const { fleet } = world.control;
  if (luck === 0) world.busy = !world.busy;
  if (luck === 1) world.stopped = !world.stopped && chance.odds(0.5);
  if (luck === 2 && world.localAuthOff) world.enableLocalAuth();
  else if (luck === 2) world.localAuthOff = chance.odds(0.5);
  if (luck === 3) world.stuck = world.stuck === null ? chance.pick(['primary', 'secondary'] as const) : null;
  if (luck === 4 || luck === 5)
    world.dataPlane = world.dataPlane === 'up' ? chance.pick(['unreachable', 'forbidden', 'open'] as const) : 'up';
  if (luck === 6) {
    const until = world.now + chance.pick([HOUR, DAY]);
    const freeze = { scope: 'target', until, who: 'ann', why: 'a launch' } as const;
    world.control = { ...world.control, freezes: world.control.freezes.length > 0 ? [] : [freeze] };
  }
  if (luck === 7) world.control = { ...world.control, fleet: { ...fleet, group: flip(fleet.group, 'free', 'taken') } };
  if (luck === 8) {
    const flight = flip(fleet.flight, 'free', 'full');
    world.control = { ...world.control, fleet: { ...fleet, flight, paused: !fleet.paused && chance.odds(0.3) } };
  }
  world.tell(() => `weather ${luck}`);
}

const flip = <A, B>(now: A | B, one: A, other: B): A | B => (now === one ? other : one);

/** What readers do: read again, go back to an older version, and say so. */
export function readOn(world: World, ledger: Ledger): void {
  const { chance } = world;
  const reader = chance.find(world.readers.filter((r) => r.kind === 'ack' && !r.gone));
  if (reader === undefined || !reader.responsive) return;
  if (chance.odds(0.15)) goBack(reader, world, ledger());
  else goOn(reader, world);
}

function goOn(reader: Reader, world: World): void {
  const { chance, now } = world;
  for (const secret of reader.secrets) {
    if (chance.odds(0.85)) reader.read(secret, now);
    if (chance.odds(0.85)) acknowledge(reader, secret, world);
  }
}

/** A slot swap back, say. It says so before it goes: who goes back in silence breaks himself. */
function goBack(reader: Reader, world: World, { intent }: TargetState): void {
  const secret = world.chance.pick(reader.secrets);
  // A disabled version whose tag lies cannot be known by anybody.
  const isTold = (v: Version): boolean => v.enabled || v.tags.fingerprint === null || v.tags.fingerprint === v.key;
  const isUsable = (v: Version): boolean => isTold(v) && v.key !== null && world.isLive(v.key);
  const version = world.chance.find(secret.versions.filter((v) => v !== secret.current && isUsable(v)));
  if (version === undefined || !isListed(reader, world)) return;
  // Nobody can be saved who takes up a key while its regeneration is under way.
  const isUnderWay =
    intent !== null || world.operations.some((o) => o.status === 'on its way' || o.status === 'running');
  if (isUnderWay) return;
  reader.take(secret, version, world.now);
  world.tell(() => `${reader.name} goes back to ${version.id}`);
  const said = reader.shows(secret, world.chance);
  if (said === undefined) return;
  world.acks.push({ consumer: reader.name, secret: secret.id, ...said, at: world.now, arrivesAt: world.now });
}

export function acknowledge(reader: Reader, secret: Secret, world: World): void {
  const { chance, now } = world;
  const said = reader.shows(secret, chance);
  if (said === undefined || chance.odds(0.15) || !isListed(reader, world)) return;
  const delay = (): Duration => chance.pick([0, 0, SECOND, MINUTE, HOUR, DAY]);
  const ack = { consumer: reader.name, secret: secret.id, ...said, at: now, arrivesAt: now + delay() };
  world.acks.push(ack);
  if (chance.odds(0.15)) world.acks.push({ ...ack, arrivesAt: now + delay() });
  world.tell(() => `${reader.name} acknowledges ${JSON.stringify(said.shows)} of ${secret.id.slice(-2)}`);
}

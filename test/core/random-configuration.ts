import type { TargetState } from '../../src/core/model.ts';
import { addPublication, aRandomPolicy, list, listedReader } from './random-birth.ts';
import type { Reader } from './random-reader.ts';
import type { Secret } from './random-vault.ts';
import type { World } from './random-world.ts';

export const isListed = ({ name }: Reader, { configuration }: World): boolean =>
  configuration.consumers.some((c) => c.name === name);

/** What operators write into rotation.json. */
export function editConfiguration(world: World, ledger: () => TargetState): void {
  const { chance, configuration } = world;
  const { rotation } = ledger();
  const isAwaited = (name: string): boolean => rotation !== null && world.lookedAt.has(name);
  const luck = chance.between(0, 7);
  world.tell(() => `configuration ${luck}`);
  if (luck === 0) {
    const flipped = chance.pick(configuration.publications);
    configuration.publications = configuration.publications.map((p) =>
      p === flipped ? { ...p, required: !p.required } : p,
    );
  }
  if (luck === 1) configuration.policy = aRandomPolicy(chance, world.promises);
  if (luck === 2 && world.secrets.length < 5) addPublication(world);
  if (luck === 3 && configuration.publications.length > 1) removePublication(world, isAwaited);
  if (luck === 4) addConsumer(world);
  const reader = chance.find(world.readers.filter((r) => isListed(r, world)));
  if (reader === undefined) return;
  if (luck === 5) remove(reader, world, isAwaited);
  if (luck === 6) rename(reader, world);
  if (luck === 7) {
    const removed = world.readers.find((r) => r.kind !== 'unlisted' && !r.gone && !isListed(r, world));
    if (removed !== undefined) list(removed, world);
  }
}

function addConsumer(world: World): void {
  const { chance, configuration } = world;
  const { secret: id } = chance.pick(configuration.publications);
  const secret = world.secret(id);
  const reader = listedReader([secret], world);
  const unlisted = world.readers.find((r) => r.kind === 'unlisted' && !r.gone && r.secrets.includes(secret));
  if (unlisted !== undefined) {
    // It is the reader that nobody had listed. That one reads again in time may be stated only once it is so.
    if (reader.kind === 'elapsed') return;
    for (const [held, hold] of unlisted.holds) reader.holds.set(held, hold);
    reader.tokens = unlisted.tokens;
    unlisted.gone = true;
  } else if (reader.every !== null) reader.nextPoll = world.now + reader.every;
  world.readers.push(reader);
  list(reader, world);
}

/** Outside of a rotation: it had been gone for long. In one: it lives on, and is awaited. */
function remove(reader: Reader, world: World, isAwaited: (name: string) => boolean): void {
  const { configuration } = world;
  configuration.consumers = configuration.consumers.filter((c) => c.name !== reader.name);
  if (!isAwaited(reader.name)) reader.gone = true;
  world.tell(() => `${reader.name} is removed`);
}

/** The same application under another name, which it is started with and so acknowledges. */
function rename(reader: Reader, world: World): void {
  const { configuration } = world;
  const name = `${reader.name}x`;
  configuration.consumers = configuration.consumers.map((c) => (c.name === reader.name ? { ...c, name } : c));
  reader.formerNames.push(reader.name);
  reader.name = name;
  for (const secret of reader.secrets) {
    const hold = reader.holds.get(secret);
    if (hold === undefined || reader.kind !== 'ack') continue;
    const { version } = hold;
    const shows = { by: 'version', version: version.id } as const;
    world.acks.push({
      consumer: name,
      secret: secret.id,
      shows,
      key: version.key,
      at: world.now,
      arrivesAt: world.now,
    });
  }
}

function removePublication(world: World, isAwaited: (name: string) => boolean): void {
  const { configuration, chance } = world;
  const { secret: id } = chance.pick(configuration.publications);
  const secret = world.secret(id);
  configuration.publications = configuration.publications.filter((p) => p.secret !== id);
  const without = configuration.consumers.map((c) => ({ ...c, reads: c.reads.filter((s) => s !== id) }));
  configuration.consumers = without.filter((c) => c.reads.length > 0);
  world.tell(() => `${id.slice(-2)} is removed`);
  for (const reader of world.readers.filter((r) => r.secrets.includes(secret))) {
    if (!isAwaited(id) || (reader.kind !== 'unlisted' && !isAwaited(reader.name))) forget(reader, secret);
  }
}

/** After the end of what it was awaited for, or before: nobody reads it for this target any more. */
export function forget(reader: Reader, secret: Secret): void {
  reader.secrets = reader.secrets.filter((s) => s !== secret);
  reader.holds.delete(secret);
  if (reader.secrets.length === 0) reader.gone = true;
}

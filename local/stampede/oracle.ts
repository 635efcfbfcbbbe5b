import { fingerprintOf } from '../azure/keys.ts';
import type { SlotName } from '../azure/signalr-resource.ts';
import { connectionIn } from '../consumers/connection.ts';
import type { Consumer } from '../consumers/consumer.ts';
import type { Staged } from './fleet.ts';

const slots: readonly SlotName[] = ['primary', 'secondary'];

/** How often each key of a target has been replaced, by the resource's own operations. */
const replacedIn = ({ resource }: Staged, slot: SlotName): number =>
  resource.operations.filter((operation) => operation.slot === slot && operation.end === 'changed').length;

/** Whether everything that a rotation brings about has come about. Looks at the world alone. */
export function isRotated(target: Staged): boolean {
  const isReplaced = slots.every((slot) => replacedIn(target, slot) > 0);
  return isReplaced && target.resource.runningOperation === null && deadButReadable(target).length === 0;
}

/** What the world says against the run, each in a sentence; nothing where each target was rotated once. */
export function faultsOf(target: Staged, consumers: readonly Consumer[], rotations: ReadonlySet<string>): string[] {
  const { name, resource, publications } = target;
  const live = Object.values(resource.fingerprints);
  const carried = publications.map(({ vault, name: secret }) => fingerprintIn(vault.current(secret)?.value ?? ''));
  const refused = consumers.reduce((sum, consumer) => sum + consumer.refused, 0);
  return [
    ...slots
      .map((slot) => [slot, replacedIn(target, slot)] as const)
      .filter(([, times]) => times !== 1)
      .map(
        ([slot, times]) => `${name}: the ${slot} key was regenerated ${times} times, and one rotation was asked for.`,
      ),
    ...(rotations.size === 1 ? [] : [`${name}: ${rotations.size} rotations were told to be completed.`]),
    ...(carried.every((each) => live.includes(each ?? '')) ? [] : [`${name}: a publication carries a dead key.`]),
    ...(new Set(carried).size === 1 ? [] : [`${name}: its publications carry different keys.`]),
    ...deadButReadable(target).map((version) => `${name}: ${version} carries a dead key and can still be read.`),
    ...(refused === 0 ? [] : [`${name}: ${refused} calls of its consumers were refused.`]),
    ...consumers
      .filter(({ uses }) => !live.includes(uses?.fingerprint ?? ''))
      .map((consumer) => `${name}: ${consumer.name} uses a dead key.`),
  ];
}

export const isDoubled = (target: Staged, rotations: ReadonlySet<string>): boolean =>
  rotations.size > 1 || slots.some((slot) => replacedIn(target, slot) > 1);

/** Versions of its publications that can be read and carry a key that is no more. */
function deadButReadable({ resource, publications }: Staged): string[] {
  const live = Object.values(resource.fingerprints);
  return publications.flatMap(({ vault, name, secret }) =>
    vault
      .versions(name)
      .filter(({ enabled, value }) => enabled && !live.includes(fingerprintIn(value) ?? ''))
      .map(({ version }) => `${secret}/${version}`),
  );
}

function fingerprintIn(value: string): string | null {
  const key = connectionIn(value)?.key;
  return key === undefined ? null : fingerprintOf(key);
}

/** Who would be cut off if that slot were regenerated now. */
export const usersOf = ({ resource }: Staged, slot: SlotName, consumers: readonly Consumer[]): readonly Consumer[] =>
  consumers.filter(({ uses }) => uses?.fingerprint === resource.fingerprints[slot]);

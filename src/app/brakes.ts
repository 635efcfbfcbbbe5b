import type { Control, FleetLimits } from '../core/control.ts';
import type { Target } from '../core/model.ts';
import { PortError } from './errors.ts';
import { freezeOfAll } from './freezes.ts';
import { isLeased } from './lease.ts';
import type { Claim, FleetLook, Partition, Ports } from './ports.ts';
import { readRow } from './read-row.ts';
import { windowAt } from './windows.ts';

type Held = FleetLook['claims'][number];

/** Somebody else took the place between our look and our claim. Not a failure: it is looked for again. */
export class PlaceTaken extends PortError {
  readonly code = 'PlaceTaken';
  constructor() {
    super('Another target took the place in the fleet: this one waits for the next.');
  }
}

/** What people and the fleet say about a target now. */
export async function lookAtControl(
  ports: Pick<Ports, 'fleet' | 'ledger'>,
  target: Target,
  { freeze, now }: Pick<Partition, 'freeze' | 'now'>,
  limits: FleetLimits,
): Promise<Control> {
  const look = await ports.fleet.look();
  const flights = look.claims.filter(({ name }) => name.startsWith('flight|'));
  const isFull = flights.length >= limits.maxInFlight && !(await anyTakeable(ports, target, flights));
  const turn = look.claims.filter(({ name }) => target.group !== null && name === groupOf(target.group));
  const isTaken = turn.length > 0 && !(await anyTakeable(ports, target, turn));
  return {
    freezes: [freeze, freezeOfAll(look)].filter((each) => each !== null),
    fleet: { paused: look.pausedSince !== null, flight: isFull ? 'full' : 'free', group: isTaken ? 'taken' : 'free' },
    window: windowAt(target.policy.windows, now),
  };
}

const groupOf = (group: string) => `group|${group}` as const;

async function anyTakeable(ports: Pick<Ports, 'ledger'>, target: Target, claims: readonly Held[]): Promise<boolean> {
  for (const claim of claims) if (await isTakeable(ports, target, claim)) return true;
  return false;
}

/** Our own, or left behind: its holder's rotation has ended, or never began. */
async function isTakeable({ ledger }: Pick<Ports, 'ledger'>, target: Target, claim: Held): Promise<boolean> {
  // Somebody has it, and nobody can tell who: a person says when it is free.
  if (claim.resource === null) return false;
  if (claim.resource === target.resourceId) return true;
  const partition = await readRow({ ledger }, claim.resource, () => 0);
  // Nobody can tell whether a holder whose row cannot be understood is done. That is its trouble, and not this target's.
  if (partition.isCorrupted) return false;
  // Who holds a lease may be between its claim and its commit.
  return !isLeased(partition) && partition.record?.state.rotation?.id !== claim.rotation;
}

/** Takes a place among the rotations in flight. @returns false where all are taken */
export async function claimFlight(
  ports: Pick<Ports, 'fleet' | 'ledger'>,
  target: Target,
  rotation: string,
  { maxInFlight }: FleetLimits,
): Promise<boolean> {
  const { claims } = await ports.fleet.look();
  for (let place = 0; place < maxInFlight; place += 1) {
    if (await claim(ports, target, claims, { name: `flight|${place}`, resource: target.resourceId, rotation }))
      return true;
  }
  return false;
}

/** Takes the turn of the target's group, if it has one. @throws PlaceTaken */
export async function claimGroup(
  ports: Pick<Ports, 'fleet' | 'ledger'>,
  target: Target,
  rotation: string,
): Promise<void> {
  if (target.group === null) return;
  const { claims } = await ports.fleet.look();
  const wanted = { name: groupOf(target.group), resource: target.resourceId, rotation };
  if (!(await claim(ports, target, claims, wanted))) throw new PlaceTaken();
}

async function claim(
  ports: Pick<Ports, 'fleet' | 'ledger'>,
  target: Target,
  claims: readonly Held[],
  wanted: Claim,
): Promise<boolean> {
  const holder = claims.find(({ name }) => name === wanted.name) ?? null;
  if (holder?.resource === wanted.resource && holder.rotation === wanted.rotation) return true;
  if (holder !== null && !(await isTakeable(ports, target, holder))) return false;
  return ports.fleet.claim(wanted, holder);
}

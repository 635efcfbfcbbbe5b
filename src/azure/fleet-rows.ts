import type { Claim, FleetLook } from '../app/ports.ts';
import { type Leak, leaksShown } from '../core/leaks.ts';
import { type Freeze, type Instant, parseResourceId, type ResourceId } from '../core/model.ts';
import { FREEZE, hashOf } from './ledger-rows.ts';
import { instant, oneOf, orNull, type Shape, text } from './shape.ts';
import { freezeShape } from './state-shape.ts';
import { type Row, understand } from './table-row.ts';

/** The partition beside those of the resources. No resource id reads like this, so no summary lists it. */
export const FLEET = 'fleet';
/** Their timestamps are what they say: the service's clock, whoever wrote them. */
export const PAUSED = 'paused';
export const LIFTED = 'lifted';
export const REFRESH = 'refresh';
const LEAK = 'leak|';

/** Ids come from outside, and keys refuse `/ \ # ?`. */
export const leakKey = (id: string): string => `${LEAK}${hashOf(id)}`;

/**
 * What the rows of the fleet say. One that cannot be understood stops nobody's look at the others: it is named, and whoever reads
 * a freeze or a claim is told that there is one. Rows of a kind not known here are nobody's trouble.
 */
export function fleetIn(rows: readonly Row[], now: Instant): FleetLook {
  const row = (rowKey: string) => rows.find((each) => each.rowKey === rowKey);
  const writtenAt = (rowKey: string) => Date.parse(String(row(rowKey)?.timestamp)) || null;
  const freeze = row(FREEZE);
  return {
    freeze: freeze === undefined ? null : (freezeIn(freeze) ?? 'corrupted'),
    // That it is there is what it says: a time that nobody can read ends no pause.
    pausedSince: writtenAt(PAUSED) ?? (row(PAUSED) === undefined ? null : now),
    liftedAt: writtenAt(LIFTED),
    refreshAskedAt: writtenAt(REFRESH),
    leaks: leaksShown(leaksIn(rows), now),
    claims: rows.flatMap((each) => (isClaim(each) ? [claimIn(each)] : [])),
    corrupted: rows.filter(isCorrupted).map(({ rowKey }) => String(rowKey)),
    now,
  };
}

/** The leaks among the rows, also those that are no longer shown. */
export const leaksIn = (rows: readonly Row[]): readonly Leak[] => rows.flatMap((row) => leakIn(row) ?? []);

function isCorrupted(row: Row): boolean {
  if (row.rowKey === FREEZE) return freezeIn(row) === null;
  if (isClaim(row)) return claimIn(row).resource === null;
  return isLeak(row) && leakIn(row) === null;
}

const freezeIn = (row: Row): Freeze | null => understand<Freeze>(row, { ...freezeShape, scope: oneOf(FLEET) });

const isClaim = ({ rowKey }: Row): boolean => /^(flight\|\d+|group\|.+)$/.test(String(rowKey));

function claimIn(row: Row): FleetLook['claims'][number] {
  const at = { name: String(row.rowKey) as Claim['name'], etag: String(row.etag) };
  const claimant = understand<Claimant>(row, claimantShape);
  return claimant === null ? { ...at, resource: null, rotation: null } : { ...at, ...claimant };
}

type Claimant = Pick<Claim, 'resource' | 'rotation'>;

/** A place of somebody who cannot be found would never be given back. */
const aResource = (value: unknown): value is ResourceId =>
  typeof value === 'string' && parseResourceId(value) === value;

const claimantShape: Shape<Claimant> = { resource: aResource, rotation: text };

const isLeak = ({ rowKey }: Row): boolean => String(rowKey).startsWith(LEAK);

const leakIn = (row: Row): Leak | null => (isLeak(row) ? understand<Leak>(row, leakShape) : null);

const leakShape: Shape<Leak> = { id: text, repository: text, url: orNull(text), at: instant };

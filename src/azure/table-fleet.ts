import type { HttpClient } from '@azure/core-rest-pipeline';
import { odata } from '@azure/data-tables';
import { LedgerCorrupted } from '../app/errors.ts';
import type { Claim, Fleet, FleetLook } from '../app/ports.ts';
import { type Leak, leaksShown } from '../core/leaks.ts';
import { type Instant, parseResourceId } from '../core/model.ts';
import { decodeFreeze, encodeFreeze, FREEZE, hashOf } from './ledger-rows.ts';
import { instant, orNull, type Shape, text } from './shape.ts';
import type { Storage } from './storage.ts';
import { tableIn } from './table-access.ts';
import { decode, encode, type Row, understand } from './table-row.ts';

/** The partition beside those of the resources. No resource id reads like this, so no summary lists it. */
const FLEET = 'fleet';
/** Their timestamps are what they say: the service's clock, whoever wrote them. */
const PAUSED = 'paused';
const LIFTED = 'lifted';
const REFRESH = 'refresh';
const LEAK = 'leak|';

/** What binds the targets together, in Table storage. The clients, and with them tokens and connections, are shared by all invocations. */
export function tableFleet(access: {
  readonly storage: Storage;
  readonly httpClient: HttpClient;
}): (signal: AbortSignal) => Fleet {
  const table = tableIn(access.storage, 'ledger', access.httpClient);

  return (signal) => {
    const scan = async (): Promise<{ readonly rows: readonly Row[]; readonly now: Instant }> => {
      const rows: Row[] = [];
      const filter = odata`PartitionKey eq ${FLEET}`;
      const now = await table.scan(signal, { filter }, (row) => rows.push(row));
      return { rows, now };
    };
    const look = async (): Promise<FleetLook> => {
      const { rows, now } = await scan();
      return fleetIn(rows, now);
    };
    return {
      look,

      async claim({ name, resource, rotation }, over) {
        const row = { ...keyOf(name), ...encode({ resource, rotation }) };
        return over === null ? await table.create(signal, row) : await table.replace(signal, row, over.etag);
      },

      async release(resource, rotation) {
        const { claims } = await look();
        const held = claims.filter((claim) => claim.resource === resource && claim.rotation === rotation);
        for (const { name, etag } of held) await table.remove(signal, keyOf(name), etag);
      },

      async setFreeze(freeze) {
        if (freeze === null) await table.remove(signal, keyOf(FREEZE), '*');
        else await table.put(signal, { ...keyOf(FREEZE), ...encodeFreeze(freeze) });
      },

      async pause() {
        return await table.create(signal, { ...keyOf(PAUSED), ...encode({}) });
      },

      async lift() {
        // First: lifted without a time, the fleet would be paused again by the very targets that a person has looked at.
        await table.put(signal, { ...keyOf(LIFTED), ...encode({}) });
        await table.remove(signal, keyOf(PAUSED), '*');
      },

      async askForRefresh() {
        await table.put(signal, { ...keyOf(REFRESH), ...encode({}) });
      },

      async keepLeak(leak) {
        if (!(await table.create(signal, { ...keyOf(leakKey(leak.id)), ...encode(leak) }))) return;
        const { rows, now } = await scan();
        const shown = new Set(leaksShown(leaksIn(rows), now).map(({ id }) => id));
        const hidden = leaksIn(rows).filter(({ id }) => !shown.has(id));
        for (const { id } of hidden) await table.remove(signal, keyOf(leakKey(id)), '*');
      },

      async liftLeak(id) {
        await table.remove(signal, keyOf(leakKey(id)), '*');
      },
    };
  };
}

const keyOf = (rowKey: string) => ({ partitionKey: FLEET, rowKey });

function fleetIn(rows: readonly Row[], now: Instant): FleetLook {
  const row = (rowKey: string) => rows.find((each) => each.rowKey === rowKey);
  const writtenAt = (rowKey: string) => Date.parse(String(row(rowKey)?.timestamp)) || null;
  const freeze = row(FREEZE);
  return {
    freeze: freeze ? decodeFreeze('fleet', freeze) : null,
    pausedSince: writtenAt(PAUSED),
    liftedAt: writtenAt(LIFTED),
    refreshAskedAt: writtenAt(REFRESH),
    leaks: leaksShown(leaksIn(rows), now),
    claims: rows.flatMap((each) => (isClaim(String(each.rowKey)) ? [decodeClaim(each)] : [])),
    now,
  };
}

const isClaim = (rowKey: string): boolean => /^(flight\|\d+|group\|.+)$/.test(rowKey);

function decodeClaim(row: Row): FleetLook['claims'][number] {
  const rowKey = String(row.rowKey);
  const { resource, rotation } = decode<Claimant>('fleet', rowKey, row, claimantShape);
  // A place that nobody can be found for would never be given back.
  if (parseResourceId(resource) !== resource) throw new LedgerCorrupted('fleet', rowKey);
  return { name: rowKey as Claim['name'], resource, rotation, etag: String(row.etag) };
}

type Claimant = Pick<Claim, 'resource' | 'rotation'>;

const claimantShape: Shape<Claimant> = { resource: text, rotation: text };

const leakKey = (id: string): string => `${LEAK}${hashOf(id)}`;

/** No rotation rests on a leak, so a row that cannot be understood stops none. */
const leaksIn = (rows: readonly Row[]): readonly Leak[] =>
  rows.filter(({ rowKey }) => String(rowKey).startsWith(LEAK)).flatMap((row) => understand<Leak>(row, leakShape) ?? []);

const leakShape: Shape<Leak> = { id: text, repository: text, url: orNull(text), at: instant };

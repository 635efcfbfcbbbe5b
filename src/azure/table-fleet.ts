import type { HttpClient } from '@azure/core-rest-pipeline';
import { odata } from '@azure/data-tables';
import type { Fleet, FleetLook } from '../app/ports.ts';
import { leaksShown } from '../core/leaks.ts';
import type { Instant } from '../core/model.ts';
import { FLEET, fleetIn, LIFTED, leakKey, leaksIn, PAUSED, REFRESH } from './fleet-rows.ts';
import { encodeFreeze, FREEZE } from './ledger-rows.ts';
import type { Storage } from './storage.ts';
import { tableIn } from './table-access.ts';
import { encode, type Row } from './table-row.ts';

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

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LedgerCorrupted } from '../../src/app/errors.ts';
import { targetSchema } from '../../src/app/report/schema.ts';
import { targetReport } from '../../src/app/report/target-report.ts';
import {
  decodeDeadLetters,
  decodeResource,
  decodeSurvey,
  decodeVault,
  encodeDeadLetters,
  encodeResource,
  encodeSurvey,
  encodeVault,
} from '../../src/azure/inventory-rows.ts';
import {
  decodeFreeze,
  decodeInbox,
  decodeReceipt,
  decodeRecord,
  encodeRecord,
  FREEZE,
  glanceOf,
  isInbox,
  STATE,
  summarise,
} from '../../src/azure/ledger-rows.ts';
import type { Row } from '../../src/azure/table-row.ts';
import { CLOUDS } from '../../src/core/clouds.ts';
import { aVault } from '../azure/ledger-samples.ts';
import { aPosture } from '../support/a-posture.ts';
import { aSpoiltFleet } from '../support/a-spoilt-fleet.ts';
import type { Law, OpenArea } from './area.ts';
import { fleetLaws } from './fleet-rows.ts';
import { rowsOf, SAMPLE } from './row-samples.ts';
import { spoiltRow } from './spoilt-row.ts';

const resource = SAMPLE;
const rows = rowsOf(resource);
const app = { cloud: CLOUDS.AzureCloud };
const known = { name: 'chat-prod', resourceId: resource };
const now = Date.UTC(2026, 10, 2, 8);

const aRow = fc
  .constantFrom(...rows)
  .chain(([rowKey, row]) => spoiltRow(row).map((spoilt) => [rowKey, spoilt] as const));
const aState = spoiltRow(rows.get(STATE) as Row);

const decodeRow = (rowKey: string, row: Row): unknown => {
  if (rowKey === STATE) return decodeRecord(resource, row);
  if (rowKey === FREEZE) return decodeFreeze(resource, row);
  return isInbox(rowKey) ? decodeInbox(resource, row) : decodeReceipt(resource, row);
};

/** null where it cannot be understood; anything but that goes through. */
function read<T>(decode: () => T): T | null {
  try {
    return decode();
  } catch (error) {
    if (error instanceof LedgerCorrupted) return null;
    throw error;
  }
}

const inventory: readonly (readonly [Row, (row: Row) => readonly unknown[]])[] = [
  [encodeSurvey('s', 'forbidden'), decodeSurvey],
  [encodeResource({ resource, name: 'chat', createdAt: 1, posture: aPosture() }), decodeResource],
  [encodeVault(aVault()), decodeVault],
  [
    encodeDeadLetters({
      seen: {
        container: 'https://st.blob.core.windows.net/letters',
        count: 1,
        isMore: false,
        oldestAt: 1,
        newestAt: 2,
      },
      ...{ isBlind: false, alertedAt: null },
    }),
    decodeDeadLetters,
  ],
];

const unseen = {
  ...{ resource, name: null, open: false, stuckSince: null, wakeAt: null, observedAt: null, writtenAt: null },
  ...{ hasInbox: false, hasOutbox: false, leased: false },
} as const;

const laws: readonly Law[] = [
  {
    says: 'is read as what it was before somebody changed it by hand, in every kind',
    property: fc.property(fc.constantFrom(...rows), ([rowKey, row]) => {
      assert.notEqual(
        read(() => decodeRow(rowKey, row)),
        null,
      );
    }),
    cost: 10,
  },
  {
    says: 'is understood or is LedgerCorrupted, by its resource and key, and nothing else',
    property: fc.property(aRow, ([rowKey, row]) => {
      try {
        decodeRow(rowKey, row);
      } catch (error) {
        assert.ok(error instanceof LedgerCorrupted, error as Error);
        assert.equal(error.resource, resource);
        assert.equal(error.rowKey, rowKey);
      }
    }),
  },
  {
    says: 'that is understood is shown by the report as its schema says',
    property: fc.property(aState, (row) => {
      const record = read(() => decodeRecord(resource, row));
      targetSchema.parse(targetReport(known, { record, now, isCorrupted: record === null }, app));
    }),
    cost: 4,
  },
  {
    says: 'that is understood is the same once it was written anew',
    property: fc.property(aState, (row) => {
      const record = read(() => decodeRecord(resource, row));
      if (record === null) return;
      const { timestamp, rowKey, etag } = row;
      assert.deepEqual(decodeRecord(resource, { ...encodeRecord(record), timestamp, rowKey, etag }), record);
    }),
    cost: 2,
  },
  {
    says: 'never spoils what a sweep or a list reads of all',
    property: fc.property(aRow, ([, row]) => {
      const summary = summarise(unseen, row);
      const glance = glanceOf(resource, row);
      for (const at of [
        summary.wakeAt,
        summary.observedAt,
        summary.stuckSince,
        glance.observedAt,
        glance.firstObservedAt,
      ]) {
        assert.ok(at === null || !Number.isNaN(new Date(at).getTime()));
      }
    }),
  },
  {
    says: 'of the inventory is understood or left out',
    property: fc.property(
      fc.constantFrom(...inventory).chain(([row, decode]) => spoiltRow(row).map((spoilt) => [spoilt, decode] as const)),
      ([row, decode]) => {
        assert.ok(decode({ timestamp: '2026-11-02T08:00:00.000Z', ...row }).length <= 1);
      },
    ),
  },
];

export async function open(): Promise<OpenArea> {
  const fleet = await aSpoiltFleet();
  const changed = fc
    .constantFrom(...fleet.rows)
    .chain(([rowKey, row]) => spoiltRow(row).map((spoilt) => [rowKey, spoilt] as const));
  const alone: Law = {
    says: 'that cannot be understood stops its own target alone, stays as it is, is alerted, and is shown by the report',
    property: fc.asyncProperty(changed, async ([rowKey, row]) => await fleet.holdsWith(rowKey, row)),
    cost: 4,
  };
  return { laws: [...laws, alone, ...(await fleetLaws())], close: async () => undefined };
}

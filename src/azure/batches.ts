import type { Kept } from './inventory-rows.ts';

/** What the service takes in one transaction of one partition. */
const MOST_ROWS = 100;
/** It takes 4 MiB; the request has headers for each row, and escapes what stands in quotes. */
const MOST_BYTES = 2 * 1024 * 1024;

/** The rows in as few transactions as hold them. */
export function batchesOf(rows: readonly Kept[]): readonly (readonly Kept[])[] {
  const batches: Kept[][] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = Buffer.byteLength(JSON.stringify(row));
    const batch = batches.at(-1);
    const fits =
      batch?.[0]?.partitionKey === row.partitionKey && batch.length < MOST_ROWS && bytes + size <= MOST_BYTES;
    if (batch && fits) batch.push(row);
    else batches.push([row]);
    bytes = fits ? bytes + size : size;
  }
  return batches;
}

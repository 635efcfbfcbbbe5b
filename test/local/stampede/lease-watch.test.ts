import { beforeEach, describe, expect, it } from 'vitest';
import { type LeaseWatch, watchLeases } from '../../../local/stampede/lease-watch.ts';

const target = '/subscriptions/s/chat';
const minutes = 60_000;
let watch: LeaseWatch;
let etag: string | null;
let rows: number;

beforeEach(() => {
  watch = watchLeases(3 * minutes);
  [etag, rows] = [null, 0];
});

/** A write that the storage takes. */
function writes(process: string, worker: string | null, at: number, replaced = etag): void {
  rows += 1;
  watch.wrote({ target, process, worker, replaced, etag: `row ${rows}`, at });
  etag = `row ${rows}`;
}
const changes = (process: string) => watch.mutated({ target, process, what: 'regenerateKey' });

describe('a lease that is held by one at a time', () => {
  it('is taken, renewed, used, given back and taken by another', () => {
    writes('1.1', 'ann', 0);
    changes('1.1');
    writes('1.1', 'ann', 1_000);
    expect(watch.heldBy('1.1')).toEqual([target]);
    writes('1.1', null, 2_000);
    expect(watch.heldBy('1.1')).toEqual([]);
    writes('2.1', 'bob', 2_500);
    changes('2.1');
    expect(watch).toMatchObject({ overlaps: [], takeovers: 0, writes: 4, mutations: 2 });
  });

  it('may be taken from whoever has not renewed it for its time', () => {
    writes('1.1', 'ann', 0);
    writes('2.1', 'bob', 3 * minutes);
    changes('2.1');
    expect(watch).toMatchObject({ overlaps: [], takeovers: 1 });
  });
});

describe('a lease that is held by two is told', () => {
  it('where one takes it before its time', () => {
    writes('1.1', 'ann', 0);
    writes('2.1', 'bob', 3 * minutes - 1);
    expect(watch.overlaps).toEqual([`${target}: 2.1 has taken the lease of 1.1 179999 ms after its last write.`]);
  });

  it('where another worker of the same process takes it before its time', () => {
    writes('1.1', 'ann', 0);
    writes('1.1', 'bob', 1_000);
    expect(watch.overlaps).toHaveLength(1);
  });

  it('where a row is replaced that is not there any more', () => {
    writes('1.1', 'ann', 0);
    writes('1.1', 'ann', 10, 'row 0');
    writes('1.1', 'ann', 20, null);
    expect(watch.overlaps).toHaveLength(2);
  });

  it('where somebody gives back what another holds, or nobody', () => {
    writes('1.1', 'ann', 0);
    writes('2.1', null, 10);
    writes('2.1', null, 20);
    expect(watch.overlaps).toHaveLength(2);
  });

  it('where somebody changes a target without it', () => {
    changes('1.1');
    writes('1.1', 'ann', 0);
    changes('1.2');
    writes('1.1', null, 10);
    changes('1.1');
    expect(watch.overlaps).toEqual([
      `${target}: 1.1 has sent regenerateKey while nobody held the lease.`,
      `${target}: 1.2 has sent regenerateKey while 1.1 held the lease.`,
      `${target}: 1.1 has sent regenerateKey while nobody held the lease.`,
    ]);
  });
});

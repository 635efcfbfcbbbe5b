import { beforeAll, describe, expect, it } from 'vitest';
import { LeaseLost, LedgerCorrupted } from '../../src/app/errors.ts';
import type { Ledger } from '../../src/app/ports.ts';
import type { Instant } from '../../src/core/model.ts';
import { glancesContract } from './glances.contract.ts';
import { inboxContract } from './inbox.contract.ts';
import {
  aFreeze,
  aPastRotation,
  aPostureRecord,
  aReceipt,
  aRecord,
  aResource,
  aSlotSummary,
  request,
} from './ledger-samples.ts';
import { summariesContract } from './summaries.contract.ts';

export interface LedgerUnderTest {
  readonly ledger: Ledger;
  /** The clock of the store. */
  now(): Instant;
  pass(milliseconds: number): Promise<void>;
}

/** What every ledger does, whatever it is made of. The simulations run on the twin, so it may not be kinder than the real one. */
export function ledgerContract(name: string, start: () => Promise<LedgerUnderTest>): void {
  describe(name, () => {
    let ledger: Ledger;
    let under: LedgerUnderTest;
    beforeAll(async () => {
      under = await start();
      ({ ledger } = under);
    });

    it('knows nothing of a resource that nobody wrote about', async () => {
      const empty = { record: null, etag: null, age: null, inbox: [], freeze: null, outbox: [] };
      expect(await ledger.read(aResource())).toMatchObject(empty);
      expect(await ledger.history(aResource(), 0, 10)).toEqual([]);
    });

    it('gives back what was committed, and the ETag to go on with', async () => {
      const resource = aResource();
      const record = aRecord(resource, { wakeAt: 1_793_606_400_123.5, lease: { worker: 'w', write: 3 } });
      const receipts = [aReceipt(resource, 1), aReceipt(resource, 2)];
      const { etag } = await ledger.commit(resource, null, record, receipts);
      expect(await ledger.read(resource)).toMatchObject({ record, etag, outbox: receipts });
      const later = { ...record, attempt: 4, lease: null };
      const { etag: next } = await ledger.commit(resource, etag, later, []);
      expect(next).not.toBe(etag);
      expect(await ledger.read(resource)).toMatchObject({ record: later, etag: next, outbox: receipts });
    });

    it('keeps what the report says of the last look, and the rotations that have ended', async () => {
      const resource = aResource();
      const record = aRecord(resource, {
        slots: { primary: aSlotSummary('active'), secondary: aSlotSummary('standby') },
        posture: aPostureRecord(),
        past: [aPastRotation('r-1'), aPastRotation('r-2')],
      });
      await ledger.commit(resource, null, record, []);
      expect((await ledger.read(resource)).record).toEqual(record);
    });

    it('keeps the posture of a target with all its publications, consumers and rules', async () => {
      const resource = aResource();
      const { publications, localAuth, ...rest } = aPostureRecord();
      const many = <T>(of: readonly T[], count: number) => Array.from({ length: count }, () => of).flat();
      const posture = {
        ...rest,
        publications: many(publications, 50),
        localAuth: { ...localAuth, reasons: many(localAuth.reasons, 600) },
      };
      const { etag } = await ledger.commit(resource, null, aRecord(resource, { posture }), []);
      expect((await ledger.read(resource)).record?.posture).toEqual(posture);
      await ledger.commit(resource, etag, aRecord(resource, { posture: aPostureRecord() }), []);
      expect((await ledger.read(resource)).record?.posture).toEqual(aPostureRecord());
    });

    it.each(['rg.(eu)_1', 'rg-größe', 'RG_UPPER', "rg'quoted", 'rg%41&x=1+2'])(
      'takes a resource group named %s',
      async (group) => {
        const resource = aResource(group);
        await ledger.commit(resource, null, aRecord(resource), [aReceipt(resource, 1)]);
        const { record, etag, outbox } = await ledger.read(resource);
        expect(record?.state.resourceId).toBe(resource);
        expect(outbox).toHaveLength(1);
        await ledger.commit(resource, etag, aRecord(resource), []);
        await ledger.insertInbox(resource, request('r'));
        await ledger.removeInbox(resource, (await ledger.read(resource)).inbox);
        await ledger.deliver(aReceipt(resource, 1));
        await ledger.clear(aReceipt(resource, 1));
        expect(await ledger.read(resource)).toMatchObject({ inbox: [], outbox: [] });
        expect(await ledger.history(resource, 0, 5)).toEqual([aReceipt(resource, 1)]);
        expect((await ledger.summaries()).resources.map((summary) => summary.resource)).toContain(resource);
      },
    );

    describe('the lease', () => {
      it('is lost to whoever wrote the first row', async () => {
        const resource = aResource();
        await ledger.commit(resource, null, aRecord(resource, { attempt: 1 }), []);
        await expect(ledger.commit(resource, null, aRecord(resource, { attempt: 2 }), [])).rejects.toThrow(LeaseLost);
        expect((await ledger.read(resource)).record?.attempt).toBe(1);
      });

      it('is lost to whoever wrote since, and then neither record nor receipt is written', async () => {
        const resource = aResource();
        const { etag } = await ledger.commit(resource, null, aRecord(resource), []);
        const winner = aRecord(resource, { attempt: 1 });
        await ledger.commit(resource, etag, winner, [aReceipt(resource, 1)]);
        const late = ledger.commit(resource, etag, aRecord(resource, { attempt: 2 }), [aReceipt(resource, 2)]);
        await expect(late).rejects.toThrow(LeaseLost);
        expect(await ledger.read(resource)).toMatchObject({ record: winner, outbox: [aReceipt(resource, 1)] });
      });

      it('is lost where the row is not there at all', async () => {
        const resource = aResource();
        const { etag } = await ledger.commit(aResource(), null, aRecord(resource), []);
        await expect(ledger.commit(resource, etag, aRecord(resource), [])).rejects.toThrow(LeaseLost);
      });

      it.each([
        ['the first row', true],
        ['the next one', false],
      ])('goes to one of five that race for %s', async (_, first) => {
        const resource = aResource();
        const etag = first ? null : (await ledger.commit(resource, null, aRecord(resource), [])).etag;
        const racers = Array.from({ length: 5 }, (_, racer) =>
          ledger.commit(resource, etag, aRecord(resource, { attempt: racer }), [aReceipt(resource, racer + 1)]),
        );
        const ends = await Promise.allSettled(racers);
        const won = ends.flatMap((end, racer) => (end.status === 'fulfilled' ? [racer] : []));
        expect(won).toHaveLength(1);
        for (const end of ends) if (end.status === 'rejected') expect(end.reason).toBeInstanceOf(LeaseLost);
        const { record, outbox } = await ledger.read(resource);
        expect(record?.attempt).toBe(won[0]);
        expect(outbox.map(({ seq }) => seq)).toEqual([Number(won[0]) + 1]);
      });
    });

    it('writes no receipt over another of its number, and then no record either', async () => {
      const resource = aResource();
      const { etag } = await ledger.commit(resource, null, aRecord(resource), [aReceipt(resource, 1)]);
      const again = ledger.commit(resource, etag, aRecord(resource, { attempt: 9 }), [
        { ...aReceipt(resource, 1), actor: 'x' },
      ]);
      await expect(again).rejects.toThrow(LedgerCorrupted);
      expect(await ledger.read(resource)).toMatchObject({ etag, outbox: [aReceipt(resource, 1)] });
    });

    it('keeps a state of several hundred KiB whole, and lets it shrink again', async () => {
      const resource = aResource();
      // Pairs of surrogates at every parity, so that a cut in the middle of one would show.
      const why = `${'🔑'.repeat(40_000)}x${'🗝'.repeat(20_000)}ß\u2028"\\\n--changeset_HTTP/1.1 404 {`;
      const pending = [{ id: 'r', at: 1, who: 'someone', why, acceptUnknownConsumers: true, force: false }];
      const big = aRecord(resource, { receiptedWait: 'soak' }, { pending });
      const { etag } = await ledger.commit(resource, null, big, [{ ...aReceipt(resource, 1), data: { why } }]);
      expect(await ledger.read(resource)).toMatchObject({ record: big, etag });
      expect((await ledger.read(resource)).outbox[0]?.data).toEqual({ why });
      const small = aRecord(resource);
      await ledger.commit(resource, etag, small, []);
      expect((await ledger.read(resource)).record).toEqual(small);
    });

    it('tells the age of the record by its own clock', async () => {
      const resource = aResource();
      const { etag, now } = await ledger.commit(resource, null, aRecord(resource), []);
      expect(Math.abs(now - under.now())).toBeLessThan(2_000);
      await under.pass(2_500);
      const { age } = await ledger.read(resource);
      // `date` has whole seconds.
      expect(age).toBeGreaterThanOrEqual(1_400);
      expect(age).toBeLessThan(20_000);
      await ledger.commit(resource, etag, aRecord(resource), []);
      expect((await ledger.read(resource)).age).toBeLessThan(Number(age));
      expect((await ledger.read(resource)).age).toBeGreaterThanOrEqual(0);
    });

    inboxContract(() => under);

    describe('a freeze', () => {
      it('is read with its target until it is replaced or lifted, and lifting twice is lifting once', async () => {
        const [resource, other] = [aResource(), aResource()];
        await ledger.setFreeze(resource, aFreeze({ why: 'a sale' }));
        expect((await ledger.read(resource)).freeze).toEqual(aFreeze({ why: 'a sale' }));
        await ledger.setFreeze(resource, aFreeze({ why: 'an audit', until: 5 }));
        expect((await ledger.read(resource)).freeze).toEqual(aFreeze({ why: 'an audit', until: 5 }));
        expect((await ledger.read(other)).freeze).toBeNull();
        await ledger.setFreeze(resource, null);
        await ledger.setFreeze(resource, null);
        expect((await ledger.read(resource)).freeze).toBeNull();
      });

      it('is no request: it stays whatever is taken up, and nobody’s lease is lost over it', async () => {
        const resource = aResource();
        const { etag } = await ledger.commit(resource, null, aRecord(resource), []);
        await ledger.setFreeze(resource, aFreeze());
        const { inbox } = await ledger.read(resource);
        expect(inbox).toEqual([]);
        await ledger.removeInbox(resource, inbox);
        await ledger.commit(resource, etag, aRecord(resource, { attempt: 1 }), []);
        expect(await ledger.read(resource)).toMatchObject({ freeze: aFreeze(), record: { attempt: 1 } });
      });
    });

    describe('the receipts', () => {
      it('move from the outbox to the history, and delivering twice is delivering once', async () => {
        const resource = aResource();
        const receipts = [aReceipt(resource, 1), aReceipt(resource, 2)];
        await ledger.commit(resource, null, aRecord(resource), receipts);
        await ledger.deliver(aReceipt(resource, 1));
        await ledger.deliver(aReceipt(resource, 1));
        expect((await ledger.read(resource)).outbox).toEqual([aReceipt(resource, 1), aReceipt(resource, 2)]);
        await ledger.clear(aReceipt(resource, 1));
        await ledger.clear(aReceipt(resource, 1));
        expect((await ledger.read(resource)).outbox).toEqual([aReceipt(resource, 2)]);
        expect(await ledger.history(resource, 0, 10)).toEqual([aReceipt(resource, 1)]);
      });

      it('are never rewritten once they are delivered', async () => {
        const resource = aResource();
        await ledger.deliver(aReceipt(resource, 1));
        await ledger.deliver({ ...aReceipt(resource, 1), actor: 'somebody else' });
        expect(await ledger.history(resource, 0, 10)).toEqual([aReceipt(resource, 1)]);
      });

      it('are read a page at a time, oldest first, past the thousand of one answer', async () => {
        const resource = aResource();
        const seqs = Array.from({ length: 1_040 }, (_, index) => index + 1);
        for (let from = 0; from < seqs.length; from += 40) {
          await Promise.all(seqs.slice(from, from + 40).map((seq) => ledger.deliver(aReceipt(resource, seq))));
        }
        const read = async (after: number, limit: number) =>
          (await ledger.history(resource, after, limit)).map(({ seq }) => seq);
        expect(await read(0, 100)).toEqual(seqs.slice(0, 100));
        expect(await read(100, 3)).toEqual([101, 102, 103]);
        expect(await read(1_030, 100)).toEqual(seqs.slice(1_030));
        expect(await read(1_040, 100)).toEqual([]);
        expect(await read(0, 5_000)).toEqual(seqs);
      });
    });

    summariesContract(() => under);
    glancesContract(() => under);
  });
}

import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Ledger, LedgerRecord } from '../../src/app/ports.ts';
import type { PublishIntent, RegenerateIntent, Rotation, TargetState } from '../../src/core/model.ts';
import type { LedgerUnderTest } from './ledger.contract.ts';
import { aFreeze, aReceipt, aRecord, aResource, request } from './ledger-samples.ts';

/** What every sweep reads: part of ledger.contract.ts. */
export function summariesContract(start: () => LedgerUnderTest): void {
  describe('the summaries', () => {
    let ledger: Ledger;
    let under: LedgerUnderTest;
    beforeAll(() => {
      under = start();
      ({ ledger } = under);
    });

    const unseen = { wakeAt: null, observedAt: null, writtenAt: null };
    const summaryOf = async (differing: Partial<LedgerRecord>, state: Partial<TargetState> = {}) => {
      const resource = aResource();
      await ledger.commit(resource, null, aRecord(resource, differing, state), []);
      return (await ledger.summaries()).resources.find((summary) => summary.resource === resource);
    };

    it('tell what a sweep needs of every resource that has a row of any kind', async () => {
      const [idle, leased, asked, frozen] = [aResource(), aResource(), aResource(), aResource()];
      const [undelivered, gone] = [aResource(), aResource()];
      await ledger.commit(idle, null, aRecord(idle, { wakeAt: 1_793_606_400_000 }), []);
      await ledger.commit(leased, null, aRecord(leased, { lease: { worker: 'w', write: 1 } }), []);
      await ledger.insertInbox(asked, request('x'));
      await ledger.setFreeze(frozen, aFreeze());
      await ledger.commit(undelivered, null, aRecord(undelivered), [aReceipt(undelivered, 1)]);
      await ledger.insertInbox(gone, request('x'));
      await ledger.removeInbox(gone, (await ledger.read(gone)).inbox);
      const { now, resources } = await ledger.summaries();
      const of = (resource: string) => resources.filter((summary) => summary.resource === resource);
      const none = {
        ...{ open: false, stuckSince: null, hasInbox: false, hasOutbox: false, leased: false },
        ...unseen,
      };
      const writtenAt = expect.any(Number);
      expect(of(idle)).toEqual([{ ...none, resource: idle, name: 'chat-prod', wakeAt: 1_793_606_400_000, writtenAt }]);
      expect(of(leased)).toMatchObject([{ leased: true, hasInbox: false }]);
      expect(of(asked)).toEqual([{ ...none, resource: asked, name: null, wakeAt: null, hasInbox: true }]);
      expect(of(frozen)).toEqual([{ ...none, resource: frozen, name: null, wakeAt: null }]);
      expect(of(undelivered)).toMatchObject([{ leased: false, hasOutbox: true }]);
      expect(of(gone)).toEqual([]);
      expect(Math.abs(now - under.now())).toBeLessThan(2_000);
    });

    it.each([
      ['a rotation', { rotation: { id: 'r' } as Rotation }],
      ['a regeneration', { intent: { slot: 'primary' } as RegenerateIntent }],
      ['a publication', { publishing: { basedOn: 'v' } as PublishIntent }],
    ])('say that %s is open', async (_, state) => {
      expect(await summaryOf({}, state)).toMatchObject({ open: true, stuckSince: null });
    });

    it('say when the newest look was, and when the row was last written', async () => {
      expect(await summaryOf({}, { observedAt: 1_793_600_000_123 })).toMatchObject({ observedAt: 1_793_600_000_123 });
      const { writtenAt } = (await summaryOf({})) ?? {};
      expect(Math.abs(Number(writtenAt) - under.now())).toBeLessThan(5_000);
      const resource = aResource();
      const { etag } = await ledger.commit(resource, null, aRecord(resource), []);
      await under.pass(20);
      await ledger.commit(resource, etag, aRecord(resource), []);
      const later = (await ledger.summaries()).resources.find((summary) => summary.resource === resource);
      expect(Number(later?.writtenAt)).toBeGreaterThan(Number(writtenAt));
    });

    it('say since when a target is stuck', async () => {
      expect(await summaryOf({ stuckSince: 1_793_600_000_000 })).toMatchObject({ stuckSince: 1_793_600_000_000 });
      expect(await summaryOf({ stuckSince: null })).toMatchObject({ stuckSince: null });
    });

    it('see more than one page of rows', async () => {
      const many = Array.from({ length: 1_050 }, () => aResource());
      for (let from = 0; from < many.length; from += 50) {
        await Promise.all(
          many.slice(from, from + 50).map((resource) => ledger.insertInbox(resource, request(randomUUID()))),
        );
      }
      const { resources } = await ledger.summaries();
      const seen = new Set(resources.map(({ resource }) => resource));
      expect(many.filter((resource) => !seen.has(resource))).toEqual([]);
    });
  });
}

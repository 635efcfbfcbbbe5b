import { beforeAll, describe, expect, it } from 'vitest';
import type { Ledger, LedgerRecord } from '../../src/app/ports.ts';
import type { Rotation, TargetState } from '../../src/core/model.ts';
import type { LedgerUnderTest } from './ledger.contract.ts';
import {
  aFreeze,
  aPostureRecord,
  aReceipt,
  aRecord,
  aResource,
  aSecretId,
  aSlotSummary,
  request,
} from './ledger-samples.ts';

/** What every list of a report reads: part of ledger.contract.ts. */
export function glancesContract(start: () => LedgerUnderTest): void {
  describe('the glances', () => {
    let ledger: Ledger;
    let under: LedgerUnderTest;
    beforeAll(() => {
      under = start();
      ({ ledger } = under);
    });

    const glanceOf = async (differing: Partial<LedgerRecord>, state: Partial<TargetState> = {}) => {
      const resource = aResource();
      await ledger.commit(resource, null, aRecord(resource, differing, state), [aReceipt(resource, 1)]);
      return (await ledger.glances()).resources.filter((glance) => glance.resource === resource);
    };

    it('tell of a target that was never looked at that nothing is known', async () => {
      expect(await glanceOf({})).toEqual([
        {
          resource: expect.any(String),
          ...{
            name: 'chat-prod',
            firstObservedAt: null,
            observedAt: null,
            phase: 'nothing-due',
            condition: null,
            stuckSince: null,
          },
          ...{ slots: null, verdict: null, tally: { high: 0, medium: 0, low: 0, info: 0 }, open: false },
        },
      ]);
    });

    it('tell what the last look found, in short', async () => {
      const slots = { primary: aSlotSummary('active'), secondary: aSlotSummary('standby') };
      const found = ['PublicRestApi', 'CorsAllowsAll', 'PublicNetworkAccess', 'ClientCertificatesOff'] as const;
      const condition = { code: 'Stalled', since: 7, alertedAt: 8, detail: { secrets: [aSecretId()] } } as const;
      const record = {
        slots,
        condition,
        posture: aPostureRecord('Unknown'),
        findings: found.map((code) => ({ code, secrets: [], versions: [] })),
        phase: 'hold',
        stuckSince: 9,
      } as const;
      expect(
        await glanceOf(record, { firstObservedAt: 5, observedAt: 6, rotation: { id: 'r' } as Rotation }),
      ).toMatchObject([
        {
          slots,
          condition: { code: 'Stalled', since: 7 },
          ...{ verdict: 'Unknown', phase: 'hold', stuckSince: 9, firstObservedAt: 5, observedAt: 6, open: true },
          tally: { high: 1, medium: 2, low: 0, info: 1 },
        },
      ]);
    });

    it('leave out whoever has rows and no state', async () => {
      const [asked, frozen] = [aResource(), aResource()];
      await ledger.insertInbox(asked, request('x'));
      await ledger.setFreeze(frozen, aFreeze());
      const { now, resources } = await ledger.glances();
      const seen = new Set(resources.map(({ resource }) => resource));
      expect(seen.has(asked) || seen.has(frozen)).toBe(false);
      expect(Math.abs(now - under.now())).toBeLessThan(2_000);
    });
  });
}

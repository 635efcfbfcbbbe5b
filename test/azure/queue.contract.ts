import { beforeAll, describe, expect, it } from 'vitest';
import type { ReconcileQueue } from '../../src/app/ports.ts';
import type { Hint } from '../support/queue-twin.ts';
import { aResource } from './ledger-samples.ts';

export interface QueueUnderTest {
  readonly queue: ReconcileQueue;
  /** Takes what is visible, as the host does. */
  take(): Promise<readonly Hint[]>;
  pass(milliseconds: number): Promise<void>;
}

/** What every queue does, whatever it is made of. */
export function queueContract(name: string, start: () => Promise<QueueUnderTest>): void {
  describe(name, () => {
    let under: QueueUnderTest;
    beforeAll(async () => {
      under = await start();
    });

    it('wakes a target at once', async () => {
      const resource = aResource();
      await under.queue.send(resource, 0);
      expect(await under.take()).toEqual([{ resource, newerThan: null }]);
      expect(await under.take()).toEqual([]);
    });

    it('says how new an observation is wanted', async () => {
      const [resource, newerThan] = [aResource(), 1_793_606_400_123];
      await under.queue.send(resource, 0, newerThan);
      expect(await under.take()).toEqual([{ resource, newerThan }]);
    });

    it('wakes a target once for each time that it was asked', async () => {
      const resource = aResource();
      await under.queue.send(resource, 0);
      await under.queue.send(resource, -5_000);
      expect(await under.take()).toMatchObject([{ resource }, { resource }]);
    });

    it('keeps a delayed hint until its time, and never gives it early', async () => {
      const [soon, later] = [aResource(), aResource()];
      await under.queue.send(later, 2_000.5);
      await under.queue.send(soon, 500);
      expect(await under.take()).toEqual([]);
      await under.pass(1_300);
      expect(await under.take()).toMatchObject([{ resource: soon }]);
      await under.pass(900);
      expect(await under.take()).toEqual([]);
      await under.pass(1_300);
      expect(await under.take()).toMatchObject([{ resource: later }]);
    });

    it('takes a hint for a time further off than it can wait', async () => {
      for (const days of [7, 8, 400]) await under.queue.send(aResource(), days * 86_400_000);
      expect(await under.take()).toEqual([]);
    });
  });
}

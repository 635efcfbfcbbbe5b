import { LedgerTwin } from '../support/ledger-twin.ts';
import { ledgerContract } from './ledger.contract.ts';

ledgerContract('the ledger in memory', () => {
  let now = Date.parse('2026-11-02T08:00:00Z');
  const clock = { now: () => now };
  return Promise.resolve({
    ...clock,
    ledger: new LedgerTwin(clock),
    pass(milliseconds) {
      now += milliseconds;
      return Promise.resolve();
    },
  });
});

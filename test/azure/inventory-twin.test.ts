import { InventoryTwin } from '../support/inventory-twin.ts';
import { inventoryContract } from './inventory-store.contract.ts';

inventoryContract('the inventory in memory', () => {
  let now = Date.parse('2026-11-02T08:00:00Z');
  const clock = { now: () => now };
  return Promise.resolve({
    ...clock,
    inventory: new InventoryTwin(clock),
    pass(milliseconds) {
      now += milliseconds;
      return Promise.resolve();
    },
  });
});

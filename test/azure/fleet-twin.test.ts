import { FleetTwin } from '../support/fleet-twin.ts';
import { fleetContract } from './fleet.contract.ts';

fleetContract('the fleet in memory', () => {
  let now = Date.parse('2026-11-02T08:00:00Z');
  const clock = { now: () => now };
  const fleet = new FleetTwin(clock);
  return Promise.resolve({
    ...clock,
    fleet,
    write: (rowKey, row) => Promise.resolve(fleet.write(rowKey, row)),
    pass(milliseconds) {
      now += milliseconds;
      return Promise.resolve();
    },
  });
});

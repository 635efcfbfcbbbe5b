import { FleetTwin } from '../support/fleet-twin.ts';
import { fleetContract } from './fleet.contract.ts';

fleetContract('the fleet in memory', () => {
  let now = Date.parse('2026-11-02T08:00:00Z');
  const clock = { now: () => now };
  return Promise.resolve({
    ...clock,
    fleet: new FleetTwin(clock),
    pass(milliseconds) {
      now += milliseconds;
      return Promise.resolve();
    },
  });
});

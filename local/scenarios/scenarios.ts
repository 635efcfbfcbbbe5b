import { adopt } from './adopt.ts';
import { leakedActive, leakedDead, leakedStandby, leakedUnknown, strangerListedKeys } from './compromise.ts';
import type { Scenario } from './scenario.ts';
import { laggard, rollback, stall } from './switchover.ts';
import { threeTargets } from './three-targets.ts';

export const defaultScenario: Scenario = threeTargets;

/** All that there are, as `--help` lists them. */
export const scenarios: readonly Scenario[] = [
  threeTargets,
  adopt,
  laggard,
  stall,
  rollback,
  leakedActive,
  leakedStandby,
  leakedUnknown,
  leakedDead,
  strangerListedKeys,
];

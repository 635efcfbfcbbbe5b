import type { Scenario } from './scenario.ts';
import { compromise } from './scenarios/compromise.ts';
import { people } from './scenarios/people.ts';
import { scheduled } from './scenarios/scheduled.ts';

export const SCENARIOS: readonly Scenario[] = [...scheduled, ...compromise, ...people];

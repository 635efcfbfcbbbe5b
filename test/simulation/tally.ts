import type { Finished } from './campaign.ts';
import { replayOf } from './schedule.ts';

/** So many of those that broke something are told in full. */
const SHOWN = 20;

/** What has been found so far. */
export class Tally {
  singles = 0;
  randoms = 0;
  violations = 0;
  refused = 0;
  readonly boundaries = new Set<string>();
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** @returns lines to tell of it: none where nothing broke, or where enough of them have been told */
  take({ schedule, violations, refused, met }: Finished): readonly string[] {
    if (schedule.is === 'random') this.randoms += 1;
    if (schedule.is === 'single') {
      this.singles += 1;
      if (met.length > 0) this.boundaries.add(`${schedule.scenario} ${schedule.at}`);
    }
    this.violations += violations.length;
    this.refused += refused.length;
    if (violations.length + refused.length === 0 || this.violations + this.refused > SHOWN) return [];
    return [
      `\n${replayOf(schedule, this.#seed)}`,
      ...met.map((one) => `  met       ${one}`),
      ...violations.map((one) => `  violation ${one}`),
      ...refused.map((one) => `  refused   ${one}`),
    ];
  }

  get isSound(): boolean {
    return this.violations + this.refused === 0;
  }
}

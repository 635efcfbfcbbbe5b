import { describe, expect, it } from 'vitest';
import { liveThrough } from './random-life.ts';

/** WORLDS=n lives through more of them or fewer, WORLDS_SEED=n through a single one. */
const { WORLDS = '3000', WORLDS_SEED } = process.env;
const seeds = WORLDS_SEED === undefined ? Array.from({ length: Number(WORLDS) }, (_, n) => n) : [Number(WORLDS_SEED)];

describe('whatever people, readers, services and crashes do', () => {
  it('no key in use is regenerated, no stranger is overwritten, and each world ends well or names its obstacle', () => {
    const ends = new Map<string, number>();
    let answered = 0;
    for (const seed of seeds) {
      const { violations, end, compromised } = liveThrough(seed);
      answered += compromised;
      if (violations.length > 0) expect.fail(`WORLDS_SEED=${seed}\n${liveThrough(seed, true).story.join('\n')}`);
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
    // A model in which nothing ever goes well, or nothing is ever in the way, would show nothing.
    if (seeds.length >= 1_000) {
      for (const end of ['nothing-due', 'Stalled', 'ConfigurationChanged', 'KeyUnchanged', 'PublicationUnreadable'])
        expect(ends.get(end) ?? 0, end).toBeGreaterThan(seeds.length / 1_000);
      expect(answered).toBeGreaterThan(seeds.length / 20);
    }
  }, 300_000);
});

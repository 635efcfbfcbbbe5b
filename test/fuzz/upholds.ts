import fc from 'fast-check';
import { afterAll, describe, it } from 'vitest';
import { areas } from './areas.ts';
import { runsOf, SHORT_RUNS } from './runs.ts';

/** The laws of an area as tests, each with the short number of runs. A failure prints its seed. */
export async function upholds(name: string): Promise<void> {
  const area = areas.find((each) => each.name === name);
  if (area === undefined) throw new Error(`There is no area ${name}.`);
  // The titles are there before the tests are, so the area is opened as they are gathered.
  const open = await area.open();
  describe(area.about, () => {
    afterAll(() => open.close());
    for (const law of open.laws) {
      it(law.says, { timeout: 60_000 }, async () => {
        await fc.assert(law.property, { numRuns: runsOf(law, SHORT_RUNS) });
      });
    }
  });
}

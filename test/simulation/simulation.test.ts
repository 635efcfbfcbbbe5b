import { describe, expect, it } from 'vitest';
import { HOUR } from '../support/scene.ts';
import { calm } from './plans.ts';
import { type Played, play } from './play.ts';
import { SCENARIOS } from './scenarios.ts';
import { playOf, replayOf, type Schedule, singlesOf } from './schedule.ts';

/*
 * A sample of what `npm run simulate` plays in full. The same seed always, so that a failure here is one of the change that it came with.
 */
const SEED = 20_261_130;
/** Of all single faults, every so many: a prime, so that each kind of fault meets each kind of boundary sooner or later. */
const EVERY = 797;
const RANDOM_SCHEDULES = 20;

const crossed = new Map<string, Played['crossed']>();

async function calmly(name: string): Promise<Played['crossed']> {
  const known = crossed.get(name);
  if (known !== undefined) return known;
  const played = await play(playOf({ is: 'calm', scenario: name }, SEED, () => 0));
  expect({ violations: played.violations, refused: played.refused }, name).toEqual(SOUND);
  crossed.set(name, played.crossed);
  return played.crossed;
}

async function boundariesOf(): Promise<(name: string) => number> {
  for (const { name } of SCENARIOS) await calmly(name);
  return (name) => crossed.get(name)?.length ?? 0;
}

const SOUND = { violations: [], refused: [] };

async function expectSound(schedule: Schedule, of: (name: string) => number): Promise<Played> {
  const played = await play(playOf(schedule, SEED, of));
  const { violations, refused } = played;
  expect({ violations, refused }, `${replayOf(schedule, SEED)}\n${played.met.join('\n')}`).toEqual(SOUND);
  return played;
}

describe('nobody is cut off, and every story comes to its end', { timeout: 300_000 }, () => {
  it.each(SCENARIOS.map(({ name, tells }) => [name, tells]))('%s: %s', async (name) => {
    expect((await calmly(name)).length).toBeGreaterThan(20);
  });

  it('whatever goes wrong once', async () => {
    const of = await boundariesOf();
    const all = SCENARIOS.flatMap(({ name }) => singlesOf(name, crossed.get(name) ?? []));
    for (const schedule of all.filter((_, index) => index % EVERY === 0)) {
      expect((await expectSound(schedule, of)).met).toHaveLength(1);
    }
  });

  it('whatever goes wrong several times, with several processes', async () => {
    const of = await boundariesOf();
    for (let number = 0; number < RANDOM_SCHEDULES; number += 1) await expectSound({ is: 'random', number }, of);
  });
});

describe('a write that is carried out long after it failed', { timeout: 60_000 }, () => {
  it('does not undo what somebody else wrote meanwhile', async () => {
    // The request before it only learns which token it needs.
    const at = (await calmly('their-version')).findIndex(({ name }) => name.includes(' PUT ')) + 1;
    const { met } = await expectSound({ is: 'single', scenario: 'their-version', at, fault: 'late' }, () => 0);
    expect(met).toEqual([expect.stringMatching(/^late at \d+: .*PUT/)]);
  });
});

describe('a schedule', () => {
  it('goes the same way each time, call by call', { timeout: 120_000 }, async () => {
    const of = await boundariesOf();
    for (const number of [3, 4]) {
      const [first, second] = [
        await play(playOf({ is: 'random', number }, SEED, of)),
        await play(playOf({ is: 'random', number }, SEED, of)),
      ];
      expect(second).toEqual(first);
    }
  });

  it('that cuts somebody off is told as one', async () => {
    const scenario = SCENARIOS.find(({ name }) => name === 'nothing-due');
    if (scenario === undefined) throw new Error('There is no such scenario.');
    const regenerates = {
      when: () => true,
      does: ({ resource }: Parameters<NonNullable<typeof scenario.before>>[0]) =>
        resource.regenerate('primary') !== null,
    };
    const played = await play({
      scenario: { ...scenario, people: () => [regenerates], within: 8 * HOUR },
      seed: 1,
      plan: calm,
    });
    expect(played.refused).toContain('web, by its own key');
  });
});

import { describe, expect, it } from 'vitest';
import type { Finished } from './campaign.ts';
import { Tally } from './tally.ts';

const aSingle = (played: Partial<Finished> = {}): Finished => ({
  schedule: { is: 'single', scenario: 'drift', at: 12, fault: 'slow' },
  crossed: [],
  met: ['slow at 12: keys.look'],
  violations: [],
  refused: [],
  ...played,
});

describe('the tally of a simulation', () => {
  it('has nothing to tell of a schedule in which nothing broke', () => {
    const tally = new Tally(7);
    expect(tally.take(aSingle())).toEqual([]);
    expect(tally.isSound).toBe(true);
  });

  it('tells what broke, what it had met, and the options that play it again', () => {
    const tally = new Tally(7);
    const told = tally
      .take(aSingle({ violations: ['a dead key is offered'], refused: ['web, by its own key'] }))
      .join('\n');
    for (const part of [
      '--scenario drift',
      '--at 12',
      '--fault slow',
      'slow at 12: keys.look',
      'a dead key',
      'web, by',
    ])
      expect(told).toContain(part);
    expect(tally).toMatchObject({ isSound: false, violations: 1, refused: 1 });
  });

  it('counts what it does not tell any more', () => {
    const tally = new Tally(7);
    const told = Array.from({ length: 30 }, () => tally.take(aSingle({ refused: ['web'] })).length);
    expect(told.filter((lines) => lines > 0)).toHaveLength(20);
    expect(tally.refused).toBe(30);
  });

  it('counts a boundary once, whatever went wrong at it, and only where something did', () => {
    const tally = new Tally(7);
    tally.take(aSingle());
    tally.take(aSingle({ schedule: { is: 'single', scenario: 'drift', at: 12, fault: '500' } }));
    tally.take(aSingle({ schedule: { is: 'single', scenario: 'drift', at: 13, fault: '500' }, met: [] }));
    tally.take(aSingle({ schedule: { is: 'random', number: 3 } }));
    expect(tally).toMatchObject({ singles: 3, randoms: 1 });
    expect(tally.boundaries.size).toBe(1);
  });
});

import { describe, expect, it } from 'vitest';
import { readOptions, UsageError } from './options.ts';

describe('the options of a simulation', () => {
  it('have defaults: a sample of the single faults, and random schedules from the first on', () => {
    expect(readOptions([])).toMatchObject({ every: 5, schedules: 2_000, from: 0, scenario: null, replay: null });
    expect(readOptions(['--scenario', 'drift'])).toMatchObject({ schedules: 0, scenario: 'drift' });
    expect(readOptions(['--from', '20000'])).toMatchObject({ from: 20_000 });
  });

  it.each([
    [['--schedule', '7'], { is: 'random', number: 7 }],
    [['--scenario', 'drift', '--calm'], { is: 'calm', scenario: 'drift' }],
    [['--scenario', 'drift', '--at', '3', '--fault', '429'], { is: 'single', scenario: 'drift', at: 3, fault: '429' }],
  ])('tell one schedule again by %j', (args, replay) => {
    expect(readOptions(args)).toMatchObject({ replay });
  });

  it.each([
    [['--every', '0'], 'whole number of at least 1'],
    [['--seed', 'x'], '--seed wants a whole number'],
    [['--from', '-1'], '--from'],
    [['--scenario', 'nobody'], 'There is no scenario "nobody"'],
    [['--fault', '500'], 'Say which --scenario'],
    [['--scenario', 'drift', '--at', '3'], '--at wants a --fault'],
    [['--scenario', 'drift', '--at', '3', '--fault', 'flood'], '--at wants a --fault'],
    [['--scenario', 'drift', '--schedule', '3'], 'leave --scenario out'],
    [['--speed', '9'], '--speed'],
  ])('are not understood: %j', (args, says) => {
    expect(() => readOptions(args)).toThrow(UsageError);
    expect(() => readOptions(args)).toThrow(says);
  });
});

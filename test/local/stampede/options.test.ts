import { expect, it } from 'vitest';
import { help, readOptions } from '../../../local/stampede/options.ts';

it('is as large as the documents say unless told otherwise', () => {
  const options = readOptions(['--seed', '7']);
  expect(options).toMatchObject({ processes: 4, targets: 1_000, kills: 100, skew: 480_000, speed: 1, seed: 7 });
  expect(readOptions([]).seed).not.toBe(readOptions([]).seed);
});

it('refuses what is no number in its range, and what nobody knows', () => {
  expect(() => readOptions(['--targets', 'many'])).toThrow(
    '--targets takes a whole number from 1 to 9999, not "many".',
  );
  expect(() => readOptions(['--skew', '15'])).toThrow('--skew takes a whole number from 0 to 14, not "15".');
  expect(() => readOptions(['--kill', '1'])).toThrow("Unknown option '--kill'");
});

it('is explained in 80 columns', () => {
  expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

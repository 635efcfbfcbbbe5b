import { describe, expect, it } from 'vitest';
import { help, readOptions } from '../../../local/run/options.ts';
import { scenarios } from '../../../local/scenarios/scenarios.ts';

describe('--scenario', () => {
  const chosen = (...args: string[]) => readOptions(args, {}).scenario.name;

  it('chooses what there is to rotate', () => {
    expect(chosen()).toBe('three-targets');
    expect(chosen('--scenario', 'adopt', '--once')).toBe('adopt');
    expect(chosen('--scenario=adopt')).toBe('adopt');
  });

  it('that nobody has written is refused with the names of all that there are', () => {
    expect(() => chosen('--scenario', 'adpot')).toThrow(
      'There is no scenario "adpot". There are: three-targets, adopt, laggard, stall, rollback, leaked-active, leaked-standby,',
    );
    expect(() => chosen('--scenario')).toThrow("'--scenario <value>' argument missing");
  });

  it('is explained with a line for each, in 80 columns', () => {
    for (const { name, about } of scenarios) expect(help).toMatch(new RegExp(`^  ${name} +${about}$`, 'm'));
    expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});

describe('an option that npm has kept for itself', () => {
  const underNpm = (kept: NodeJS.ProcessEnv, ...args: string[]) =>
    readOptions(args, { npm_lifecycle_event: 'start', ...kept });

  it('is missed, whatever else has come through', () => {
    expect(() => underNpm({ npm_config_once: 'true' })).toThrow('npm has kept --once for itself');
    expect(() => underNpm({ npm_config_scenario: 'adopt' }, '--once')).toThrow('npm has kept --scenario for itself');
  });

  it('is not missed where it has come through as well', () => {
    expect(underNpm({ npm_config_once: 'true' }, '--once').once).toBe(true);
  });
});

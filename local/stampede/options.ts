import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

export const help = `Host processes race over one Azurite and one local Azure: the deployed bundle in
each, triggers of all kinds for the same targets, SIGKILL and a new start at any
time, clocks that are wrong. Whether each rotation completes once, no consumer
is refused and no lease is held by two is judged from outside.

Usage: npm run stampede
       npm run --silent stampede -- --json
       npm run stampede -- --targets 100 --kills 20 --spread 5 --seed 7

  --processes N  Host processes at a time. Default: 4.
  --targets N    SignalR resources to rotate, once each. Default: 1000.
  --kills N      Processes to kill while they rotate. Default: 100.
  --skew N       Minutes by which the clock of a process may be wrong, either
                 way, anew each time that it starts. Default: 8.
  --spread N     Minutes over which the targets become due. Default: 25.
  --patience N   Minutes after which what is not done counts as never done.
                 Default: 120.
  --speed N      How fast time passes, in every process alike. Default: 1, which
                 is real time; what is left to a busy machine shrinks with it.
  --seed N       The same fleet, skews, kills and triggers again, though not the
                 same interleaving. Default: any.
  --json         Ends with one line of JSON on stdout. Progress is on stderr.
  --help         Prints this.

Exit codes: 0 every target was rotated once and nothing was violated, 1 not so,
2 options that are not understood.
`;

export interface Options {
  readonly processes: number;
  readonly targets: number;
  readonly kills: number;
  /** Milliseconds, like the others. */
  readonly skew: number;
  readonly spread: number;
  readonly patience: number;
  readonly speed: number;
  readonly seed: number;
  readonly json: boolean;
  readonly help: boolean;
}

/** Not understood: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const minute = 60_000;
/** Later ones could not be told from earlier ones by their names. */
const mostTargets = 9_999;
/** Beyond it the storage refuses to believe a request's date. */
const mostSkew = 14;

/** @throws UsageError */
export function readOptions(args: readonly string[]): Options {
  const { values } = parse(args);
  const count = (name: keyof typeof defaults, least: number, most: number): number => {
    const text = values[name] ?? defaults[name];
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new UsageError(`--${name} takes a whole number from ${least} to ${most}, not ${JSON.stringify(text)}.`);
  };
  return {
    processes: count('processes', 1, 64),
    targets: count('targets', 1, mostTargets),
    kills: count('kills', 0, 10_000),
    skew: count('skew', 0, mostSkew) * minute,
    spread: count('spread', 1, 1_440) * minute,
    patience: count('patience', 1, 1_440) * minute,
    speed: count('speed', 1, 60),
    seed: values.seed === undefined ? randomInt(2 ** 32) : count('seed', 0, 2 ** 32 - 1),
    json: values.json,
    help: values.help,
  };
}

const defaults = {
  ...{ processes: '4', targets: '1000', kills: '100', skew: '8', spread: '25', patience: '120', speed: '1' },
  seed: '',
};

function parse(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  const numbers = { processes: text, targets: text, kills: text, skew: text, spread: text, patience: text };
  const options = { ...numbers, speed: text, seed: text, json: flag, help: { ...flag, short: 'h' } } as const;
  try {
    return parseArgs({ args: [...args], options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

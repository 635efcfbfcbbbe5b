import { parseArgs } from 'node:util';
import { CannotStart } from './cannot-start.ts';

export const help = `signalr-key-rotation on this machine: local Azure, Azurite, consumers and the app itself.
Nothing leaves 127.0.0.1, and no Azure subscription is needed.

Usage: npm start
       npm start -- --once
       npm start --silent -- --once --json

  (no option)  Keeps rotating keys that age in a minute, until Ctrl+C.
  --once       Ends when each due target has completed one whole rotation, or after
               5 minutes. Exits with 0 if all of them did, nobody was refused and
               nothing is held; with 1 otherwise.
  --json       With --once: prints one JSON document on stdout, and the timeline on
               stderr. npm itself needs --silent to print nothing of its own.
  --help       Prints this.

Environment:
  PORT             Port of the HTTP surface. Default 7071; 0 takes any free one.
  ROTATION_CONFIG  A rotation.json to use instead of the generated one, whose path is
                   shown at start. It may name what exists locally, and nothing else.
  NO_COLOR         If set, no colours.

Exit codes: 0 fine, 1 failed, 2 options that are not understood.
`;

export interface Options {
  readonly once: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

/** Not understood: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): Options {
  // Without `--` npm takes the options for itself, and the run would not do what was asked.
  const taken = ['once', 'help'].filter((name) => env.npm_lifecycle_event === 'start' && env[`npm_config_${name}`]);
  if (taken.length > 0 && args.length === 0) {
    throw new UsageError(
      `npm has kept --${taken.join(' and --')} for itself: put -- before it, as npm start -- --once`,
    );
  }
  const { once, json, help } = parse(args);
  if (json && !once) throw new UsageError('--json needs --once.');
  return { once, json, help };
}

function parse(args: readonly string[]): Options {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({ args: [...args], options: { once: flag, json: flag, help: { ...flag, short: 'h' } } }).values;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Its second sentence is about positional arguments, which there are none of.
    throw new UsageError(`${message.split('. ')[0]?.replace(/\.$/, '')}.`);
  }
}

/** @throws CannotStart */
export function readPort({ PORT: text = '' }: NodeJS.ProcessEnv): number {
  if (text === '') return 7071;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new CannotStart(`PORT is no port: ${JSON.stringify(text)}. Use 0 to 65535; 0 takes any free one.`);
}

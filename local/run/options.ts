import { parseArgs } from 'node:util';
import type { Scenario } from '../scenarios/scenario.ts';
import { defaultScenario, scenarios } from '../scenarios/scenarios.ts';
import { CannotStart } from './cannot-start.ts';

const names = Math.max(...scenarios.map(({ name }) => name.length));

export const help = `signalr-key-rotation on this machine: a local Azure, Azurite, consumers and the
app itself. Nothing leaves 127.0.0.1, and no Azure subscription is needed.

Usage: npm start
       npm start -- --once
       npm start --silent -- --once --json
       npm start -- --scenario adopt

  (no option)  Keeps rotating keys that age in a minute, until Ctrl+C.
  --once       Ends when each due target has completed one whole rotation, or
               after 5 minutes. Exits with 0 if all of them did, nobody was
               refused and only that is held which the scenario wants held; with
               1 otherwise.
  --json       With --once: prints one JSON document on stdout, and the timeline
               on stderr. npm itself needs --silent to print nothing of its own.
  --scenario NAME
               What there is to rotate. Default: ${defaultScenario.name}.
  --help       Prints this.

Scenarios:
${scenarios.map(({ name, about }) => `  ${name.padEnd(names)}  ${about}`).join('\n')}

Environment:
  PORT             Port of the HTTP surface. Default 7071; 0 takes any free one.
  ROTATION_CONFIG  A rotation.json to use instead of the generated one, whose
                   path is shown at start. It may name what exists locally, and
                   nothing else.
  NO_COLOR         If set, no colours.

Exit codes: 0 fine, 1 failed, 2 options that are not understood.
`;

export interface Options {
  readonly once: boolean;
  readonly json: boolean;
  readonly help: boolean;
  readonly scenario: Scenario;
}

/** Not understood: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): Options {
  // Without `--` npm takes the options for itself, and the run would not do what was asked.
  const isTaken = (name: string) => env[`npm_config_${name}`] && !args.some((arg) => arg.startsWith(`--${name}`));
  const taken = env.npm_lifecycle_event === 'start' ? ['once', 'scenario', 'help'].filter(isTaken) : [];
  if (taken.length > 0) {
    throw new UsageError(
      `npm has kept --${taken.join(' and --')} for itself: put -- before it, as npm start -- --once`,
    );
  }
  const { once, json, help, scenario } = parse(args);
  if (json && !once) throw new UsageError('--json needs --once.');
  return { once, json, help, scenario: scenario === undefined ? defaultScenario : scenarioNamed(scenario) };
}

function parse(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  const options = { once: flag, json: flag, help: { ...flag, short: 'h' }, scenario: { type: 'string' } } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Its second sentence is about positional arguments, which there are none of.
    throw new UsageError(`${message.split('. ')[0]?.replace(/\.$/, '')}.`);
  }
}

function scenarioNamed(name: string): Scenario {
  const scenario = scenarios.find((each) => each.name === name);
  if (scenario) return scenario;
  const known = scenarios.map((each) => each.name).join(', ');
  throw new UsageError(`There is no scenario ${JSON.stringify(name)}. There are: ${known}.`);
}

/** @throws CannotStart */
export function readPort({ PORT: text = '' }: NodeJS.ProcessEnv): number {
  if (text === '') return 7071;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new CannotStart(`PORT is no port: ${JSON.stringify(text)}. Use 0 to 65535; 0 takes any free one.`);
}

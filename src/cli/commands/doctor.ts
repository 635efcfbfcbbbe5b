import { existsSync } from 'node:fs';
import { type AppAccess, type AppOptions, appAccess } from '../app-access.ts';
import { addAccessOptions } from '../app-command.ts';
import type { Cli } from '../cli.ts';
import { appClient } from '../client.ts';
import { cloudIn } from '../cloud.ts';
import { DescribedCommand } from '../described.ts';
import { type Check, note } from '../doctor/check.ts';
import { checkApp } from '../doctor/check-app.ts';
import { checkFile } from '../doctor/check-file.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { LiveView } from '../terminal/live-view.ts';

interface Options extends AppOptions {
  readonly config?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** Configuration, reachability, rights, and everything that stands in the way, at once and each with its remedy. */
export const doctor = (cli: Cli): DescribedCommand => {
  const command = new DescribedCommand('doctor')
    .summary('Configuration, reachability and permissions: everything that stands in the way, each with its remedy.')
    .description(
      'Configuration, reachability and permissions: everything that stands in the way, each with its remedy. A rotation.json in this folder is read as the app would read it; the app is asked how it is, what you may do, and for the plan of each target, for which it looks at Azure now. Nothing is changed.',
    )
    .argument('[targets...]', 'only these; default: the 100 neediest')
    .option('--config <path>', 'the rotation.json to check; default: the one in this folder, if there is one')
    .option('--all', 'every target, which takes a while in a large fleet')
    .option('--json', 'print JSON for programs');
  addAccessOptions(command);
  command
    .example('doctor', 'before you call somebody')
    .example('doctor --config rotation.json', 'in a pull request: without an address only the file is checked')
    .example('doctor chat-prod --json', 'one target, for a program')
    .exitsWith(EXIT.done, 'nothing stands in the way')
    .exitsWith(EXIT.person, 'there are blockers, each printed with its remedy; an app that does not answer is one');
  command.action(async () => {
    cli.ended.with = await run(command.args, command.opts(), cli);
  });
  return command;
};

async function run(targets: readonly string[], options: Options, cli: Cli): Promise<ExitCode> {
  const { config, all = false, json = false } = options;
  const path = config ?? (existsSync('rotation.json') ? 'rotation.json' : null);
  const access = accessOrNull(options, path !== null, cli);
  const asApp = { development: access?.isLocal ?? false, cloud: cloudIn(cli.env) };
  const checks: Check[] = path === null ? [] : [...checkFile(path, asApp)];
  if (access === null)
    checks.push(
      note('the app', 'NotAsked', 'No address is given, so only the file was checked.', 'Give --url, or --local.'),
    );
  else {
    const live = new LiveView(cli.err);
    let doing = '';
    live.show(() => [doing]);
    try {
      const onProgress = (now: string): void => {
        doing = now;
      };
      checks.push(...(await checkApp({ targets, all, onProgress }, appClient(access, cli.env))));
    } finally {
      live.end();
    }
  }
  const blockers = checks.filter(({ is }) => is === 'blocker');
  if (json) cli.out.json({ ok: blockers.length === 0, checks });
  else show(checks, blockers.length, cli);
  return blockers.length === 0 ? EXIT.done : EXIT.person;
}

/** A file alone can be checked without any app. @throws Failure */
function accessOrNull(options: Options, hasFile: boolean, cli: Cli): AppAccess | null {
  const isGiven = options.url !== undefined || options.local || Boolean(cli.env.SIGNALR_KEY_ROTATION_URL);
  return isGiven || !hasFile ? appAccess(options, cli) : null;
}

const MARKS = { fine: ['green', '✓'], note: ['yellow', '!'], blocker: ['red', '✗'] } as const;

function show(checks: readonly Check[], blockers: number, { out }: Cli): void {
  for (const { about, is, text, code, remedy, detail = {} } of checks) {
    const [style, mark] = MARKS[is];
    const named = is === 'blocker' ? `${out.paint('red', code)}: ` : '';
    out.line(`${out.paint(style, mark)} ${out.paint('bold', about)}  ${named}${text}`);
    for (const [name, value] of Object.entries(detail)) {
      out.line(`    ${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
    }
    if (remedy !== null) out.line(`    What to do: ${remedy}`);
  }
  out.line();
  out.line(
    blockers === 0
      ? 'Nothing stands in the way.'
      : `${blockers} ${blockers === 1 ? 'thing stands' : 'things stand'} in the way.`,
  );
}

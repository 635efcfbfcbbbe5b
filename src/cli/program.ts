import software from '../../package.json' with { type: 'json' };
import type { Cli } from './cli.ts';
import { ack } from './commands/ack.ts';
import { completion } from './commands/completion.ts';
import { compromise } from './commands/compromise.ts';
import { connectionString } from './commands/connection-string.ts';
import { doctor } from './commands/doctor.ts';
import { forget } from './commands/forget.ts';
import { freeze } from './commands/freeze.ts';
import { history } from './commands/history.ts';
import { init } from './commands/init.ts';
import { plan } from './commands/plan.ts';
import { refresh } from './commands/refresh.ts';
import { report } from './commands/report.ts';
import { retire } from './commands/retire.ts';
import { rollback } from './commands/rollback.ts';
import { rotate } from './commands/rotate.ts';
import { status } from './commands/status.ts';
import { unfreeze } from './commands/unfreeze.ts';
import { DescribedCommand, PROGRAM } from './described.ts';

/** In the order of the help. */
const GROUPS = {
  'Look:': [report, status, plan, history, doctor],
  'Order:': [rotate, compromise, ack, rollback, retire, forget, freeze, unfreeze, refresh],
  'Without an app:': [init, connectionString],
} as const;

/** The whole command line. */
export function programOf(cli: Cli): DescribedCommand {
  const program = new DescribedCommand(PROGRAM)
    .description(
      'Rotates the access keys of Azure SignalR Service without breaking a consumer: the terminal of the app.',
    )
    .version(software.version, '-v, --version', 'print the version')
    .helpCommand(true)
    .showSuggestionAfterError(true);
  for (const [group, commands] of Object.entries(GROUPS)) {
    program.commandsGroup(group);
    for (const command of commands) program.addCommand(command(cli));
  }
  program.commandsGroup('More:').addCommand(completion(cli, () => program));
  return program
    .example('status --local', 'what goes on in the app of npm start')
    .example(
      'rotate chat-prod --wait --url https://my-rotation.azurewebsites.net',
      'with a function key in SIGNALR_KEY_ROTATION_KEY',
    );
}

import { randomUUID } from 'node:crypto';
import { type AppOptions, appAccess } from './app-access.ts';
import type { Cli } from './cli.ts';
import { type AppClient, appClient } from './client.ts';
import { DescribedCommand } from './described.ts';
import type { ExitCode } from './exit-code.ts';

export interface CommonOptions extends AppOptions {
  readonly json?: boolean;
}

/** What a command of the app does. */
export type AppAction<Options> = (use: {
  readonly app: AppClient;
  readonly cli: Cli;
  readonly options: Options & CommonOptions;
  /** As they were named, in order; one that was left out is undefined. */
  readonly args: readonly (string | undefined)[];
}) => Promise<ExitCode>;

/** A command that talks to the app: how it is reached is said alike everywhere. */
export function appCommand<Options>(
  cli: Cli,
  { name, summary, about }: { readonly name: string; readonly summary: string; readonly about?: string },
  action: AppAction<Options>,
): DescribedCommand {
  const command = new DescribedCommand(name)
    .summary(summary)
    .description(about === undefined ? summary : `${summary} ${about}`)
    .option('--json', 'print JSON for programs');
  addAccessOptions(command);
  command.action(async () => {
    const options = command.opts<Options & CommonOptions>();
    const app = appClient(appAccess(options, cli), cli.env);
    cli.ended.with = await action({ app, cli, options, args: command.args });
  });
  return command;
}

/** What docs/cli.md tells once for all commands. */
export const ACCESS = 'Which app, and who asks:';

export function addAccessOptions(command: DescribedCommand): void {
  command
    .optionsGroup(ACCESS)
    .option('--url <url>', 'address of the app; else SIGNALR_KEY_ROTATION_URL')
    .option('--local', 'the app that npm start runs on this machine')
    .option('--audience <uri>', 'ask with a token of Entra for api://<client id>; else SIGNALR_KEY_ROTATION_AUDIENCE')
    .option('--key-file <path>', 'ask with the function key in this file; else SIGNALR_KEY_ROTATION_KEY')
    .optionsGroup('Options:');
}

/** For orders that the app counts once by their id. */
export const addIdOption = (command: DescribedCommand): DescribedCommand =>
  command.option('--id <id>', 'id of the order, such as a change number: the same id counts once in 7 days');

export const idOf = ({ id }: { readonly id?: string }): string => id ?? randomUUID();

/** A name in an address. */
export const inPath = (name: string | undefined): string => encodeURIComponent(name ?? '');

import { type Command, CommanderError } from 'commander';
import { type Cli, cliOf } from './cli.ts';
import { PROGRAM } from './described.ts';
import { EXIT } from './exit-code.ts';
import { programOf } from './program.ts';
import { refuseKeys } from './refuse-keys.ts';
import { failureDocument, failureOf, showFailure } from './render/failure.ts';

/** Runs one command line. @returns the exit code */
export async function run(process: NodeJS.Process): Promise<number> {
  const args = process.argv.slice(2);
  const cli = cliOf(process);
  const program = programOf(cli);
  for (const command of allOf(program)) {
    command.exitOverride();
    command.configureOutput({
      writeOut: (text) => cli.out.document(text),
      writeErr: (text) => cli.err.document(text),
      outputError: (text, write) =>
        write(text.replace(/^error: (.)/, (_, first: string) => `Error: ${first.toUpperCase()}`)),
    });
    command.showHelpAfterError(`See ${PROGRAM}${pathOf(command)} --help.`);
  }
  try {
    refuseKeys(args);
    await program.parseAsync(args, { from: 'user' });
    return cli.ended.with;
  } catch (error) {
    return fail(error, args.includes('--json'), cli);
  } finally {
    await Promise.all([cli.out.flushed(), cli.err.flushed()]);
  }
}

function fail(error: unknown, isJson: boolean, { out, err }: Cli): number {
  // It has said so itself: help, the version, or what it does not understand.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const failure = failureOf(error);
  showFailure(failure, err);
  if (isJson) out.json(failureDocument(failure));
  return failure.exitCode;
}

const allOf = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(allOf)];

const pathOf = (command: Command): string =>
  command.parent === null ? '' : `${pathOf(command.parent)} ${command.name()}`;

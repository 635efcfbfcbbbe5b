import { ConnectionStringError } from '../../connection-string/errors.ts';
import type { Cli } from '../cli.ts';
import { DescribedCommand } from '../described.ts';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';

/** A command that asks nobody. */
export function offlineCommand<Options>(
  cli: Cli,
  { name, summary, about }: { readonly name: string; readonly summary: string; readonly about?: string },
  action: (options: Options & { readonly json?: boolean }) => Promise<void>,
): DescribedCommand {
  const command = new DescribedCommand(name)
    .summary(summary)
    .description(about === undefined ? summary : `${summary} ${about}`)
    .option('--json', 'print JSON for programs');
  return command.action(async () => {
    await readable(action(command.opts()));
    cli.ended.with = EXIT.done;
  });
}

/** The library's words name the property and what to do, and hold nothing of the text. */
async function readable(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof ConnectionStringError)) throw error;
    throw new Failure(error.message, { code: error.code, remedy: 'Correct it, and ask again.' });
  }
}

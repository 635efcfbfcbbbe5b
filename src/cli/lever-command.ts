import type { z } from 'zod';
import { addIdOption, appCommand, idOf, inPath } from './app-command.ts';
import type { Cli } from './cli.ts';
import type { DescribedCommand } from './described.ts';
import { EXIT } from './exit-code.ts';

interface LeverOptions {
  readonly why: string;
  readonly dryRun?: boolean;
  readonly id?: string;
}

interface Lever<S extends z.ZodType, Options> {
  readonly name: string;
  readonly summary: string;
  readonly about: string;
  readonly schema: S;
  readonly body?: (options: Options) => Readonly<Record<string, unknown>>;
  /** What is done, in a sentence that fits a dry run as well. */
  readonly told: (answer: z.infer<S>) => string;
}

/** A command for what a person under pressure decides where evidence does not come. */
export function leverCommand<S extends z.ZodType, Options = object>(
  cli: Cli,
  { name, summary, about, schema, body = () => ({}), told }: Lever<S, Options>,
): DescribedCommand {
  const command = appCommand<LeverOptions & Options>(
    cli,
    { name, summary, about },
    async ({ app, options, args: [target] }) => {
      const { why, dryRun, json } = options;
      const answer = await app.json(`targets/${inPath(target)}/${name}`, schema, {
        method: 'POST',
        id: idOf(options),
        body: { why, dryRun, ...body(options) },
      });
      if (json) cli.out.json(answer);
      else cli.out.line(`${dryRun ? 'Nothing is done. Without --dry-run: ' : ''}${told(answer)}`);
      return EXIT.done;
    },
  );
  return addIdOption(command)
    .argument('<target>', 'its name in rotation.json')
    .requiredOption('--why <text>', 'the reason, for the receipt')
    .option('--dry-run', 'say what would happen, and do nothing')
    .exitsWith(
      EXIT.done,
      'the order is durable, and a worker takes it up within seconds; with --dry-run: it could be given',
    )
    .exitsWith(EXIT.failed, 'or there is nothing that it could be applied to');
}

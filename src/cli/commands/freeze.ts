import { freezeAllSchema, freezeSchema } from '../../app/answer-schemas.ts';
import { appCommand } from '../app-command.ts';
import type { Cli } from '../cli.ts';
import type { DescribedCommand } from '../described.ts';
import { EXIT } from '../exit-code.ts';
import { usage } from '../failure.ts';
import { scopeOf } from '../freeze-scope.ts';
import { endIn } from '../times.ts';

interface Options {
  readonly all?: boolean;
  readonly until?: string;
  readonly for?: string;
  readonly why: string;
}

/** Leaves a target, or all, alone until a time. */
export const freeze = (cli: Cli): DescribedCommand =>
  appCommand<Options>(
    cli,
    {
      name: 'freeze',
      summary: 'Leaves a target, or all, alone until a time: no step of a rotation is taken.',
      about: 'Dead keys are still repaired, and a compromise is answered all the same.',
    },
    async ({ app, options, args: [target] }) => {
      const scope = scopeOf(target, options);
      const until = endIn(options);
      if (until === undefined) throw usage('Say how long: --until 2026-12-27T06:00:00Z, or --for 2d.');
      const order = { method: 'POST', body: { until, why: options.why } } as const;
      const found = scope.all
        ? await app.json(scope.path, freezeAllSchema, order)
        : await app.json(scope.path, freezeSchema, order);
      if (options.json) cli.out.json(found);
      else cli.out.line(`${scope.name} frozen until ${found.until}.`);
      return EXIT.done;
    },
  )
    .argument('[target]', 'its name in rotation.json')
    .option('--all', 'every target')
    .option('--until <time>', 'its end, like 2026-12-27T06:00:00Z')
    .option('--for <duration>', 'the same, counted from now: P2D, 12h')
    .requiredOption('--why <text>', 'the reason, for whoever finds it frozen')
    .example('freeze chat-prod --for 2d --why "a migration"', 'one target')
    .example('freeze --all --until 2026-12-27T06:00:00Z --why "the holidays"', 'all of them')
    .exitsWith(EXIT.done, 'frozen, in place of an earlier freeze');

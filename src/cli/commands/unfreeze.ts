import { unfreezeAllSchema, unfreezeSchema } from '../../app/answer-schemas.ts';
import { appCommand } from '../app-command.ts';
import type { Cli } from '../cli.ts';
import type { DescribedCommand } from '../described.ts';
import { EXIT } from '../exit-code.ts';
import { scopeOf } from '../freeze-scope.ts';

/** Lifts the freeze of a target, or of all. */
export const unfreeze = (cli: Cli): DescribedCommand =>
  appCommand<{ readonly all?: boolean }>(
    cli,
    {
      name: 'unfreeze',
      summary: 'Lifts the freeze of a target, or of all.',
      about: 'With --all the pause of the fleet after stalled targets is lifted as well.',
    },
    async ({ app, options, args: [target] }) => {
      const scope = scopeOf(target, options);
      const order = { method: 'DELETE' } as const;
      const found = scope.all
        ? await app.json(scope.path, unfreezeAllSchema, order)
        : await app.json(scope.path, unfreezeSchema, order);
      if (options.json) cli.out.json(found);
      else cli.out.line(`${scope.name} not frozen any more.`);
      return EXIT.done;
    },
  )
    .argument('[target]', 'its name in rotation.json')
    .option('--all', 'the freeze of all, and the pause of the fleet')
    .example('unfreeze chat-prod', 'one target')
    .example('unfreeze --all', 'once the stalled targets are looked at')
    .exitsWith(EXIT.done, 'not frozen, whether it was or not');

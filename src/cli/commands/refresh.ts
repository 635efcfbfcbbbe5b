import { refreshSchema } from '../../app/answer-schemas.ts';
import { several } from '../../views/names.ts';
import { appCommand } from '../app-command.ts';
import type { Cli } from '../cli.ts';
import type { DescribedCommand } from '../described.ts';
import { EXIT } from '../exit-code.ts';

/** Has every target looked at anew. */
export const refresh = (cli: Cli): DescribedCommand =>
  appCommand(cli, { name: 'refresh', summary: 'Has the app look at every target anew.' }, async ({ app, options }) => {
    const found = await app.json('report/refresh', refreshSchema, { method: 'POST', body: {} });
    const { targets, enqueued } = found;
    if (options.json) cli.out.json(found);
    else {
      const rest = enqueued < targets ? ' The next sweeps find the others.' : '';
      cli.out.line(`A look at ${several(targets, 'target')} is asked for.${rest}`);
    }
    return EXIT.done;
  })
    .example('refresh', 'before you read the report')
    .exitsWith(EXIT.done, 'asked for; the looks come within seconds to minutes');

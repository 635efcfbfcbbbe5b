import { redact } from '../../connection-string/redact.ts';
import type { Cli } from '../cli.ts';
import type { DescribedCommand } from '../described.ts';
import { EXIT } from '../exit-code.ts';
import { offlineCommand } from './offline-command.ts';

/** Makes connection strings fit to be shown. */
export const redactCommand = (cli: Cli): DescribedCommand =>
  offlineCommand<object>(
    cli,
    {
      name: 'redact',
      summary: 'Masks what is secret in connection strings, one a line, so that they can be shown.',
      about: 'Of a text that is none, nothing is left.',
    },
    async ({ json }) => {
      const lines = (await cli.input.secret('connection string')).split(/\r?\n/).map(redact);
      if (json) cli.out.json(lines);
      else cli.out.lines(lines);
    },
  )
    .example('connection-string redact < string.txt', 'before you paste it into a ticket')
    .exitsWith(EXIT.done, 'printed');

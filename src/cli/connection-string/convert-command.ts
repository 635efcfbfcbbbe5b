import { Option } from 'commander';
import { parse } from '../../connection-string/parse.ts';
import { several } from '../../views/names.ts';
import type { Cli } from '../cli.ts';
import type { DescribedCommand } from '../described.ts';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import { table } from '../terminal/table.ts';
import { checkedName, ENDPOINT_TYPES, type EndpointType } from './endpoint.ts';
import { offlineCommand } from './offline-command.ts';
import { readSettings } from './read-settings.ts';
import { refuseOnTerminal, type ShowOptions, showEndpoints } from './show.ts';
import { SPELLING_NAMES, SPELLINGS } from './spelling.ts';

interface Options extends ShowOptions {
  readonly name?: string;
  readonly type?: EndpointType;
}

/** From one place where configuration is kept to another. */
export const convertCommand = (cli: Cli): DescribedCommand =>
  offlineCommand<Options>(
    cli,
    {
      name: 'convert',
      summary:
        'Writes connection strings in the spelling of another place: environment, Key Vault, Functions and so on.',
      about: 'What comes in may be spelt in any of them, and hold several endpoints; names and types are kept.',
    },
    async (options) => {
      refuseOnTerminal(options, cli);
      const { name, type } = options;
      const { endpoints, others } = readSettings(await cli.input.secret('connection string or settings'));
      for (const { connectionString } of endpoints) parse(connectionString);
      const [first, ...more] = endpoints;
      if ((name !== undefined || type !== undefined) && more.length > 0) {
        throw new Failure('--name and --type are for one endpoint, and more came in.');
      }
      const named = {
        ...first,
        ...(name !== undefined && { name: checkedName(name, type ?? null) }),
        ...(type !== undefined && { type }),
      };
      showEndpoints(first === undefined ? [] : [{ ...first, ...named }, ...more], options, cli);
      if (others > 0)
        cli.err.line(
          `${several(others, 'setting')} had nothing to do with SignalR and ${others === 1 ? 'is' : 'are'} left out.`,
        );
    },
  )
    .addOption(new Option('--to <spelling>', 'what to write').choices(SPELLING_NAMES).makeOptionMandatory())
    .option('--name <name>', 'another name for the endpoint')
    .addOption(new Option('--type <type>', 'another type for the endpoint').choices(ENDPOINT_TYPES))
    .option('--show-secret', 'show what is secret, into a file or a pipe')
    .addHelpText(
      'after',
      ['', 'Spellings:', ...table(Object.entries(SPELLINGS).map(([each, what]) => [`  ${each}`, what]))].join('\n'),
    )
    .example(
      'connection-string convert --to env --name east --type primary < string.txt',
      'a string as one of several endpoints',
    )
    .example('connection-string convert --to key-vault < .env', 'from environment variables to names of secrets')
    .example(
      'connection-string convert --to functions-identity < string.txt',
      'from azure.msi to settings of Functions',
    )
    .exitsWith(EXIT.done, 'printed');

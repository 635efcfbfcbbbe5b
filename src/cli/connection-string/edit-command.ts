import { replaceAccessKey } from '../../connection-string/edit.ts';
import type { Cli } from '../cli.ts';
import type { DescribedCommand } from '../described.ts';
import { EXIT } from '../exit-code.ts';
import { Failure, usage } from '../failure.ts';
import { editProperties, propertyIn, REMOVABLE, SETTABLE, settingIn } from './edit-properties.ts';
import { offlineCommand } from './offline-command.ts';
import { readSettings } from './read-settings.ts';
import { refuseOnTerminal, type ShowOptions, showEndpoints } from './show.ts';

interface Options extends ShowOptions {
  readonly set?: readonly string[];
  readonly remove?: readonly string[];
  readonly newKey?: boolean;
}

/** Changes properties of a connection string and leaves every other byte as it was. */
export const editCommand = (cli: Cli): DescribedCommand =>
  offlineCommand<Options>(
    cli,
    {
      name: 'edit',
      summary: 'Changes a connection string: another key, another property; every other byte stays.',
      about: 'What comes out is checked as an SDK would read it.',
    },
    async (options) => {
      refuseOnTerminal(options, cli);
      const set = (options.set ?? []).map(settingIn);
      const remove = (options.remove ?? []).map((name) => propertyIn(name, REMOVABLE, '--remove'));
      if (set.length + remove.length === 0 && !options.newKey)
        throw usage('Say what to change: --set, --remove or --new-key.');
      const [text = '', newKey] = await cli.input.secrets([
        'connection string',
        ...(options.newKey ? ['new key'] : []),
      ]);
      const [endpoint, ...others] = readSettings(text).endpoints;
      if (endpoint === undefined || others.length > 0) throw new Failure('One connection string is edited at a time.');
      const { connectionString } = endpoint;
      const keyed = newKey === undefined ? connectionString : replaceAccessKey(connectionString, newKey.trim());
      showEndpoints([{ ...endpoint, connectionString: editProperties(keyed, { set, remove }) }], options, cli);
    },
  )
    .option('--set <property=value...>', `one of ${SETTABLE.join(', ')}`)
    .option('--remove <property...>', `one of ${REMOVABLE.join(', ')}`)
    .option('--new-key', 'another AccessKey: the second line of standard input, or typed when asked for')
    .option('--show-secret', 'show what is secret, into a file or a pipe')
    .example(
      'connection-string edit --remove AccessKey --set AuthType=azure.msi < string.txt',
      'from a key to a managed identity',
    )
    .example(
      'connection-string edit --set ClientEndpoint=https://gateway.example < string.txt',
      'a gateway for clients',
    )
    .example(
      'connection-string edit --new-key --show-secret < two-lines.txt > new.txt',
      'another key: the connection string on the first line, the key on the second',
    )
    .exitsWith(EXIT.done, 'printed');

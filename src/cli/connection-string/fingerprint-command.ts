import type { Cli } from '../cli.ts';
import type { DescribedCommand } from '../described.ts';
import { EXIT } from '../exit-code.ts';
import { fingerprintFromInput } from '../key-from-input.ts';
import { offlineCommand } from './offline-command.ts';

/** The name by which the app and its report know a key. */
export const fingerprintCommand = (cli: Cli): DescribedCommand =>
  offlineCommand<object>(
    cli,
    {
      name: 'fingerprint',
      summary: 'Prints the fingerprint of a key, by which the report knows it.',
      about: 'sha256: and the first 16 hex digits of SHA-256 over the key.',
    },
    async ({ json }) => {
      const fingerprint = await fingerprintFromInput(cli.input);
      if (json) cli.out.json({ fingerprint });
      else cli.out.line(fingerprint);
    },
  )
    .example('connection-string fingerprint < key.txt', 'of a bare key, or of a connection string')
    .exitsWith(EXIT.done, 'printed')
    .exitsWith(EXIT.failed, 'there is no key in it');

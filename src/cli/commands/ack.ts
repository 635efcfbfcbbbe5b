import { ackSchema } from '../../app/answer-schemas.ts';
import { shortSecret } from '../../views/names.ts';
import { appCommand, inPath } from '../app-command.ts';
import type { Cli } from '../cli.ts';
import type { DescribedCommand } from '../described.ts';
import { EXIT } from '../exit-code.ts';
import { usage } from '../failure.ts';
import { fingerprintFromInput } from '../key-from-input.ts';
import { table } from '../terminal/table.ts';

interface Options {
  readonly secret?: string;
  readonly secretVersion?: string;
  readonly fingerprint?: string;
  readonly entra?: boolean;
  readonly fromStdin?: boolean;
}

/** Says what a consumer uses now, for one that cannot say so itself. */
export const ack = (cli: Cli): DescribedCommand =>
  appCommand<Options>(
    cli,
    {
      name: 'ack',
      summary: 'Says what a consumer uses now, where it cannot say so itself.',
      about: 'The app believes it, and regenerates the key that you say it has left: look before you say it.',
    },
    async ({ app, options, args: [target, consumer] }) => {
      const { secret, secretVersion: version, fingerprint, entra, fromStdin, json } = options;
      if ([version, fingerprint, entra, fromStdin].filter(Boolean).length !== 1) {
        throw usage('Say what it uses: one of --secret-version, --fingerprint, --from-stdin or --entra.');
      }
      const named = fromStdin ? await fingerprintFromInput(cli.input) : fingerprint;
      const found = await app.json(`targets/${inPath(target)}/acks`, ackSchema, {
        method: 'POST',
        body: { consumer, secret, version, fingerprint: named, ...(entra && { auth: 'entra' }) },
      });
      if (json) cli.out.json(found);
      else {
        cli.out.line(`${found.consumer} is now believed to use:`);
        const rows = found.believed.map((each) => [
          `  ${shortSecret(each.secret)}`,
          each.auth === 'entra' ? 'Entra, and no key' : (each.fingerprint ?? `version ${each.version}`),
        ]);
        cli.out.lines(table(rows));
      }
      return EXIT.done;
    },
  )
    .argument('<target>', 'its name in rotation.json')
    .argument('<consumer>', 'its name there')
    .option('--secret <address>', 'the one secret that is meant; default: all that it reads')
    .option('--secret-version <version>', 'it uses this version: 32 hex digits')
    .option('--fingerprint <fingerprint>', 'it uses this key: sha256: and 16 hex digits')
    .option('--from-stdin', 'it uses the key that comes in on standard input; only its fingerprint is sent')
    .option('--entra', 'it signs in with Entra and uses no key')
    .example('ack chat-prod web --fingerprint sha256:e863e71302a7a0f1', 'you have seen it restart with the new key')
    .example('ack chat-prod web --entra', 'it needs no key any more')
    .exitsWith(EXIT.done, 'taken down')
    .exitsWith(EXIT.person, 'what was said is superseded: the consumer is on an old key, and has to be restarted');

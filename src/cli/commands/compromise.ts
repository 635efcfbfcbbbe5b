import { Option } from 'commander';
import { compromiseSchema } from '../../app/answer-schemas.ts';
import { addIdOption, appCommand, idOf, inPath } from '../app-command.ts';
import type { Cli } from '../cli.ts';
import type { DescribedCommand } from '../described.ts';
import { EXIT } from '../exit-code.ts';
import { usage } from '../failure.ts';
import { addWaitOptions, checkWait, followOrder } from '../follow-order.ts';
import { fingerprintFromInput } from '../key-from-input.ts';
import { timeIn } from '../times.ts';
import { beforeOrder } from '../wait-for-rotation.ts';

interface Options {
  readonly slot?: string;
  readonly fingerprint?: string;
  readonly fromStdin?: boolean;
  readonly reportedAt?: string;
  readonly onTimeout?: string;
  readonly why?: string;
  readonly wait?: boolean;
  readonly giveUpAfter?: string;
  readonly id?: string;
}

const MEANT = {
  active: 'the key that consumers use now: they are moved to the other one, then it is regenerated',
  standby: 'the key that nobody uses: it is regenerated at once',
  outgoing: 'the key that consumers are leaving: the running rotation hurries',
  both: 'both keys: consumers are moved, and both are regenerated',
  dead: 'a key that is in neither slot: nothing is to be done',
} as const;

/** Says that a key may be in the wrong hands. */
export const compromise = (cli: Cli): DescribedCommand =>
  addWaitOptions(
    addIdOption(
      appCommand<Options>(
        cli,
        {
          name: 'compromise',
          summary: 'Says that a key may be in the wrong hands; it is answered within seconds.',
          about: 'Without --slot, --fingerprint or --from-stdin both keys are meant.',
        },
        async ({ app, options, args: [target = ''] }) => {
          const { slot, fingerprint, fromStdin, reportedAt, onTimeout, why, wait, json } = options;
          if ([slot, fingerprint, fromStdin].filter(Boolean).length > 1) {
            throw usage('--slot, --fingerprint and --from-stdin exclude each other.');
          }
          checkWait(options);
          const at = reportedAt === undefined ? undefined : timeIn(reportedAt, '--reported-at');
          const named = fromStdin ? await fingerprintFromInput(cli.input) : fingerprint;
          if (fromStdin) cli.err.line(`The key is ${named}; nothing else of it is sent.`);
          const before = wait ? await beforeOrder(target, app) : null;
          const answer = await app.json(`targets/${inPath(target)}/compromise`, compromiseSchema, {
            method: 'POST',
            id: idOf(options),
            body: { fingerprint: named, slot, reportedAt: at, onTimeout, why },
          });
          if (json && before === null) cli.out.json(answer);
          if (!json) {
            const meant = answer.class === null ? 'what it means is told by the next look' : MEANT[answer.class];
            cli.out.line(`Reported for ${target}: ${meant}.`);
            cli.out.line(`The report is ${answer.request}.`);
          }
          if (before === null || answer.class === 'dead') {
            if (json && before !== null) cli.out.json(answer);
            return EXIT.done;
          }
          return followOrder({ target, before, rotation: null, answer }, options, app, cli);
        },
      ),
    ),
  )
    .argument('<target>', 'its name in rotation.json')
    .addOption(
      new Option('--slot <slot>', 'the key that this slot held at --reported-at').choices(['primary', 'secondary']),
    )
    .option('--fingerprint <fingerprint>', 'the key, as sha256: and 16 hex digits')
    .option('--from-stdin', 'the key or connection string comes in on standard input; only its fingerprint is sent')
    .option('--reported-at <time>', 'when it was noticed, like 2026-12-27T06:00:00Z; default now')
    .addOption(
      new Option('--on-timeout <what>', 'for consumers that do not switch in time; default: the policy').choices([
        'hold',
        'retire',
      ]),
    )
    .option('--why <text>', 'the reason, for the receipt')
    .example('compromise chat-prod --from-stdin < leaked.txt', 'the leaked text is at hand')
    .example('compromise chat-prod --slot primary --why "shown in a call" --wait', 'and watch the answer')
    .exitsWith(EXIT.done, 'reported; with --wait: answered, or there was nothing to do')
    .exitsWith(EXIT.failed, 'or with --give-up-after: it is not answered by then')
    .exitsWith(EXIT.person, 'with --wait: held, rolled back, or nothing has begun');

import { retireSchema } from '../../app/answer-schemas.ts';
import { listed } from '../../views/names.ts';
import type { Cli } from '../cli.ts';
import type { DescribedCommand } from '../described.ts';
import { leverCommand } from '../lever-command.ts';

/** Regenerates the outgoing key although those named may still use it. */
export const retire = (cli: Cli): DescribedCommand =>
  leverCommand<typeof retireSchema, { readonly giveUp: readonly string[] }>(cli, {
    name: 'retire',
    summary: 'Goes on without the consumers that are named, who may be refused from then on.',
    about:
      'Name everybody who is awaited, and nobody else: status lists them. Readers that nobody listed are called unlisted.',
    schema: retireSchema,
    body: ({ giveUp }) => ({ givenUp: giveUp }),
    told: ({ target, slot, fingerprint, givenUp }) =>
      `the ${slot} key ${fingerprint} of ${target} is regenerated without waiting for ${listed(givenUp)}.`,
  })
    .requiredOption('--give-up <consumer...>', 'who is given up')
    .example('retire chat-prod --give-up nightly-report --why "switched off in May" --dry-run', 'whom would it hit?')
    .example('retire chat-prod --give-up nightly-report web --why "gone"', 'give two of them up');

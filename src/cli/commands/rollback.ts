import { rollBackSchema } from '../../app/answer-schemas.ts';
import type { Cli } from '../cli.ts';
import type { DescribedCommand } from '../described.ts';
import { leverCommand } from '../lever-command.ts';
import { endIn } from '../times.ts';

/** Publishes the outgoing key again and ends the rotation. */
export const rollback = (cli: Cli): DescribedCommand =>
  leverCommand<typeof rollBackSchema, { readonly until?: string; readonly for?: string }>(cli, {
    name: 'rollback',
    summary: 'Goes back: publishes the key that consumers are leaving once more, and ends the rotation.',
    about: 'Possible until that key is being regenerated. Scheduled rotations of the target then pause.',
    schema: rollBackSchema,
    body: (options) => ({ until: endIn(options) }),
    told: ({ target, slot, fingerprint, until }) =>
      `${target} goes back to its ${slot} key ${fingerprint}; no scheduled rotation begins before ${until}.`,
  })
    .option('--until <time>', 'when scheduled rotations go on; default: after rotateAfter')
    .option('--for <duration>', 'the same, counted from now: P2D, 12h')
    .example('rollback chat-prod --why "web cannot restart" --dry-run', 'would it be possible?')
    .example('rollback chat-prod --why "web cannot restart" --for 2d', 'go back, and leave it alone for two days');

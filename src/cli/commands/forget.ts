import { forgetSchema } from '../../app/answer-schemas.ts';
import type { Cli } from '../cli.ts';
import type { DescribedCommand } from '../described.ts';
import { leverCommand } from '../lever-command.ts';

/** Drops the rotation of a target that rotation.json no longer names. */
export const forget = (cli: Cli): DescribedCommand =>
  leverCommand(cli, {
    name: 'forget',
    summary: 'Lets go of a target that was taken out of rotation.json in the middle of a rotation.',
    about: 'Its keys and secrets stay as they are.',
    schema: forgetSchema,
    told: ({ target, rotation }) =>
      `${target} is forgotten${rotation === null ? '' : `, and with it rotation ${rotation}`}.`,
  }).example('forget chat-old --why "the resource is gone"', 'it will not come back');

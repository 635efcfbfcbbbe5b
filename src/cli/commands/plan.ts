import { planSchema } from '../../app/answer-schemas.ts';
import { appCommand, inPath } from '../app-command.ts';
import type { Cli } from '../cli.ts';
import type { DescribedCommand } from '../described.ts';
import { EXIT } from '../exit-code.ts';
import { planLines } from '../render/plan-lines.ts';

/** What would happen next, and everything that stands in the way. */
export const plan = (cli: Cli): DescribedCommand =>
  appCommand(
    cli,
    {
      name: 'plan',
      summary: 'What would happen next with a target, and everything that stands in the way.',
      about:
        'The app looks at the target now and changes nothing. rotate --dry-run plans a rotation that nobody has asked for.',
    },
    async ({ app, options, args: [target] }) => {
      const found = await app.json(`targets/${inPath(target)}/plan`, planSchema);
      if (options.json) cli.out.json(found);
      else cli.out.lines(planLines(found, cli.out.paint));
      return found.blockers.length > 0 ? EXIT.person : EXIT.done;
    },
  )
    .argument('<target>', 'its name in rotation.json')
    .example('plan chat-prod', 'before you change anything')
    .exitsWith(EXIT.done, 'nothing stands in the way')
    .exitsWith(EXIT.person, 'there are blockers, each printed with its remedy');

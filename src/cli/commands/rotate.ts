import { rotatePlanSchema } from '../../app/answer-schemas.ts';
import { distance } from '../../views/times.ts';
import { rotateAnswer } from '../answers.ts';
import { addIdOption, appCommand, inPath } from '../app-command.ts';
import type { Cli } from '../cli.ts';
import type { DescribedCommand } from '../described.ts';
import { EXIT } from '../exit-code.ts';
import { addWaitOptions, checkWait, followOrder } from '../follow-order.ts';
import { planLines } from '../render/plan-lines.ts';
import { beforeOrder } from '../wait-for-rotation.ts';

interface Options {
  readonly why?: string;
  readonly force?: boolean;
  readonly acceptUnknownConsumers?: boolean;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly giveUpAfter?: string;
  readonly id?: string;
}

/** Asks for a rotation now. */
export const rotate = (cli: Cli): DescribedCommand =>
  addWaitOptions(
    addIdOption(
      appCommand<Options>(
        cli,
        {
          name: 'rotate',
          summary: 'Asks for a rotation of both keys now, or joins the one that runs.',
          about: 'No consumer is cut off by it: a key is regenerated only when everybody is shown to have left it.',
        },
        async ({ app, options, args: [target = ''] }) => {
          const { why, force, acceptUnknownConsumers, dryRun, wait, id, json } = options;
          checkWait(options);
          const path = `targets/${inPath(target)}/rotate`;
          const body = { why, force, acceptUnknownConsumers };
          const order = { method: 'POST', body, ...(id !== undefined && { id }) } as const;
          if (dryRun) {
            const plan = await app.json(path, rotatePlanSchema, { ...order, body: { ...body, dryRun } });
            if (json) cli.out.json(plan);
            else cli.out.lines(planLines(plan, cli.out.paint));
            return plan.blockers.length > 0 ? EXIT.person : EXIT.done;
          }
          const before = wait ? await beforeOrder(target, app) : null;
          const answer = await app.json(path, rotateAnswer, order);
          if ('code' in answer) {
            if (json) cli.out.json(answer);
            else
              cli.out.line(`Both keys of ${target} are younger than an hour, so nothing is rotated. --force insists.`);
            return EXIT.done;
          }
          const follows = before !== null;
          if (json && !follows) cli.out.json(answer);
          if (!json) cli.out.line(accepted(answer));
          if (!follows) return EXIT.done;
          return followOrder({ target, before, rotation: answer.rotation, answer }, options, app, cli);
        },
      ),
    ),
  )
    .argument('<target>', 'its name in rotation.json')
    .option('--why <text>', 'the reason, for the receipt')
    .option('--force', 'young keys too, and outside every window')
    .option('--accept-unknown-consumers', 'although nothing is published, so that nobody knows who uses the keys')
    .option('--dry-run', 'say what that would lead to, and do nothing')
    .example('rotate chat-prod --why "a leaver" --wait', 'rotate and watch')
    .example('rotate chat-prod --id CHG-4711', 'from a pipeline that may run twice')
    .exitsWith(EXIT.done, 'asked for, or both keys are young; with --wait: the rotation has completed')
    .exitsWith(EXIT.failed, 'or with --give-up-after: it has not ended by then')
    .exitsWith(
      EXIT.person,
      'frozen; with --dry-run: there are blockers; with --wait: held, rolled back, or nothing has begun',
    );

function accepted(answer: {
  target: string;
  rotation: string | null;
  joined: boolean;
  opensAt?: string | undefined;
}): string {
  const { target, rotation, joined, opensAt } = answer;
  if (joined) return `It joins the rotation of ${target} that runs (${rotation}).`;
  if (opensAt === undefined) return `The rotation of ${target} is asked for; a worker takes it up within seconds.`;
  return `The rotation of ${target} is asked for. It begins in its window, which opens ${distance(Date.parse(opensAt), Date.now())}.`;
}

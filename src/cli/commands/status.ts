import { reportSchema, type TargetReport, targetSchema } from '../../app/report/schema.ts';
import { appCommand, inPath } from '../app-command.ts';
import type { Cli } from '../cli.ts';
import type { AppClient } from '../client.ts';
import type { DescribedCommand } from '../described.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { usage } from '../failure.ts';
import { awaitedLines } from '../render/awaited-lines.ts';
import { summaryLines } from '../render/report-lines.ts';
import { isForAPerson, standing } from '../render/standing.ts';
import { targetLines } from '../render/target-lines.ts';

interface Options {
  readonly fresh?: boolean;
  readonly json?: boolean;
}

/** What goes on now: in the fleet, or with one target. */
export const status = (cli: Cli): DescribedCommand =>
  appCommand<Options>(
    cli,
    {
      name: 'status',
      summary: 'What goes on now: rotations, whom they wait for, what is held and why.',
      about: 'With a target, everything that is known of it.',
    },
    ({ app, options, args: [target] }) => {
      if (target !== undefined) return statusOfTarget(target, options, app, cli);
      if (options.fresh) throw usage('--fresh is for one target.', 'Name it, or ask for a look at all with refresh.');
      return statusOfFleet(options, app, cli);
    },
  )
    .argument('[target]', 'its name in rotation.json')
    .option('--fresh', 'look at the target now')
    .example('status', 'what runs and what is held')
    .example('status chat-prod --fresh', 'one target, as it is now')
    .exitsWith(EXIT.done, 'printed, and nothing needs a person')
    .exitsWith(
      EXIT.person,
      'the fleet has something under “Needs a person”; or the target is held by what does not end by itself, or has a key that is overdue',
    );

async function statusOfTarget(name: string, options: Options, app: AppClient, { out }: Cli): Promise<ExitCode> {
  const target = await app.json(
    `targets/${inPath(name)}?format=json${options.fresh ? '&fresh=true' : ''}`,
    targetSchema,
  );
  if (options.json) out.json(target);
  else out.lines(targetLines(target, Date.now(), out.paint));
  const isOverdue = Object.values(target.keys).some(({ overdueSince }) => overdueSince !== null);
  return isForAPerson(target) || isOverdue ? EXIT.person : EXIT.done;
}

async function statusOfFleet({ json }: Options, app: AppClient, { out }: Cli): Promise<ExitCode> {
  const [rotating, held] = await Promise.all([
    app.json('report?format=json&show=rotating', reportSchema),
    app.json('report?format=json&show=held', reportSchema),
  ]);
  const targets = new Map([...held.targets, ...rotating.targets].map((target) => [target.name, target]));
  const { generatedAt, summary } = held;
  if (json) out.json({ generatedAt, summary, targets: [...targets.values()] });
  else {
    out.lines(summaryLines(held, out.paint));
    for (const target of targets.values()) out.lines(linesOf(target, Date.parse(generatedAt), out.paint));
    const isMore = held.next !== undefined || rotating.next !== undefined;
    if (isMore) out.line('There are more: see report --show held, report --show rotating.');
    if (targets.size === 0) out.line('Nothing is under way, and nothing is held.');
  }
  return summary.attention.length > 0 ? EXIT.person : EXIT.done;
}

const linesOf = (target: TargetReport, now: number, paint: Cli['out']['paint']): readonly string[] => [
  `${paint('bold', target.name)}  ${standing(target, paint)}`,
  ...awaitedLines(target.rotation?.awaiting ?? [], now),
];

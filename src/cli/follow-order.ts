import type { TargetReport } from '../app/report/schema.ts';
import type { Receipt } from './answers.ts';
import type { Cli } from './cli.ts';
import type { AppClient } from './client.ts';
import type { DescribedCommand } from './described.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { usage } from './failure.ts';
import { planLines } from './render/plan-lines.ts';
import { RotationView } from './render/rotation-view.ts';
import { durationIn } from './times.ts';
import { type Before, type End, waitForRotation } from './wait-for-rotation.ts';

export interface FollowOptions {
  readonly json?: boolean;
  readonly wait?: boolean;
  readonly giveUpAfter?: string;
}

export const addWaitOptions = (command: DescribedCommand): DescribedCommand =>
  command
    .option('--wait', 'stay and show phase, awaited consumers and time until it has ended')
    .option('--give-up-after <duration>', 'with --wait, such as PT30M or 2h: then it goes on unwatched');

/** Before anything is ordered. @throws Failure */
export function checkWait({ wait, giveUpAfter }: FollowOptions): void {
  if (giveUpAfter === undefined) return;
  if (!wait) throw usage('--give-up-after needs --wait.');
  durationIn(giveUpAfter, '--give-up-after');
}

interface Order {
  readonly target: string;
  readonly before: Before;
  readonly rotation: string | null;
  /** What the app answered. */
  readonly answer: Readonly<Record<string, unknown>>;
}

/** Shows the rotation that an order has begun or joined, until its end. */
export async function followOrder(
  { target, before, rotation, answer }: Order,
  { json, giveUpAfter }: FollowOptions,
  app: AppClient,
  { out, err }: Cli,
): Promise<ExitCode> {
  const view = new RotationView(json ? err : out, target);
  const seen: Receipt[] = [];
  const onLook = (looked: TargetReport, receipts: readonly Receipt[]): void => {
    seen.push(...receipts);
    view.looked(looked, receipts);
  };
  let end: End;
  try {
    const longest = giveUpAfter === undefined ? null : durationIn(giveUpAfter, '--give-up-after');
    end = await waitForRotation({ target, before, rotation, giveUpAfter: longest, onLook }, app);
  } finally {
    view.end();
  }
  if (json) out.json({ ...answer, end, receipts: seen });
  else out.lines(endLines(end, target, out.paint));
  return exitOf(end);
}

function endLines(end: End, target: string, paint: Cli['out']['paint']): readonly string[] {
  switch (end.is) {
    case 'completed':
      return [paint('green', `${target} is rotated: the condemned keys are gone.`)];
    case 'rolled-back':
      return [paint('red', `${target} was rolled back: somebody has ordered it. See history ${target}.`)];
    case 'forgotten':
      return [paint('red', `${target} was forgotten: rotation.json no longer names it.`)];
    case 'held':
      return [
        paint('red', `${target} is held: ${end.code}. See status ${target} for what to do; then it goes on by itself.`),
      ];
    case 'not-begun':
      return ['No rotation has begun:', ...planLines(end.plan, paint)];
    case 'given-up':
      return [`Not looked at any longer. The rotation goes on by itself: see status ${target}.`];
    default:
      return end satisfies never;
  }
}

function exitOf({ is }: End): ExitCode {
  if (is === 'completed') return EXIT.done;
  return is === 'given-up' ? EXIT.failed : EXIT.person;
}

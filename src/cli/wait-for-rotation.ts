import { setTimeout as sleep } from 'node:timers/promises';
import { planSchema } from '../app/answer-schemas.ts';
import { type TargetReport, targetSchema } from '../app/report/schema.ts';
import type { Duration } from '../core/model.ts';
import type { Plan, Receipt } from './answers.ts';
import { inPath } from './app-command.ts';
import type { AppClient } from './client.ts';
import { Failure } from './failure.ts';
import { receiptsOf } from './receipts-of.ts';
import { isForAPerson } from './render/standing.ts';

/** How it ended. Only `completed` is what was asked for. */
export type End =
  | { readonly is: 'completed' | 'rolled-back' | 'forgotten'; readonly rotation: string }
  /** A condition that a person has to see to. The rotation goes on once it has passed. */
  | { readonly is: 'held'; readonly rotation: string | null; readonly code: string }
  /** Nothing has begun, and the plan says why. */
  | { readonly is: 'not-begun'; readonly plan: Plan }
  /** It goes on without anybody looking. */
  | { readonly is: 'given-up'; readonly rotation: string | null };

export interface Before {
  /** When the app looked last before the order: an older condition says nothing of it. */
  readonly observedAt: string | null;
  readonly seq: number;
  /** Rotations that had ended by then. */
  readonly past: readonly string[];
}

interface Waiting {
  readonly target: string;
  readonly before: Before;
  /** The one that the order has joined; null where it begins one. */
  readonly rotation: string | null;
  readonly giveUpAfter: Duration | null;
  readonly onLook: (target: TargetReport, receipts: readonly Receipt[]) => void;
}

const SOON = 1_000;
const LATER = 5_000;
/** So long after a look it is worth asking why nothing has begun. */
const BEGUN_WITHIN = 10_000;
/** An app that restarts is back by then. */
const MOST_FAILURES = 6;

/** @throws Failure */
export async function beforeOrder(target: string, app: AppClient): Promise<Before> {
  const view = await viewOf(target, app);
  const receipts = await receiptsOf(target, app);
  return { observedAt: view.observedAt, seq: receipts.at(-1)?.seq ?? 0, past: view.past.map(({ id }) => id) };
}

/**
 * Looks until the rotation has ended, is held, or nothing comes of the order.
 *
 * @throws Failure where the app cannot be asked any more
 */
export async function waitForRotation(
  { target, before, giveUpAfter, ...waiting }: Waiting,
  app: AppClient,
): Promise<End> {
  const startedAt = Date.now();
  let { seq } = before;
  let { rotation } = waiting;
  let failures = 0;
  let askAt = startedAt + BEGUN_WITHIN;
  for (;;) {
    try {
      const view = await viewOf(target, app);
      const receipts = await receiptsOf(target, app, seq);
      failures = 0;
      seq = receipts.at(-1)?.seq ?? seq;
      waiting.onLook(view, receipts);
      rotation ??= view.rotation?.id ?? view.past.findLast(({ id }) => !before.past.includes(id))?.id ?? null;
      const end = endOf(view, rotation, before);
      if (end !== null) return end;
      if (rotation === null && Date.now() >= askAt) {
        const plan = await app.json(`targets/${inPath(target)}/plan`, planSchema);
        if (plan.blockers.length > 0 || plan.next.step === 'nothing-due') return { is: 'not-begun', plan };
        askAt = Date.now() + BEGUN_WITHIN;
      }
    } catch (error) {
      failures += 1;
      if (!(error instanceof Failure && isPassing(error)) || failures >= MOST_FAILURES) throw error;
    }
    const lasts = Date.now() - startedAt;
    if (giveUpAfter !== null && lasts >= giveUpAfter) return { is: 'given-up', rotation };
    await sleep(failures === 0 && lasts < 60_000 ? SOON : LATER);
  }
}

const viewOf = (target: string, app: AppClient): Promise<TargetReport> =>
  app.json(`targets/${inPath(target)}?format=json`, targetSchema);

function endOf(view: TargetReport, rotation: string | null, { observedAt }: Before): End | null {
  const ended = view.past.find(({ id }) => id === rotation);
  if (ended !== undefined) return { is: ended.end, rotation: ended.id };
  const { condition } = view;
  if (condition === null || view.observedAt === observedAt) return null;
  const isTheirs = isForAPerson(view) || condition.code === 'Frozen';
  return isTheirs ? { is: 'held', rotation, code: condition.code } : null;
}

const PASSING: readonly string[] = ['NoServer', 'NoAnswerInTime', 'AppFailed', 'LedgerUnavailable'];
const isPassing = ({ detail }: Failure): boolean => PASSING.includes(detail.code ?? '');

import type { TargetReport } from '../../src/app/report/schema.ts';
import type { Watched } from './watch.ts';

export interface Outcome {
  readonly outcome: 'rotated' | 'not-due' | 'held' | 'failed';
  /** The condition's code, or the finding's. */
  readonly code: string | null;
}

/** How a target stands; `failed` while it has come to nothing yet. */
export function outcomeOf({ view, receipts, managed }: Watched): Outcome {
  if (view?.condition) return { outcome: 'held', code: view.condition.code };
  if (receipts.some(({ step }) => step === 'complete')) return { outcome: 'rotated', code: null };
  // A rollback is an end of its own: nothing is due until the time that the person named.
  if (receipts.at(-1)?.step === 'roll-back' && view?.phase === 'nothing-due') return { outcome: 'not-due', code: null };
  // Before the first look nobody knows what is due; and what the scenario says is due may not be passed over.
  const isAnswered = receipts.length > 0 && receipts.every(({ step }) => step === 'nothing-due');
  const isSeen = managed.stranger === null || view?.findings.some(({ code }) => code === managed.stranger?.finding);
  const isQuiet = managed.report === null ? receipts.length === 0 && isSeen : isAnswered;
  const isIdle = view?.phase === 'nothing-due' && view.observedAt !== null && isQuiet;
  const mayBeIdle = managed.expected === null || managed.expected === 'not-due';
  if (isIdle && mayBeIdle) return { outcome: 'not-due', code: managed.stranger?.finding ?? findingOf(view) };
  return { outcome: 'failed', code: null };
}

/** Why nothing ever is due; what else was found changes nothing about that. */
export const findingOf = ({ findings }: Pick<TargetReport, 'findings'>): string | null =>
  findings.find(({ code }) => code === 'NothingPublished')?.code ?? null;

/** Nothing more is to come that a run would wait for. A hold may still pass, unless it is what was to be shown. */
export function isSettled(watched: Watched): boolean {
  const { outcome } = outcomeOf(watched);
  return outcome === 'rotated' || outcome === 'not-due' || (outcome === 'held' && watched.managed.expected === 'held');
}

/** Why a target does not make a run fine; null where it does. */
export function faultOf(watched: Watched): string | null {
  const { target, expected, consumers } = watched.managed;
  const { outcome, code } = outcomeOf(watched);
  const refused = consumers.filter(({ consumer }) => consumer.refused > 0).map(({ consumer }) => consumer.name);
  if (outcome === 'failed') return `${target.name} has not completed a rotation.`;
  if (outcome === 'held' && expected !== 'held') return `${target.name} is held: ${code}.`;
  if (expected === 'rolled-back' && outcome !== 'not-due') return `${target.name} was not rolled back.`;
  if (refused.length > 0) return `${target.name} had calls of ${refused.join(', ')} refused.`;
  return null;
}

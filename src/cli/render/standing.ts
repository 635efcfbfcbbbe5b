import type { TargetReport } from '../../app/report/schema.ts';
import { CONDITIONS } from '../../core/codes.ts';
import { phaseInShort } from '../../views/rotation.ts';
import type { Paint } from '../terminal/paint.ts';

/** What goes on with a target, in a few words. */
export function standing(target: TargetReport, paint: Paint): string {
  const { observedAt, condition, rotation } = target;
  if (observedAt === null) return paint('dim', 'not looked at yet');
  if (condition !== null) return paint(isForAPerson(target) ? 'red' : 'yellow', `held: ${condition.code}`);
  return rotation === null ? paint('dim', phaseInShort(target)) : paint('yellow', phaseInShort(target));
}

/** Whether it is held by what does not end by itself. What this version does not know is taken seriously. */
export function isForAPerson({ condition }: Pick<TargetReport, 'condition'>): boolean {
  if (condition === null) return false;
  const known = Object.entries(CONDITIONS).find(([code]) => code === condition.code);
  return known?.[1].alerts ?? true;
}

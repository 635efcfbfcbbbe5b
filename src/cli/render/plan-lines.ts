import type { Phase } from '../../core/decision.ts';
import type { Instant } from '../../core/model.ts';
import { phaseWords } from '../../views/phase.ts';
import { distance } from '../../views/times.ts';
import type { Plan } from '../answers.ts';
import type { Paint } from '../terminal/paint.ts';
import { short } from './fingerprint.ts';

/** What would happen next, and what stands in the way with its remedy. */
export function planLines(plan: Plan, paint: Paint): readonly string[] {
  const { target, observedAt, wakeAt, dueAt, blockers } = plan;
  const now = Date.parse(observedAt);
  return [
    `${paint('bold', target)}  ${nextIn(plan)}`,
    ...(wakeAt === null ? [] : [`The next look comes ${ahead(wakeAt, now)} at the latest.`]),
    ...(dueAt === null ? [] : [`The next scheduled rotation is due ${ahead(dueAt, now)}.`]),
    ...blockers.flatMap((blocker) => ['', ...blockerLines(blocker, paint)]),
  ];
}

/** A time that is past is as good as now. */
function ahead(time: string, now: Instant): string {
  const words = distance(Math.max(Date.parse(time), now), now);
  return words === 'just now' ? 'at once' : words;
}

function blockerLines({ code, meaning, remedy, detail }: Plan['blockers'][number], paint: Paint): readonly string[] {
  const told = Object.entries(detail).map(
    ([name, value]) => `  ${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [`${paint('red', code)}  ${meaning}`, ...told, `  What to do: ${remedy}`];
}

function nextIn({ next }: Plan): string {
  const { step, slot, fingerprint, for: what, code } = next;
  const more = [slot, typeof fingerprint === 'string' ? short(fingerprint) : null, what, code];
  const told = more.filter((each) => typeof each === 'string').join(' ');
  return `${phaseWords(step as Phase)}${told === '' ? '' : ` (${told})`}.`;
}

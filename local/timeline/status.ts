import type { Phase } from '../../src/core/decision.ts';
import { findingOf } from '../run/outcome.ts';
import type { Watched } from '../run/watch.ts';
import { list, type Paint, type Span, type Style, widthOf } from './paint.ts';

/** As many receipts as a rotation has without trouble. One with more stays just short of the end until it is complete. */
const steps = 9;

/** What goes on now, a line a target. */
export function statusLines(
  targets: readonly Watched[],
  { columns, startedAt, paint }: { readonly columns: number; readonly startedAt: number; readonly paint: Paint },
): readonly string[] {
  const names = Math.max(...targets.map(({ managed }) => managed.target.name.length));
  const clock = elapsed(Date.now() - startedAt);
  const rule = '─'.repeat(Math.max(0, Math.min(columns, 100) - clock.length - 5));
  return [
    paint(['dim', `── ${clock} ${rule}`]),
    ...targets.map((watched) => {
      const name = watched.managed.target.name.padEnd(names);
      const left: Span[] = [['bold', name], '  ', ...progress(watched), '  '];
      const right = calls(watched);
      const room = columns - 1 - widthOf(left.map(plain).join('')) - widthOf(right.map(plain).join('')) - 2;
      const [style, text] = doing(watched);
      const fitting = Math.max(0, Math.min(room, 44));
      return paint(...left, [style, cut(text, fitting).padEnd(fitting)], '  ', ...right);
    }),
  ];
}

const plain = (span: Span): string => (typeof span === 'string' ? span : span[1]);
const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;

function progress({ receipts }: Watched): readonly Span[] {
  const begun = receipts.findLastIndex(({ step }) => step === 'condemn');
  const done = begun < 0 ? 0 : Math.min(steps - 1, receipts.length - begun);
  const isComplete = receipts.at(-1)?.step === 'complete';
  return [
    [isComplete ? 'green' : 'cyan', '■'.repeat(isComplete ? steps : done)],
    ['dim', '·'.repeat(isComplete ? 0 : steps - done)],
  ];
}

function doing(watched: Watched): readonly [Style, string] {
  const { view, receipts } = watched;
  if (!view?.observedAt) return ['dim', 'not looked at yet'];
  if (view.condition) return ['red', `held: ${view.condition.code}`];
  const last = receipts.at(-1);
  const since = last ? `, ${Math.max(0, Math.round((Date.now() - Date.parse(last.at)) / 1000))} s` : '';
  if (view.phase === 'nothing-due') return ['dim', idle(watched)];
  return ['yellow', `${phrase(view.phase, watched)}${since}`];
}

function phrase(phase: Phase, { view }: Watched): string {
  switch (phase) {
    case 'await-consumers':
      return `awaits ${list(view?.rotation?.awaiting.map(({ consumer }) => consumer) ?? [])}`;
    case 'soak':
      return 'lets old tokens expire';
    case 'wait':
    case 'regenerate':
      return 'waits for SignalR';
    default:
      return phase;
  }
}

function idle({ view, receipts }: Watched): string {
  const finding = view && findingOf(view);
  if (finding) return `nothing to rotate: ${finding}`;
  const due = Object.values(view?.keys ?? {}).flatMap(({ dueAt }) => (dueAt === null ? [] : [Date.parse(dueAt)]));
  const begins = Math.min(...due) - Date.now();
  const next = due.length > 0 && begins > 0 ? `next rotation in ${elapsed(begins)}` : 'nothing due';
  return receipts.at(-1)?.step === 'complete' ? `complete, ${next}` : next;
}

function calls({ managed: { consumers } }: Watched): readonly Span[] {
  if (consumers.length === 0) return [];
  const sum = (of: 'calls' | 'refused') => consumers.reduce((total, { consumer }) => total + consumer[of], 0);
  const refused = sum('refused');
  return [
    `${String(sum('calls')).padStart(5)} calls  `,
    [refused === 0 ? 'green' : ['bold', 'red'], `${refused} refused`],
  ];
}

function elapsed(milliseconds: number): string {
  const all = Math.max(0, Math.floor(milliseconds / 1000));
  return `${Math.floor(all / 60)}:${String(all % 60).padStart(2, '0')}`;
}

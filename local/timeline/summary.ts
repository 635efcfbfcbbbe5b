import type { RunDocument, TargetDocument } from '../run/document.ts';
import { type Paint, type Style, short, wrap } from './paint.ts';

const styles: Record<TargetDocument['outcome'], Style> = {
  rotated: 'green',
  'not-due': 'dim',
  held: 'red',
  failed: 'red',
};

/** How a run ended. */
export function summary({ ok, reason, startedAt, finishedAt, targets }: RunDocument, paint: Paint): readonly string[] {
  const names = Math.max(0, ...targets.map(({ name }) => name.length));
  const took = `${Math.round((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000)} s`;
  return [
    ...targets.flatMap((target) => [...result(target, names, paint), '']),
    ok
      ? paint(['green', `Fine after ${took}: nobody was refused.`])
      : paint(['red', wrap(`Failed after ${took}: ${reason}`, 79).join('\n')]),
  ];
}

function result(target: TargetDocument, names: number, paint: Paint): readonly string[] {
  const { name, outcome, code, before, after, consumers } = target;
  const indent = ' '.repeat(names + 4);
  const calls = consumers.map((c) => `${c.name} ${c.calls}`).join(', ');
  const refused = consumers.reduce((sum, consumer) => sum + consumer.refused, 0);
  const key = (slot: 'primary' | 'secondary') =>
    `${indent}${slot.padEnd(9)}  ${short(before[slot])} → ${short(after[slot])}${after.active === slot ? '  in use' : ''}`;
  return [
    paint('  ', ['bold', name.padEnd(names)], '  ', [styles[outcome], outcome], code === null ? '' : `: ${code}`),
    ...(outcome === 'not-due' ? [] : [key('primary'), key('secondary')]),
    ...(calls === '' ? [] : [`${indent}calls      ${calls}; ${refused} refused`]),
  ];
}

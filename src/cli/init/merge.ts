import { z } from 'zod';
import type { TargetFile } from '../../config-schema.ts';
import { Failure } from '../failure.ts';

/** A rotation.json that is there, as far as a merge has to know it. */
export interface Existing {
  readonly text: string;
  /** Lower case. */
  readonly resources: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
}

const fileSchema = z.looseObject({
  targets: z.array(z.looseObject({ name: z.string(), resourceId: z.string() })),
});

/** @throws Failure for a text that has no targets to add to */
export function existingIn(text: string, path: string): Existing {
  const parsed = fileSchema.safeParse(jsonIn(text));
  if (!parsed.success) {
    throw new Failure(`${path} is there, and is no rotation.json that targets could be added to.`, {
      code: 'NotMerged',
      remedy: 'Mend it, name another file with --out, or replace it with --force.',
    });
  }
  const { targets } = parsed.data;
  return {
    text,
    resources: new Set(targets.map(({ resourceId }) => resourceId.toLowerCase())),
    names: new Set(targets.map(({ name }) => name)),
  };
}

/** The same file with more targets at the end of its list; every byte that was there stays. */
export function withTargets({ text }: Existing, targets: readonly TargetFile[]): string {
  if (targets.length === 0) return text;
  const list = targetsIn(text);
  const isEmpty = /^\[\s*\]$/.test(text.slice(list.start, list.end));
  const [before, after] = [text.slice(0, list.end - 1).trimEnd(), text.slice(list.end - 1)];
  return `${before}${isEmpty ? '' : ','}\n${targets.map(indented).join(',\n')}\n  ${after}`;
}

const indented = (target: TargetFile): string => JSON.stringify(target, null, 2).replaceAll(/^/gm, '    ');

interface Span {
  readonly start: number;
  /** Behind its `]`. */
  readonly end: number;
}

/** Where the list of targets stands in a text that is JSON. */
function targetsIn(text: string): Span {
  const string = /"(?:[^"\\]|\\.)*"/y;
  let depth = 0;
  let name = '';
  let start = -1;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') {
      string.lastIndex = at;
      const whole = string.exec(text)?.[0] ?? '"';
      if (depth === 1) name = whole;
      at += whole.length - 1;
    } else if (character === '{' || character === '[') {
      depth += 1;
      if (depth === 2 && character === '[' && name === '"targets"' && start === -1) start = at;
    } else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth === 1 && start !== -1 && character === ']') return { start, end: at + 1 };
    }
  }
  throw new Error('A file with targets has a list of them.');
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

import { createHash } from 'node:crypto';
import { isObject, listOf, objectOf, textOf, type Value } from './value.ts';

type Call = (...args: Value[]) => Value;
type Run = (lambda: Value, ...args: Value[]) => Value;

/** Bicep's functions, as ARM evaluates them, as far as infra/ uses them. */
export const functions = (run: Run): Readonly<Record<string, Call>> => ({
  any: (value) => value ?? null,
  concat: (...lists) => lists.flatMap((list) => listOf(list, 'concat')),
  contains: (within, what) => contains(within ?? null, textOf(what ?? null, 'contains')),
  empty: (value) => isEmpty(value ?? null),
  endsWith: (text, end) => lower(text).endsWith(lower(end)),
  filter: (list, test) => listOf(list ?? null, 'filter').filter((item) => run(test ?? null, item) === true),
  first: (list) => listOf(list ?? null, 'first')[0] ?? null,
  flatten: (list) => listOf(list ?? null, 'flatten').flatMap((each) => listOf(each, 'flatten')),
  groupBy: (list, key) => {
    const groups: Record<string, Value[]> = {};
    for (const item of listOf(list ?? null, 'groupBy')) {
      const name = textOf(run(key ?? null, item), 'groupBy');
      groups[name] = [...(groups[name] ?? []), item];
    }
    return groups;
  },
  guid: (...parts) => guid(parts.map((part) => textOf(part, 'guid'))),
  items: (object) =>
    Object.entries(objectOf(object ?? null, 'items'))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => ({ key, value })),
  join: (list, between) =>
    listOf(list ?? null, 'join')
      .map((item) => textOf(item, 'join'))
      .join(textOf(between ?? null, 'join')),
  last: (list) => listOf(list ?? null, 'last').at(-1) ?? null,
  length: (value) => (typeof value === 'string' ? value.length : listOf(value ?? null, 'length').length),
  map: (list, change) => listOf(list ?? null, 'map').map((item) => run(change ?? null, item)),
  mapValues: (object, change) =>
    Object.fromEntries(
      Object.entries(objectOf(object ?? null, 'mapValues')).map(([key, value]) => [key, run(change ?? null, value)]),
    ),
  range: (from, count) => Array.from({ length: Number(count) }, (_, i) => Number(from) + i),
  replace: (text, what, instead) =>
    textOf(text ?? null, 'replace').replaceAll(textOf(what ?? null, 'replace'), textOf(instead ?? null, 'replace')),
  skip: (list, count) => listOf(list ?? null, 'skip').slice(Number(count)),
  split: (text, at) => textOf(text ?? null, 'split').split(textOf(at ?? null, 'split')),
  startsWith: (text, start) => lower(text).startsWith(lower(start)),
  take: (value, count) =>
    typeof value === 'string' ? value.slice(0, Number(count)) : listOf(value ?? null, 'take').slice(0, Number(count)),
  toLower: (text) => lower(text),
  toObject: (list, key, value) =>
    Object.fromEntries(
      listOf(list ?? null, 'toObject').map((item) => [
        textOf(run(key ?? null, item), 'toObject'),
        value === undefined ? item : run(value, item),
      ]),
    ),
  union: (...values) => values.reduce(union),
  uniqueString: (...parts) => unique(parts.map((part) => textOf(part, 'uniqueString'))),
});

const lower = (text: Value | undefined): string => textOf(text ?? null, 'text').toLowerCase();

/** Of lists with case, of objects without. */
function contains(within: Value, what: string): boolean {
  if (typeof within === 'string') return within.includes(what);
  if (Array.isArray(within)) return within.includes(what);
  return Object.keys(objectOf(within, 'contains')).some((key) => key.toLowerCase() === what.toLowerCase());
}

function isEmpty(value: Value): boolean {
  if (value === null || value === '') return true;
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

/** Lists lose what is there twice, within the first of them too. */
function union(a: Value, b: Value): Value {
  if (Array.isArray(a) && Array.isArray(b)) {
    const seen = new Set<string>();
    return [...a, ...b].filter((item) => {
      const key = JSON.stringify(item);
      return !seen.has(key) && seen.add(key);
    });
  }
  return { ...objectOf(a, 'union'), ...objectOf(b, 'union') };
}

/** Not Azure's own, but like it: the same for the same parts, and another for others. */
function guid(parts: readonly string[]): string {
  const hex = createHash('sha256').update(parts.join('-')).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

function unique(parts: readonly string[]): string {
  const digits = createHash('sha256')
    .update(`unique ${parts.join('-')}`)
    .digest();
  return [...digits.subarray(0, 13)].map((byte) => 'abcdefghijklmnopqrstuvwxyz234567'[byte % 32]).join('');
}

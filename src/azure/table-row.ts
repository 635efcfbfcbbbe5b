import { LedgerCorrupted } from '../app/errors.ts';
import type { ResourceId } from '../core/model.ts';
import { anObject, isObject, type Shape } from './shape.ts';

/** Raised when rows of the version before can no longer be read as they are. */
const VERSION = 1;

/** A property holds 32,768 UTF-16 units at most. */
const PIECE = 30_000;

/** A row as the table gives it: every property of ours is JSON, or a piece of it. */
export type Row = Readonly<Record<string, unknown>>;
export type Encoded = Readonly<Record<string, string | number>>;

export function encode(fields: object): Encoded {
  const pieces = Object.entries(fields).flatMap(([name, value]) => piecesOf(name, JSON.stringify(value)));
  return { version: VERSION, ...Object.fromEntries(pieces) };
}

function piecesOf(name: string, json: string | undefined): [string, string][] {
  const pieces: [string, string][] = [];
  // Line separators that JSON allows and Azurite's reading of a transaction does not.
  let rest = json?.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029') ?? '';
  while (rest !== '') {
    // Cut between the halves of a surrogate pair, both halves would be stored as U+FFFD.
    const length = isHighSurrogate(rest.charCodeAt(PIECE - 1)) ? PIECE - 1 : PIECE;
    pieces.push([pieces.length === 0 ? name : `${name}_${pieces.length}`, rest.slice(0, length)]);
    rest = rest.slice(length);
  }
  return pieces;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** @throws LedgerCorrupted */
export function decode<T>(resource: ResourceId, rowKey: string, row: Row, shape: Shape<T>, later: Later = {}): T {
  const fields = understand(row, shape, later);
  if (fields === null) throw new LedgerCorrupted(resource, rowKey);
  return fields;
}

/** null where the row is not what this version writes. For whoever has to repair it, broken JSON and a wrong shape are the same. */
export function understand<T>(row: Row, shape: Shape<T>, later: Later = {}): T | null {
  if (row.version !== VERSION) return null;
  const names = Object.keys(shape).filter((name) => row[name] !== undefined);
  try {
    const fields = filled(Object.fromEntries(names.map((name) => [name, JSON.parse(joined(row, name))])), later);
    return anObject(shape)(fields) ? (fields as T) : null;
  } catch {
    return null;
  }
}

/** What stands in for a property that came later, where a row was written before; an object goes deeper. */
export interface Later {
  readonly [name: string]: Later | null | readonly [];
}

/** The same value with what it lacks. A property that is there, however wrong, stays as it is. */
export function filled(value: unknown, later: Later): unknown {
  if (!isObject(value)) return value;
  const stands = Object.entries(later).flatMap(([name, standIn]) => {
    if (isObject(standIn)) return name in value ? [[name, filled(value[name], standIn as Later)]] : [];
    return name in value ? [] : [[name, standIn]];
  });
  return { ...value, ...Object.fromEntries(stands) };
}

function joined(row: Row, name: string): string {
  let json = String(row[name] ?? '');
  for (let piece = 1; row[`${name}_${piece}`] !== undefined; piece += 1) json += String(row[`${name}_${piece}`]);
  return json;
}

/** What JSON out of a table has to look like before anything is made of it. */

export type Check = (value: unknown) => boolean;
/** A check for each field, so that a new field does not compile until it is read back. */
export type Shape<T> = { readonly [Field in keyof T]-?: Check };
/** Words that are all named, so that a new one does not compile until it is read back. */
export type Words<Word extends string> = Readonly<Record<Word, true>>;

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const text: Check = (value) => typeof value === 'string';
export const number: Check = (value) => typeof value === 'number' && Number.isFinite(value);
/** How many, or the how manieth. */
export const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
/** From the year 0 to the year 9999, which are all that RFC 3339 can write. */
const [FIRST, LAST] = [-62_167_219_200_000, 253_402_300_799_999];
export const instant: Check = (value) => number(value) && (value as number) >= FIRST && (value as number) <= LAST;
export const truth: Check = (value) => typeof value === 'boolean';
export const something: Check = (value) => isObject(value);

export const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

/** Left out, or as it has to be. */
export const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

export const either =
  (...checks: readonly Check[]): Check =>
  (value) =>
    checks.some((check) => check(value));

export const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

/** By names that are not known beforehand. */
export const mapOf =
  (check: Check, name: Check = text): Check =>
  (value) =>
    isObject(value) && Object.entries(value).every(([each, member]) => name(each) && check(member));

export const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);

export const wordOf =
  <Word extends string>(words: Words<Word>): Check =>
  (value) =>
    typeof value === 'string' && Object.hasOwn(words, value);

export const anObject =
  <T>(shape: Shape<T>): Check =>
  (value) =>
    isObject(value) && Object.entries(shape as Record<string, Check>).every(([name, check]) => check(value[name]));

/** One of several objects, told by the word in one of their fields. */
export const told =
  <Word extends string>(by: string, shapes: Readonly<Record<Word, Check>>): Check =>
  (value) => {
    if (!isObject(value)) return false;
    const word = value[by];
    return typeof word === 'string' && Object.hasOwn(shapes, word) && shapes[word as Word](value);
  };

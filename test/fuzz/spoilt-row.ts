import fc from 'fast-check';
import type { Row } from '../../src/azure/table-row.ts';
import { anOddity, anyText, spoilt } from './spoilt.ts';

const OWN = ['rowKey', 'partitionKey', 'etag', 'timestamp'];

/** What a table hands back where a text was, once somebody has changed its type. */
const anotherType: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(0, 1, true, false, null, undefined, new Date(0), new Uint8Array([1, 2, 3])),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);

/** The same row with some of its properties gone, cut off, of another type, changed within, or with others beside them. */
export const spoiltRow = (row: Row): fc.Arbitrary<Row> =>
  fc
    .array(changeOf(row), { minLength: 1, maxLength: 3 })
    .map((changes) => changes.reduce<Row>((spoiltSoFar, change) => change(spoiltSoFar), row));

type Change = (row: Row) => Row;

function changeOf(row: Row): fc.Arbitrary<Change> {
  const names = Object.keys(row).filter((name) => !OWN.includes(name));
  const set =
    (name: string, value: unknown): Change =>
    (before) => ({ ...before, [name]: value });
  return fc.constantFrom(...names).chain((name) => {
    const text = String(row[name]);
    return fc.oneof(
      { arbitrary: spoilt(parsed(text), 1).map((value) => set(name, JSON.stringify(value))), weight: 8 },
      { arbitrary: fc.nat(text.length).map((at) => set(name, text.slice(0, at))), weight: 2 },
      { arbitrary: fc.constant<Change>(({ [name]: _, ...rest }) => rest), weight: 2 },
      { arbitrary: fc.oneof(anyText, anotherType).map((value) => set(name, value)), weight: 2 },
      { arbitrary: anyText.map((value) => set(`${name}_1`, value)), weight: 1 },
      { arbitrary: fc.tuple(fc.string(), anOddity).map(([other, value]) => set(other, value)), weight: 1 },
    );
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

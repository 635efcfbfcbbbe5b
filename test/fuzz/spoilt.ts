import fc from 'fast-check';

/** Values that programs take for others, or choke on. */
export const anOddity: fc.Arbitrary<unknown> = fc.oneof(
  {
    arbitrary: fc.constantFrom<unknown>(null, true, false, 0, -1, 0.5, 1e308, -0, '', [], {}, [null], [[]]),
    weight: 4,
  },
  {
    arbitrary: fc.constantFrom(
      '__proto__',
      'constructor',
      'toString',
      'null',
      '0',
      'NaN',
      '2026-13-45T99:00:00Z',
      '\u0000',
      '\ud800',
      '\u2028',
      '../..',
      'https://169.254.169.254/',
      "' or 1 eq 1 or '",
      '<script>alert(1)</script>',
    ),
    weight: 3,
  },
  { arbitrary: fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>, weight: 3 },
  { arbitrary: fc.string({ unit: 'binary' }), weight: 2 },
  { arbitrary: fc.integer({ min: 1, max: 50_000 }).map((length) => 'x'.repeat(length)), weight: 1 },
  { arbitrary: fc.integer({ min: 1, max: 500 }).map(nested), weight: 1 },
);

function nested(depth: number): unknown {
  let value: unknown = [];
  for (let i = 0; i < depth; i += 1) value = [value];
  return value;
}

type Change = 'replace' | 'drop' | 'add' | 'repeat' | 'wrap';
const CHANGES: readonly Change[] = ['replace', 'replace', 'replace', 'drop', 'drop', 'add', 'repeat', 'wrap'];

/** The same JSON with some of its values missing, of the wrong type, repeated, or with something beside them. */
export const spoilt = (json: unknown, most = 3): fc.Arbitrary<unknown> =>
  fc
    .array(fc.tuple(fc.nat(), fc.constantFrom(...CHANGES), anOddity), { minLength: 1, maxLength: most })
    .map((changes) => changes.reduce<unknown>((value, [at, change, oddity]) => spoil(value, at, change, oddity), json));

type Path = readonly string[];

function spoil(json: unknown, at: number, change: Change, oddity: unknown): unknown {
  const paths = pathsIn(json, []);
  return changed(json, paths[at % paths.length] ?? [], change, oddity);
}

/** Copied along the path alone: what nests deeply is too deep to be cloned. */
function changed(json: unknown, [name, ...rest]: Path, change: Change, oddity: unknown): unknown {
  if (name === undefined) return change === 'wrap' ? [json] : change === 'replace' ? oddity : json;
  const value: unknown = Reflect.get(json as object, name);
  if (rest.length > 0) return withMember(json as object, name, [changed(value, rest, change, oddity)]);
  const instead: Record<Change, readonly unknown[]> = {
    replace: [oddity],
    drop: [],
    add: [value, oddity],
    repeat: [value, value],
    wrap: [[value]],
  };
  return withMember(json as object, name, instead[change]);
}

/** With other items there; of an object, with none, one, or one more beside it. */
function withMember(json: object, name: string, values: readonly unknown[]): unknown {
  if (Array.isArray(json)) return json.toSpliced(Number(name), 1, ...values);
  const [first, second] = values;
  const own = Object.entries(json).flatMap(([each, value]) =>
    each !== name ? [[each, value]] : values.length === 0 ? [] : [[each, first]],
  );
  const beside = values.length < 2 ? [] : [[typeof second === 'string' ? second : `${name}_1`, second]];
  // `__proto__` becomes a member like others, as JSON.parse has it.
  return Object.fromEntries([...own, ...beside]);
}

/** Of every value, the whole first; enough of a long list. */
function pathsIn(json: unknown, path: Path): Path[] {
  if (typeof json !== 'object' || json === null || path.length > 12) return [path];
  return [
    path,
    ...Object.keys(json)
      .slice(0, 60)
      .flatMap((key) => pathsIn(Reflect.get(json, key), [...path, key])),
  ];
}

/** The same as text: whole, cut off, with a beginning or an end that is none, or something else altogether. */
export const spoiltText = (json: unknown): fc.Arbitrary<string> =>
  fc.oneof(
    { arbitrary: spoilt(json).map((value) => JSON.stringify(value) ?? ''), weight: 6 },
    {
      arbitrary: fc.tuple(spoilt(json), fc.nat()).map(([value, at]) => {
        const text = JSON.stringify(value) ?? '';
        return text.slice(0, at % (text.length + 1));
      }),
      weight: 3,
    },
    {
      arbitrary: fc
        .constantFrom('\ufeff', ")]}',\n", ' ', '{', '\u0000')
        .map((before) => before + JSON.stringify(json)),
      weight: 1,
    },
    { arbitrary: anyText, weight: 2 },
  );

export const anHtmlPage =
  '<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>';

/** What is no JSON of ours, and often none at all. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('', 'null', '0', '[]', '{}', '""', 'true', 'undefined', anHtmlPage),
  fc.json(),
  fc.string({ unit: 'binary' }),
  fc.integer({ min: 1, max: 20_000 }).map((depth) => '['.repeat(depth)),
  fc.integer({ min: 1, max: 20_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  fc.integer({ min: 1, max: 20_000 }).map((depth) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
);

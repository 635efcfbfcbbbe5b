interface MetricFamily {
  readonly type: string | null;
  readonly help: string | null;
  readonly unit: string | null;
  readonly series: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

type Reading = { -readonly [Part in keyof MetricFamily]: MetricFamily[Part] } & {
  series: MetricFamily['series'][number][];
};

const DESCRIPTOR = /^# (HELP|TYPE|UNIT) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/s;
const SERIES = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([^ ]+)$/s;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(,|$)/sy;
const ESCAPED = /^(?:[^"\\\n]|\\[\\n"])*$/s;
const NUMBER = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|nan)$/i;

/**
 * Reads OpenMetrics text that has nothing but gauges, by the letter: what a lenient reader would let pass is thrown out.
 *
 * @see https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md#abnf
 */
export function readOpenMetrics(text: string): ReadonlyMap<string, MetricFamily> {
  if (!text.endsWith('\n# EOF\n')) throw new Error('It does not end with # EOF and one line feed.');
  const families = new Map<string, Reading>();
  const seen = new Set<string>();
  let current: string | null = null;
  const enter = (name: string): Reading => {
    const family = families.get(name) ?? { type: null, help: null, unit: null, series: [] };
    if (families.has(name) && current !== name) throw new Error(`${name} is in two places.`);
    families.set(name, family);
    current = name;
    return family;
  };
  for (const line of text.slice(0, -'\n# EOF\n'.length).split('\n')) {
    const descriptor = DESCRIPTOR.exec(line);
    if (descriptor !== null) {
      const [, part = '', name = '', value = ''] = descriptor;
      describeFamily(enter(name), part.toLowerCase() as 'help' | 'type' | 'unit', name, value);
      continue;
    }
    const [, name, labelled, number] = SERIES.exec(line) ?? [];
    if (name === undefined || number === undefined || !NUMBER.test(number)) throw new Error(`Unreadable: ${line}`);
    const labels = labelled === undefined ? {} : labelsIn(labelled);
    const identity = JSON.stringify([name, Object.entries(labels).sort()]);
    if (seen.has(identity)) throw new Error(`There twice: ${line}`);
    seen.add(identity);
    enter(name).series.push({ labels, value: Number(number) });
  }
  return families;
}

function describeFamily(family: Reading, part: 'help' | 'type' | 'unit', name: string, value: string): void {
  if (family[part] !== null) throw new Error(`${name} has two lines of ${part}.`);
  if (family.series.length > 0) throw new Error(`${name} has its ${part} after its series.`);
  if (part === 'help' && !ESCAPED.test(value)) throw new Error(`The help of ${name} is not escaped.`);
  if (part === 'type' && value !== 'gauge') throw new Error(`${name} is no gauge.`);
  if (part === 'unit' && !name.endsWith(`_${value}`)) throw new Error(`${name} does not end with its unit.`);
  family[part] = value;
}

function labelsIn(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let at = 0;
  while (at < text.length) {
    LABEL.lastIndex = at;
    const [whole, name, value, end] = LABEL.exec(text) ?? [];
    if (whole === undefined || name === undefined || value === undefined) throw new Error(`Unreadable: {${text}}`);
    if (Object.hasOwn(labels, name)) throw new Error(`The label ${name} is there twice.`);
    at += whole.length;
    if (end === ',' && at === text.length) throw new Error(`Nothing after the comma: {${text}}`);
    labels[name] = value.replace(/\\([\\n"])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
  }
  return labels;
}

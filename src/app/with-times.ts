/** Instants for people: decisions carry milliseconds since 1970, published formats carry ISO 8601. */
export function withTimes(value: object): Record<string, unknown> {
  const shown = ([name, member]: [string, unknown]): [string, unknown] => {
    if (typeof member === 'number' && /(At|^until|^since)$/.test(name)) return [name, new Date(member).toISOString()];
    if (Array.isArray(member)) return [name, member.map((each) => (isObject(each) ? withTimes(each) : each))];
    return [name, isObject(member) ? withTimes(member) : member];
  };
  return Object.fromEntries(Object.entries(value).map(shown));
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

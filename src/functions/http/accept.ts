const TYPES = {
  json: 'application/json',
  html: 'text/html',
  csv: 'text/csv',
  sarif: 'application/sarif+json',
} as const;

type Format = keyof typeof TYPES;

/**
 * What the caller wants to be answered in: what it names, else the best of its `Accept`, else JSON.
 *
 * @param offered the first is what whoever accepts anything gets
 */
export function formatFor<F extends Format>(
  named: F | undefined,
  accept: string | null,
  offered: readonly [F, ...F[]],
): F {
  return named ?? best(accept ?? '*/*', offered);
}

/** By quality, then by the caller's order. A type that nobody offers is answered with the first all the same. */
function best<F extends Format>(accept: string, offered: readonly [F, ...F[]]): F {
  const wanted = accept
    .split(',')
    .map((part) => {
      const [type = '', ...parameters] = part.split(';').map((each) => each.trim().toLowerCase());
      const q = Number(parameters.find((each) => each.startsWith('q='))?.slice(2) ?? 1);
      return { type, q: Number.isNaN(q) ? 0 : q };
    })
    .filter(({ q }) => q > 0)
    .sort((a, b) => b.q - a.q);
  for (const { type } of wanted) {
    if (type === '*/*') return offered[0];
    const found = offered.find((each) => TYPES[each] === type || type === `${TYPES[each].split('/', 1)[0]}/*`);
    if (found !== undefined) return found;
  }
  return offered[0];
}

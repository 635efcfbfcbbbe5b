import type { HttpRequest } from '@azure/functions';
import { Problem } from '../../app/problems.ts';

const TYPES = {
  json: 'application/json',
  html: 'text/html',
  csv: 'text/csv',
  sarif: 'application/sarif+json',
} as const;

export type Format = keyof typeof TYPES;

/**
 * What the caller wants to be answered in: `?format=` where it is given, else the best of `Accept`, else JSON.
 *
 * @param offered the first is what whoever accepts anything gets
 * @throws Problem `InvalidRequest` for a format that is not offered
 */
export function formatFor(request: HttpRequest, offered: readonly [Format, ...Format[]]): Format {
  const asked = request.query.get('format');
  if (asked === null) return best(request.headers.get('accept') ?? '*/*', offered);
  const format = offered.find((each) => each === asked);
  if (format !== undefined) return format;
  const errors = [{ path: 'format', message: `must be one of ${offered.join(', ')}` }];
  throw new Problem('InvalidRequest', 'The query is not what this route takes.', { errors });
}

/** By quality, then by the caller's order. A type that nobody offers is answered with the first all the same. */
function best(accept: string, offered: readonly [Format, ...Format[]]): Format {
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

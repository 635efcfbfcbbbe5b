import type { Answer, Ask } from './http.ts';

/** One page of a list, and where the next one is. */
export function paged(ask: Ask, all: readonly unknown[], size: number): Answer {
  const from = Number(ask.query.get('$skiptoken') ?? 0);
  const next = new URLSearchParams(ask.query);
  next.set('$skiptoken', String(from + size));
  return {
    status: 200,
    body: {
      value: all.slice(from, from + size),
      nextLink: from + size >= all.length ? null : `https://${ask.host}${ask.path}?${next}`,
    },
  };
}

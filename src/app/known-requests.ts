import type { InboxRow, KnownRequest } from './ports.ts';

type Asking = Extract<InboxRow, { readonly kind: 'request' | 'tip' }>;

/**
 * Whose ids a row's id belongs to. One incident number may well be the id of a rotation and of a compromise, and whoever
 * can publish events could otherwise use up the id of a person's report.
 */
export const originOf = (row: Pick<Asking, 'kind'> & { readonly trusted?: boolean }): KnownRequest['origin'] => {
  if (row.kind === 'request') return 'request';
  return row.trusted === true ? 'tip' : 'event';
};

/** Rows of the version before do not tell whose they are, and count as anybody's. */
export const isKnownAs = (known: KnownRequest, id: string, origin: KnownRequest['origin']): boolean =>
  known.id === id && (known.origin === undefined || known.origin === origin);

export const wasAsked = (requests: readonly KnownRequest[], row: Asking): boolean =>
  requests.some((known) => isKnownAs(known, row.id, originOf(row)));

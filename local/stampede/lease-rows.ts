/** Of a transaction on the ledger: the `state` row that it writes, and what the storage made of it. */
export interface StateWrite {
  /** The resource's id, lower case. */
  readonly target: string;
  readonly worker: string | null;
  readonly replaced: string | null;
  /** null: refused. */
  readonly taken: { readonly etag: string; readonly at: number } | null;
}

/**
 * Reads a transaction as it goes over the wire, request and answer. Read here once more, and not by the adapter's own
 * code, whose word would prove nothing.
 *
 * @returns null for one that writes no `state` row
 */
export function stateWriteIn(request: string, answer: string): StateWrite | null {
  const json = request.match(/^\{.*"RowKey":"state".*\}\s*$/m)?.[0];
  if (json === undefined) return null;
  const row = JSON.parse(json) as { readonly PartitionKey: string; readonly lease: string };
  const lease = JSON.parse(row.lease) as { readonly worker: string } | null;
  const status = Number(answer.match(/^HTTP\/1\.1 (\d{3})/m)?.[1] ?? 0);
  const etag = answer.match(/^ETag: (.+)$/im)?.[1]?.trim();
  return {
    target: row.PartitionKey.replaceAll('|', '/').toLowerCase(),
    worker: lease?.worker ?? null,
    replaced: request.match(/^If-Match: (.+)$/im)?.[1]?.trim() ?? null,
    taken: status === 204 && etag !== undefined ? { etag, at: timeIn(etag) } : null,
  };
}

/** The ETag of a row tells when it was written: `W/"datetime'2026-11-30T02%3A32%3A25.2604064Z'"`. */
function timeIn(etag: string): number {
  const time = /datetime'([^']+)'/.exec(decodeURIComponent(etag))?.[1] ?? '';
  return Date.parse(time.replace(/(\.\d{3})\d*Z$/, '$1Z'));
}

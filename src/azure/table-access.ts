import type { HttpClient } from '@azure/core-rest-pipeline';
import type { TableClient, TransactionAction } from '@azure/data-tables';
import { LedgerUnavailable, PortError } from '../app/errors.ts';
import type { Written } from '../app/ports.ts';
import type { Instant } from '../core/model.ts';
import { within } from './deadline.ts';
import { type Failure, failureOf } from './failure.ts';
import { listening } from './listening.ts';
import { once, patient } from './patience.ts';
import { openTable, type Storage } from './storage.ts';
import type { Row } from './table-row.ts';

/** One table, made when it is missing. Whatever goes wrong is LedgerUnavailable, unless the call names it. */
interface Table {
  /** Every row that the query selects, or the first `limit`. @returns the service's clock */
  scan(signal: AbortSignal, query: Query, each: (row: Row) => void): Promise<Instant>;
  /** @returns false where a row with this key is there already */
  create(signal: AbortSignal, row: Keyed): Promise<boolean>;
  /** @returns false where the row is gone, or somebody has changed it since */
  replace(signal: AbortSignal, row: Keyed, etag: string): Promise<boolean>;
  /** In place of whatever is there. */
  put(signal: AbortSignal, row: Keyed): Promise<void>;
  /** A row that is gone, or that somebody has changed since, is left as it is. */
  remove(signal: AbortSignal, key: Pick<Keyed, 'partitionKey' | 'rowKey'>, etag: string): Promise<void>;
  /** All or nothing. @returns what is known of the first row */
  transact(signal: AbortSignal, actions: TransactionAction[], meaning: Meaning): Promise<Written>;
}

interface Query {
  readonly filter?: string;
  readonly select?: readonly string[];
  readonly limit?: number;
}

interface Keyed extends Row {
  readonly partitionKey: string;
  readonly rowKey: string;
}

/** What a failure says to the one who asked; null where it says nothing in particular. */
export type Meaning = (failure: Failure) => PortError | null;

const LARGEST_PAGE = 1_000;

export function tableIn(storage: Storage, name: string, httpClient: HttpClient): Table {
  const { policy, hear } = listening();
  const reading = openTable(storage, name, patient(httpClient, policy));
  const changing = openTable(storage, name, once(httpClient, policy));

  const ask = <T>(signal: AbortSignal, call: (signal: AbortSignal) => Promise<T>, meaning: Meaning) =>
    hear(async (heard) => {
      try {
        const value = await within(signal, (limit) => inExisting(changing, limit, call));
        // The SDK gives the `date` of a transaction to nobody.
        const now = Date.parse(heard.answer?.headers.get('date') ?? '');
        if (Number.isNaN(now)) throw new LedgerUnavailable();
        return { value, now };
      } catch (error) {
        if (error instanceof PortError) throw error;
        const failure = failureOf(error);
        throw meaning(failure) ?? new LedgerUnavailable({ cause: failure.cause });
      }
    });

  return {
    async scan(signal, { limit = Number.POSITIVE_INFINITY, filter, select }, each) {
      const queryOptions = { ...(filter && { filter }), ...(select && { select: [...select] }) };
      const read = async (abortSignal: AbortSignal) => {
        let left = limit;
        const pages = reading
          .listEntities({ queryOptions, abortSignal })
          .byPage({ maxPageSize: Math.min(limit, LARGEST_PAGE) });
        // A page may be short, or empty, and still not be the last.
        for await (const page of pages) {
          for (const row of page.slice(0, left)) each(row);
          left -= page.length;
          if (left <= 0) return;
        }
      };
      return (await ask(signal, read, nothingInParticular)).now;
    },

    async create(signal, row) {
      const insert = (abortSignal: AbortSignal) =>
        changing.createEntity(row, { abortSignal }).then(
          () => true,
          (error) => {
            if (failureOf(error).code === 'EntityAlreadyExists') return false;
            throw error;
          },
        );
      return (await ask(signal, insert, nothingInParticular)).value;
    },

    async replace(signal, row, etag) {
      const update = (abortSignal: AbortSignal) =>
        changing.updateEntity(row, 'Replace', { etag, abortSignal }).then(
          () => true,
          (error) => {
            if (isOutrun(error)) return false;
            throw error;
          },
        );
      return (await ask(signal, update, nothingInParticular)).value;
    },

    async put(signal, row) {
      const upsert = (abortSignal: AbortSignal) => changing.upsertEntity(row, 'Replace', { abortSignal });
      await ask(signal, upsert, nothingInParticular);
    },

    async remove(signal, { partitionKey, rowKey }, etag) {
      const drop = (abortSignal: AbortSignal) =>
        changing.deleteEntity(partitionKey, rowKey, { etag, abortSignal }).catch((error) => {
          if (!isOutrun(error)) throw error;
        });
      await ask(signal, drop, nothingInParticular);
    },

    async transact(signal, actions, meaning) {
      const submit = (abortSignal: AbortSignal) => changing.submitTransaction(actions, { abortSignal });
      const { value, now } = await ask(signal, submit, meaning);
      // By position: the answer to an update names no row, so the SDK's own look-up by row key finds none.
      const etag = value.subResponses[0]?.etag;
      if (etag === undefined) throw new LedgerUnavailable();
      return { etag, now };
    },
  };
}

/** A table that is missing answers 404 as well, and is made before that is taken for a row that is gone. */
function isOutrun(error: unknown): boolean {
  const { status, code } = failureOf(error);
  return status === 412 || (status === 404 && code !== 'TableNotFound');
}

const nothingInParticular: Meaning = () => null;

async function inExisting<T>(
  table: TableClient,
  signal: AbortSignal,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await call(signal);
  } catch (error) {
    // Said before anything was done, so that asking again repeats nothing.
    if (failureOf(error).code !== 'TableNotFound') throw error;
    await table.createTable({ abortSignal: signal });
    return await call(signal);
  }
}

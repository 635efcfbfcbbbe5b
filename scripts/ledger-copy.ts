import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { TableClient, type TableEntity } from '@azure/data-tables';
import { AzureCliCredential } from '@azure/identity';

/** The ledger first: a receipt that is not yet copied is in its outbox, and is delivered again. */
const TABLES = ['ledger', 'receipts'] as const;

const USAGE = `Copies the ledger and its receipts into a file, or back into an account that has none.

  node_modules/.bin/node scripts/ledger-copy.ts save    https://{account}.table.core.windows.net {file}
  node_modules/.bin/node scripts/ledger-copy.ts restore https://{account}.table.core.windows.net {file}

Signs in as az does. A connection string of Azurite takes the place of the address.`;

interface Row {
  readonly table: string;
  /** With the type of each value, as it is stored. */
  readonly entity: TableEntity;
}

export async function save(account: string, file: string): Promise<number> {
  const out = createWriteStream(file, { mode: 0o600 });
  let count = 0;
  for (const table of TABLES) {
    for await (const row of tableOf(account, table).listEntities({ disableTypeConversion: true })) {
      const {
        etag: _,
        timestamp: __,
        ...entity
      } = row as TableEntity & { readonly etag: string; readonly timestamp: string };
      out.write(`${JSON.stringify({ table, entity } satisfies Row)}\n`);
      count += 1;
    }
  }
  out.end();
  await finished(out);
  return count;
}

/** @throws Error where there is a ledger already: rows of two times side by side tell a past that never was */
export async function restore(account: string, file: string): Promise<number> {
  for (const name of TABLES) {
    const table = tableOf(account, name);
    await table.createTable();
    const [row] = await table
      .listEntities()
      .byPage({ maxPageSize: 1 })
      .next()
      .then(({ value }) => value ?? []);
    if (row !== undefined) throw new Error(`The table ${name} has rows: restore into an account without a ledger.`);
  }
  let count = 0;
  for await (const line of createInterface(createReadStream(file))) {
    const { table, entity } = JSON.parse(line) as Row;
    await tableOf(account, table).upsertEntity(entity, 'Replace');
    count += 1;
  }
  return count;
}

const tableOf = (account: string, name: string): TableClient =>
  account.startsWith('https://')
    ? new TableClient(account, name, new AzureCliCredential())
    : TableClient.fromConnectionString(account, name, { allowInsecureConnection: true });

if (import.meta.main) {
  const [verb, account, file] = process.argv.slice(2);
  const run = verb === 'save' ? save : verb === 'restore' ? restore : null;
  if (run === null || account === undefined || file === undefined) {
    console.error(USAGE);
    process.exit(2);
  }
  console.log(`${await run(account, file)} rows`);
}

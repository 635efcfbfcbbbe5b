import { lines, noCli } from './azure-cli.ts';
import { noBicep } from './bicep.ts';
import type { Remedy } from './remedy.ts';
import { noTerraform } from './terraform.ts';

const BECAUSE = 'a person has to look at the row first.';

/** What each kind of row counts as while nobody can tell what it says, and how that ends. */
const KINDS: readonly { readonly of: RegExp; readonly text: string }[] = [
  {
    of: /^freeze$/,
    text: 'freeze counts as a freeze of all without an end: order it anew (POST /api/freeze) or lift it (DELETE /api/freeze), which replaces the row.',
  },
  {
    of: /^flight\|/,
    text: 'flight|… counts as a rotation in flight: delete the row once the rotations that are under way have ended, or at once if one more than fleet.maxInFlight may run.',
  },
  {
    of: /^group\|/,
    text: 'group|… counts as the turn of the group: delete the row once no other target of that group has a rotation under way.',
  },
  {
    of: /^leak\|/,
    text: 'leak|… is a leak that is not shown: look for LeakUnmapped in the log and among the alerts of secret scanning at GitHub, then delete the row.',
  },
];

const IN_GENERAL =
  'If a newer version wrote it, run that version. Else put the row right from a copy of the tables, or do as follows.';

/** In short, for the log: what the rows that cannot be understood count as, and how that ends. */
export function corruptedRowsText(rows: readonly string[]): string {
  const kinds = KINDS.filter(({ of }) => rows.some((row) => of.test(row)));
  return [IN_GENERAL, ...kinds.map(({ text }) => text)].join(' ');
}

/** How to get rid of rows of the fleet that cannot be understood. */
export function corruptedRowsRemedy(rows: readonly string[]): Remedy {
  return {
    text: corruptedRowsText(rows),
    portal: [
      'Open the storage account of the app, select Storage browser, then Tables, then ledger.',
      'Filter by PartitionKey = fleet, and look at the rows that are named here.',
      'Put them right or delete them as said here. The next look finds it done.',
    ],
    azureCli: rows.includes('freeze')
      ? lines(
          '# The freeze, by the command line of the app: one of the two.',
          "# signalr-key-rotation freeze --all --until '<time>' --why '<why>'",
          '# signalr-key-rotation unfreeze --all',
          noCli(`for other rows ${BECAUSE}`),
        )
      : noCli(BECAUSE),
    bicep: noBicep(BECAUSE),
    terraform: noTerraform(BECAUSE),
  };
}

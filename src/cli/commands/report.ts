import { Option } from 'commander';
import { reportSchema } from '../../app/report/schema.ts';
import { SEVERITIES } from '../../core/finding-codes.ts';
import { appCommand } from '../app-command.ts';
import type { Cli } from '../cli.ts';
import type { DescribedCommand } from '../described.ts';
import { EXIT } from '../exit-code.ts';
import { usage } from '../failure.ts';
import { reportLines } from '../render/report-lines.ts';

interface Options {
  readonly search?: string;
  readonly verdict?: string;
  readonly severity?: string;
  readonly show?: string;
  readonly sort?: string;
  readonly page?: string;
  readonly csv?: boolean;
  readonly sarif?: boolean;
}

const TYPES = { json: 'application/json', csv: 'text/csv', sarif: 'application/sarif+json' } as const;

/** How old each key is, whether local authentication should go, and what else is wrong. */
export const report = (cli: Cli): DescribedCommand =>
  appCommand<Options>(
    cli,
    {
      name: 'report',
      summary: 'How old each key is, whether local authentication should be disabled, and what needs a person.',
      about: 'It reads what the last looks found, 100 targets a page, the neediest first.',
    },
    async ({ app, options }) => {
      const { json, csv, sarif, page } = options;
      if ([json, csv, sarif].filter(Boolean).length > 1) throw usage('--json, --csv and --sarif exclude each other.');
      if (page !== undefined && !/^[1-9]\d{0,3}$/.test(page)) throw usage('--page is 1, 2, 3 and so on.');
      const format = csv ? 'csv' : sarif ? 'sarif' : 'json';
      const path = `report?${queryOf(options, format)}`;
      if (format !== 'json') {
        cli.out.document((await app.ask(path, { accept: TYPES[format] })).text);
        return EXIT.done;
      }
      const found = await app.json(path, reportSchema);
      if (json) cli.out.json(found);
      else cli.out.lines(reportLines(found, cli.out.paint));
      return found.summary.attention.length > 0 ? EXIT.person : EXIT.done;
    },
  )
    .addOption(
      new Option('--verdict <verdict>', 'only these').choices(['Disabled', 'DisableNow', 'MigrateFirst', 'Unknown']),
    )
    .addOption(
      new Option('--severity <severity>', 'only those with a finding at least this severe').choices(SEVERITIES),
    )
    .addOption(new Option('--show <which>', 'only these').choices(['all', 'attention', 'overdue', 'rotating', 'held']))
    .addOption(new Option('--sort <by>', 'default attention').choices(['attention', 'name', 'age', 'due', 'observed']))
    .option('--search <text>', 'only those with this in their name or resource id')
    .option('--page <number>', 'default 1')
    .option('--csv', 'print a table of every key that is selected')
    .option('--sarif', 'print SARIF 2.1.0')
    .example('report', 'the whole fleet')
    .example('report --show overdue --json', 'overdue keys, for a program')
    .example('report --csv > keys.csv', 'a table for a spreadsheet')
    .exitsWith(EXIT.done, 'printed, and nothing needs a person; always with --csv and --sarif')
    .exitsWith(EXIT.person, 'printed, and something needs attention, whatever is selected');

function queryOf({ search, verdict, severity, show, sort, page }: Options, format: string): URLSearchParams {
  const asked = { q: search, verdict, severity, show, sort, page };
  const query = new URLSearchParams({ format });
  for (const [name, value] of Object.entries(asked)) if (value !== undefined) query.set(name, value);
  return query;
}

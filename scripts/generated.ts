import { eventsJsonSchema } from '../src/app/event-schemas.ts';
import { compromiseEventJsonSchema } from '../src/app/events-in/compromise-event.ts';
import { reportJsonSchema } from '../src/app/report/schema.ts';
import { commandReference } from '../src/cli/reference.ts';
import { jsonSchema } from '../src/config-schema.ts';
import { CONDITIONS } from '../src/core/codes.ts';
import { FINDINGS, INSTALLATION_FINDINGS } from '../src/core/finding-codes.ts';
import { REASONS } from '../src/core/local-auth.ts';
import { openApiJson } from '../src/functions/routes.ts';
import { builtInTable, rolesTable, sourcesTable } from './permissions.ts';

/** Files, or parts of them, that are made from the code. A test says when one has drifted: `npm run generate` mends it. */
export const generated: Readonly<Record<string, (before: string) => string>> = {
  'rotation.schema.json': () => `${JSON.stringify(jsonSchema(), null, 2)}\n`,
  'docs/compromise-event.schema.json': () => `${JSON.stringify(compromiseEventJsonSchema(), null, 2)}\n`,
  'docs/cli.md': (before) => replacePart(before, 'commands', commandReference()),
  'docs/events.schema.json': () => `${JSON.stringify(eventsJsonSchema(), null, 2)}\n`,
  'docs/openapi.json': () => `${JSON.stringify(openApiJson(), null, 2)}\n`,
  'docs/report.schema.json': () => `${JSON.stringify(reportJsonSchema(), null, 2)}\n`,
  'docs/operations.md': (before) => replacePart(before, 'conditions', conditionsTable()),
  'docs/permissions.md': (before) =>
    replacePart(
      replacePart(replacePart(before, 'roles', rolesTable()), 'built-in', builtInTable()),
      'sources',
      sourcesTable(),
    ),
  'docs/report.md': (before) =>
    replacePart(replacePart(before, 'reasons', reasonsTable()), 'findings', findingsTable()),
};

function conditionsTable(): string {
  const rows = Object.entries(CONDITIONS).map(
    ([code, { meaning, remedy, alerts }]) => `| \`${code}\` | ${alerts ? 'yes' : 'no'} | ${meaning} | ${remedy} |`,
  );
  return ['| code | alert | what it is | what to do |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function findingsTable(): string {
  const rows = Object.entries({ ...FINDINGS, ...INSTALLATION_FINDINGS }).map(
    ([code, { severity, meaning, danger, remedy }]) =>
      `| \`${code}\` | ${severity} | ${meaning} | ${danger} | ${remedy} |`,
  );
  return [
    '| code | severity | what it is | why it is dangerous | what to do |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

const WEIGHTS = ['blocks', 'unknown', 'warns'];

function reasonsTable(): string {
  const reasons = Object.entries(REASONS).sort(([, a], [, b]) => WEIGHTS.indexOf(a.weighs) - WEIGHTS.indexOf(b.weighs));
  const rows = reasons.map(([code, { weighs, meaning }]) => `| \`${code}\` | ${weighs} | ${meaning} |`);
  return ['| reason | weighs | what it is |', '| --- | --- | --- |', ...rows].join('\n');
}

/** @throws Error where the markers are not there: a part that nobody replaces would drift unseen */
function replacePart(text: string, name: string, part: string): string {
  const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The markers of ${name} are missing.`);
  return `${text.slice(0, from)}${begin}\n\n${part}\n\n${text.slice(to)}`;
}

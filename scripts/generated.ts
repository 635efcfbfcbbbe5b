import { eventsJsonSchema } from '../src/app/event-schemas.ts';
import { jsonSchema } from '../src/config-schema.ts';
import { CONDITIONS, FINDINGS } from '../src/core/codes.ts';

/** Files, or parts of them, that are made from the code. A test says when one has drifted: `npm run generate` mends it. */
export const generated: Readonly<Record<string, (before: string) => string>> = {
  'rotation.schema.json': () => `${JSON.stringify(jsonSchema(), null, 2)}\n`,
  'docs/events.schema.json': () => `${JSON.stringify(eventsJsonSchema(), null, 2)}\n`,
  'docs/operations.md': (before) =>
    replacePart(replacePart(before, 'conditions', conditionsTable()), 'findings', findingsTable()),
};

function conditionsTable(): string {
  const rows = Object.entries(CONDITIONS).map(
    ([code, { meaning, remedy, alerts }]) => `| \`${code}\` | ${alerts ? 'yes' : 'no'} | ${meaning} | ${remedy} |`,
  );
  return ['| code | alert | what it is | what to do |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function findingsTable(): string {
  const rows = Object.entries(FINDINGS).map(
    ([code, { severity, meaning, remedy }]) => `| \`${code}\` | ${severity} | ${meaning} | ${remedy} |`,
  );
  return ['| code | severity | what it is | what to do |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** @throws Error where the markers are not there: a part that nobody replaces would drift unseen */
function replacePart(text: string, name: string, part: string): string {
  const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The markers of ${name} are missing.`);
  return `${text.slice(0, from)}${begin}\n\n${part}\n\n${text.slice(to)}`;
}

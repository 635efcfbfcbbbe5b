import process from 'node:process';
import type { Argument, Command, Option } from 'commander';
import { ACCESS } from './app-command.ts';
import { cliOf } from './cli.ts';
import { DescribedCommand, PROGRAM } from './described.ts';
import { programOf } from './program.ts';

/** Every command as docs/cli.md has it. */
export const commandReference = (): string =>
  leavesOf(programOf(cliOf(process)))
    .map(sectionOf)
    .join('\n\n');

const leavesOf = (command: Command): readonly DescribedCommand[] => {
  const below = command.commands.flatMap(leavesOf);
  return below.length > 0 || !(command instanceof DescribedCommand) ? below : [command];
};

function sectionOf(command: DescribedCommand): string {
  const path = pathOf(command);
  const own = command.options.filter(({ helpGroupHeading }) => helpGroupHeading !== ACCESS);
  const rows = [...command.registeredArguments.map(argumentRow), ...own.map(optionRow)];
  const examples = command.examples.flatMap(([line, what]) => [`# ${what}`, `${PROGRAM} ${line}`]);
  return [
    `### ${path}`,
    command.description(),
    ['| argument or option | what it is |', '| --- | --- |', ...rows].join('\n'),
    ['```sh', ...examples, '```'].join('\n'),
    ['| exit code | when |', '| --- | --- |', ...command.allExits.map(([code, when]) => `| ${code} | ${when} |`)].join(
      '\n',
    ),
  ].join('\n\n');
}

const pathOf = (command: Command): string =>
  command.parent === null ? '' : `${pathOf(command.parent)} ${command.name()}`.trim();

function argumentRow(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '…' : ''}`;
  const shown = argument.required ? `<${name}>` : `[${name}]`;
  return row(shown, argument.description || choicesOf(argument.argChoices));
}

function optionRow({ flags, description, argChoices, mandatory }: Option): string {
  const parts = [description, choicesOf(argChoices), mandatory ? 'required' : ''];
  return row(flags, parts.filter((part) => part !== '').join('; '));
}

const choicesOf = (choices: readonly string[] | undefined): string =>
  choices === undefined ? '' : choices.map((choice) => `\`${choice}\``).join(', ');

const row = (name: string, what: string): string => `| \`${name}\` | ${what.replaceAll('|', '\\|')} |`;

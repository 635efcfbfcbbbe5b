import type { Command, Option } from 'commander';
import { PROGRAM } from './described.ts';

/** One level of the command line: what may follow `path`. */
interface Level {
  /** `connection-string build`; '' for the program. */
  readonly path: string;
  readonly commands: readonly Command[];
  readonly options: readonly Option[];
  /** Of its first argument, where it has a few. */
  readonly choices: readonly string[];
}

function levelsOf(command: Command, path = ''): readonly Level[] {
  const commands = command.commands.filter((each) => each.name() !== 'help');
  const level = {
    path,
    commands,
    options: command.options.filter(({ hidden }) => !hidden),
    choices: command.registeredArguments[0]?.argChoices ?? [],
  };
  return [level, ...commands.flatMap((each) => levelsOf(each, `${path} ${each.name()}`.trim()))];
}

const flagsOf = (options: readonly Option[]): readonly string[] => [
  ...options.flatMap(({ long }) => long ?? []),
  '--help',
];
const wordsOf = ({ commands, options, choices }: Level): string =>
  [...commands.map((each) => each.name()), ...choices, ...flagsOf(options)].join(' ');
const valuesOf = ({ options }: Level): readonly Option[] =>
  options.filter(({ argChoices }) => argChoices !== undefined);

/** In double quotes of bash and zsh, or single quotes of fish. */
const plain = (text: string): string => text.replaceAll(/["'`$\\[\]:]/g, ' ');

export function bashCompletion(program: Command): string {
  const levels = levelsOf(program);
  const paths = levels.map(({ path }) => path).filter((path) => path !== '');
  const values = levels.flatMap((level) =>
    valuesOf(level).map(({ long, argChoices }) => `    "${level.path} ${long}") words="${argChoices?.join(' ')}" ;;`),
  );
  return `_signalr_key_rotation() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" words="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
      ${paths.map((path) => `"${path}"`).join(' | ')}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path $previous" in
${values.join('\n')}
  esac
  if [[ -z $words ]]; then
    case "$path" in
${levels.map((level) => `      "${level.path}") words="${wordsOf(level)}" ;;`).join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _signalr_key_rotation ${PROGRAM}
`;
}

export function zshCompletion(program: Command): string {
  const levels = levelsOf(program);
  const of = ({ path, commands, options, choices }: Level): string => {
    const described = [
      ...commands.map((each) => `"${each.name()}:${plain(each.summary() || each.description())}"`),
      ...choices.map((choice) => `"${choice}"`),
      ...options.flatMap(({ long, description }) => (long == null ? [] : [`"${long}:${plain(description)}"`])),
      '"--help:display help for command"',
    ];
    return `    "${path}") offers=(${described.join(' ')}) ;;`;
  };
  const paths = levels.map(({ path }) => path).filter((path) => path !== '');
  const values = levels.flatMap((level) =>
    valuesOf(level).map(({ long, argChoices }) => `    "${level.path} ${long}") offers=(${argChoices?.join(' ')}) ;;`),
  );
  return `#compdef ${PROGRAM}
_signalr_key_rotation() {
  local at="" word
  local -a given offers
  given=("\${(@)words[2,CURRENT-1]}")
  for word in $given; do
    case "\${at:+$at }$word" in
      ${paths.map((path) => `"${path}"`).join(' | ')}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at \${given[-1]}" in
${values.join('\n')}
  esac
  if (( \${#offers} )); then
    _describe value offers
    return
  fi
  case "$at" in
${levels.map(of).join('\n')}
  esac
  _describe command offers || _files
}
compdef _signalr_key_rotation ${PROGRAM}
`;
}

export function fishCompletion(program: Command): string {
  const lines = levelsOf(program).flatMap(({ path, commands, options, choices }) => {
    const names = commands.map((each) => each.name());
    const seen = path === '' ? [] : path.split(' ').map((name) => `__fish_seen_subcommand_from ${name}`);
    const unseen = names.length === 0 ? [] : [`not __fish_seen_subcommand_from ${names.join(' ')}`];
    const condition = [...seen, ...unseen].join('; and ');
    const when = condition === '' ? '' : ` -n '${condition}'`;
    return [
      ...commands.map(
        (each) =>
          `complete -c ${PROGRAM} -f${when} -a ${each.name()} -d '${plain(each.summary() || each.description())}'`,
      ),
      ...choices.map((choice) => `complete -c ${PROGRAM} -f${when} -a ${choice}`),
      ...options.flatMap(({ long, description, argChoices }) =>
        long == null
          ? []
          : [
              `complete -c ${PROGRAM}${when} -l ${long.slice(2)} -d '${plain(description)}'${argChoices ? ` -x -a '${argChoices.join(' ')}'` : ''}`,
            ],
      ),
    ];
  });
  return `${lines.join('\n')}\n`;
}

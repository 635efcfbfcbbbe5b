import { Argument, type Command } from 'commander';
import type { Cli } from '../cli.ts';
import { bashCompletion, fishCompletion, zshCompletion } from '../completion-scripts.ts';
import { DescribedCommand } from '../described.ts';
import { EXIT } from '../exit-code.ts';

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/** What a shell needs to complete commands, options and their values. */
export const completion = (cli: Cli, program: () => Command): DescribedCommand => {
  const command = new DescribedCommand('completion')
    .summary('Prints a script that has your shell complete commands, options and values.')
    .description('Prints a script that has your shell complete commands, options and values.')
    .addArgument(new Argument('<shell>').choices(Object.keys(SHELLS)));
  command.action((shell: keyof typeof SHELLS) => {
    cli.out.document(SHELLS[shell](program()));
    cli.ended.with = EXIT.done;
  });
  return command
    .example('completion bash > ~/.local/share/bash-completion/completions/signalr-key-rotation', 'for good, in bash')
    .example('completion zsh > ~/.zsh/completions/_signalr-key-rotation', 'for good, in zsh, with that folder in fpath')
    .example('completion fish > ~/.config/fish/completions/signalr-key-rotation.fish', 'for good, in fish')
    .exitsWith(EXIT.done, 'printed');
};

import type { Cli } from '../cli.ts';
import { buildCommand } from '../connection-string/build-command.ts';
import { convertCommand } from '../connection-string/convert-command.ts';
import { editCommand } from '../connection-string/edit-command.ts';
import { fingerprintCommand } from '../connection-string/fingerprint-command.ts';
import { parseCommand } from '../connection-string/parse-command.ts';
import { redactCommand } from '../connection-string/redact-command.ts';
import { DescribedCommand } from '../described.ts';

/** Everything about connection strings that needs no server. */
export const connectionString = (cli: Cli): DescribedCommand => {
  const group = new DescribedCommand('connection-string')
    .summary('Reads, builds, edits and converts connection strings; nothing leaves this machine.')
    .description(
      'Reads, builds, edits and converts connection strings; nothing leaves this machine. Keys come in on standard input, or are typed when asked for; they are shown only with --show-secret, and never on a terminal.',
    );
  for (const command of [parseCommand, buildCommand, editCommand, redactCommand, fingerprintCommand, convertCommand]) {
    group.addCommand(command(cli));
  }
  return group;
};

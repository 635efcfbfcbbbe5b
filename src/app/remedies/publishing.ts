import type { SecretPlace } from './address.ts';
import { az, indented, lines, named } from './azure-cli.ts';
import type { Subject } from './remedy.ts';

/**
 * Writes a key of the resource into secrets. It goes through a pipe: a key belongs in no terminal, no argument list and no
 * clipboard.
 *
 * @param what a connection string, or the bare key
 */
export function publishKey(subject: Subject, places: readonly SecretPlace[], what: 'ConnectionString' | 'Key'): string {
  const read = az('signalr key list', { ...named(subject), query: { shell: `"\${slot}${what}"` }, output: 'tsv' });
  return lines(
    'slot=primary # or secondary: the one whose role is active in the report',
    ...places.map((place) => lines(`${read} |`, "  tr -d '\\n' |", writeFromPipe(place))),
  );
}

/** Takes properties out of a connection string in a secret, without showing it. */
export function removeProperties(place: SecretPlace, ...properties: readonly string[]): string {
  const read = az('keyvault secret show', {
    'vault-name': place.vault,
    name: place.name,
    query: 'value',
    output: 'tsv',
  });
  const edits = properties.map((property) => `-e 's/(^|;) *${anyCase(property)} *=[^;]*/\\1/'`);
  return lines(`${read} |`, `  sed -E ${edits.join(' ')} |`, "  tr -d '\\n' |", writeFromPipe(place));
}

/** The whole value stays in the vault: `--output none` keeps it off the terminal. */
function writeFromPipe({ vault, name }: SecretPlace): string {
  return indented(az('keyvault secret set', { 'vault-name': vault, name, file: '/dev/stdin', output: 'none' }), '  ');
}

/** Names are compared without case, and only GNU's sed has a flag for that. */
const anyCase = (name: string): string =>
  name.replaceAll(/[a-z]/gi, (letter) => `[${letter.toUpperCase()}${letter.toLowerCase()}]`);

import { ConnectionStringError } from './errors.ts';
import { isKeyed, parse } from './parse.ts';
import { propertyNamed } from './properties.ts';
import { split, trim } from './segments.ts';

/**
 * The same connection string with another AccessKey, every other byte as it was: order, letter case, white space,
 * unknown properties, empty segments, a trailing semicolon.
 *
 * The string must parse first, so what is published after an edit is never something that no SDK accepts.
 *
 * @throws ConnectionStringError whatever `parse` throws; `missing-access-key` for a string without a non-empty
 * AccessKey, which is passwordless and not ours to change; `unusable-key` for a key that would be read back differently.
 */
export function replaceAccessKey(text: string, newKey: string): string {
  if (!isKeyed(parse(text))) throw new ConnectionStringError('missing-access-key', 'AccessKey');
  if (!isReadBackAsWritten(newKey)) throw new ConnectionStringError('unusable-key', 'AccessKey');
  return split(text)
    .map(({ raw, name, before, after }) => (propertyNamed(name) === 'AccessKey' ? before + newKey + after : raw))
    .join(';');
}

/** Both trims, since not every consumer is .NET; and no lone surrogate, which UTF-8 cannot carry. */
function isReadBackAsWritten(key: string): boolean {
  return key !== '' && !key.includes(';') && trim(key) === key && key.trim() === key && key.isWellFormed();
}

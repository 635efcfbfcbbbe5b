import { ConnectionStringError, type PropertyName } from '../../connection-string/errors.ts';
import { parse } from '../../connection-string/parse.ts';
import { propertyNamed } from '../../connection-string/properties.ts';
import { split } from '../../connection-string/segments.ts';
import { usage } from '../failure.ts';
import { propertyOf } from './endpoint.ts';

/** What may be set from the command line: nothing that is secret. */
export const SETTABLE = [
  'Endpoint',
  'ClientEndpoint',
  'ServerEndpoint',
  'AuthType',
  'ClientId',
  'TenantId',
  'ClientCert',
  'Port',
  'Version',
] as const satisfies readonly PropertyName[];

export const REMOVABLE = ['AccessKey', 'ClientSecret', ...SETTABLE.filter((name) => name !== 'Endpoint')] as const;

export interface Edits {
  readonly set: readonly (readonly [PropertyName, string])[];
  readonly remove: readonly PropertyName[];
}

/**
 * The same connection string with other properties, every other byte as it was. What comes out parses.
 *
 * @throws ConnectionStringError; Failure for a value that would be read back as another
 */
export function editProperties(connectionString: string, { set, remove }: Edits): string {
  let text = connectionString;
  for (const property of remove) text = without(text, property);
  for (const [property, value] of set) text = withProperty(text, property, value);
  parse(text);
  const lost = set.find(([property, value]) => propertyOf(text, property) !== value);
  if (lost !== undefined) throw new ConnectionStringError('unusable-value', lost[0]);
  return text;
}

const without = (text: string, property: PropertyName): string =>
  split(text)
    .filter(({ name }) => propertyNamed(name) !== property)
    .map(({ raw }) => raw)
    .join(';');

function withProperty(text: string, property: PropertyName, value: string): string {
  const segments = split(text);
  const isThere = segments.some(({ name }) => propertyNamed(name) === property);
  if (!isThere) return `${text}${/;\s*$/.test(text) ? '' : ';'}${property}=${value};`;
  return segments
    .map(({ raw, name, before, after }) => (propertyNamed(name) === property ? before + value + after : raw))
    .join(';');
}

/** `ClientEndpoint=https://…`. @throws Failure */
export function settingIn(text: string): readonly [PropertyName, string] {
  const [, name = '', value = ''] = /^([A-Za-z]+)=(.*)$/s.exec(text) ?? [];
  return [propertyIn(name, SETTABLE, '--set'), value];
}

/** In any letter case. @throws Failure */
export function propertyIn<Name extends PropertyName>(text: string, names: readonly Name[], option: string): Name {
  const found = names.find((name) => name.toLowerCase() === text.toLowerCase());
  if (found === undefined) throw usage(`${option} knows no such property.`, `It knows ${names.join(', ')}.`);
  return found;
}

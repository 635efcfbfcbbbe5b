import type { PropertyName } from '../../connection-string/errors.ts';
import { propertyNamed } from '../../connection-string/properties.ts';
import { split } from '../../connection-string/segments.ts';
import { usage } from '../failure.ts';

/** A connection string, and what an application calls the endpoint that it leads to. */
export interface Endpoint {
  /** '' for the one without a name. */
  readonly name: string;
  /** How the application uses it, nothing to do with the two keys. null: not said, which means primary. */
  readonly type: EndpointType | null;
  readonly connectionString: string;
}

export const ENDPOINT_TYPES = ['primary', 'secondary'] as const;
export type EndpointType = (typeof ENDPOINT_TYPES)[number];

/** One that can be spelt everywhere: a separator in it would be read as the end of the name. @throws Failure */
export function checkedName(name: string, type: EndpointType | null): string {
  if (name === '' && type === 'secondary')
    throw usage('A secondary endpoint needs a name.', 'Give it one with --name.');
  if (name === '' || (/^[\w.-]{1,100}$/.test(name) && !/__|--|^[-_]|[-_]$/.test(name))) return name;
  throw usage(
    'The name of the endpoint cannot be spelt everywhere.',
    'Use letters, digits, single hyphens, underscores and dots, and neither of the first two at its ends.',
  );
}

/** The value of a property as it is written; null where it is not there. */
export function propertyOf(connectionString: string, property: PropertyName): string | null {
  return split(connectionString).find(({ name }) => propertyNamed(name) === property)?.value ?? null;
}

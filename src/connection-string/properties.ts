import { ConnectionStringError, type PropertyName } from './errors.ts';
import { split } from './segments.ts';

/** The names that the SDK reads, folded. `ClientCertPath`, which the documents list, is not among them. */
const KNOWN: ReadonlyMap<string, PropertyName> = new Map([
  ['ENDPOINT', 'Endpoint'],
  ['ACCESSKEY', 'AccessKey'],
  ['VERSION', 'Version'],
  ['PORT', 'Port'],
  ['CLIENTENDPOINT', 'ClientEndpoint'],
  ['SERVERENDPOINT', 'ServerEndpoint'],
  ['AUTHTYPE', 'AuthType'],
  ['CLIENTID', 'ClientId'],
  ['CLIENTSECRET', 'ClientSecret'],
  ['CLIENTCERT', 'ClientCert'],
  ['TENANTID', 'TenantId'],
]);

/** The property that a folded name stands for; null for an unknown name or none. */
export function propertyNamed(name: string | null): PropertyName | null {
  // Stryker disable next-line ConditionalExpression: the map does not hold null, the compiler wants it said.
  return name === null ? null : (KNOWN.get(name) ?? null);
}

/** The values that are there; a property that is there with nothing in it has the value ''. */
export type Properties = ReadonlyMap<PropertyName, string>;

/**
 * Splits as the SDK's ToDictionary does: a segment without `=` and an unknown name are passed over, but an unknown name
 * counts as a duplicate all the same.
 *
 * @throws ConnectionStringError `missing-endpoint` for fewer than two non-empty segments, even if one is the Endpoint;
 * `duplicate-property`.
 */
export function readProperties(text: string): Properties {
  const segments = split(text).filter((segment) => segment.raw !== '');
  if (segments.length < 2) throw new ConnectionStringError('missing-endpoint', 'Endpoint');

  const seen = new Set<string>();
  const properties = new Map<PropertyName, string>();
  for (const { name, value } of segments) {
    if (name === null) continue;
    const property = propertyNamed(name);
    if (seen.has(name)) throw new ConnectionStringError('duplicate-property', property);
    seen.add(name);
    // Stryker disable next-line ConditionalExpression: nobody can ask for the value of no property.
    if (property) properties.set(property, value);
  }
  return properties;
}

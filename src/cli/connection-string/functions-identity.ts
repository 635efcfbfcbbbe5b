import { build, type CredentialParts } from '../../connection-string/build.ts';
import { parse } from '../../connection-string/parse.ts';
import { Failure } from '../failure.ts';
import { propertyOf } from './endpoint.ts';

/**
 * A connection without a key as the Functions extension has it: one setting for each part, in place of a connection string. Source:
 * Microsoft's document on the SignalR bindings, and that of the extension on application gateways.
 */
export type IdentityParts = ReadonlyMap<string, string>;

/** @throws Failure for a connection string that has no such form */
export function partsOf(connectionString: string): IdentityParts {
  const { endpoint, credential } = parse(connectionString);
  const parts = new Map([['serviceUri', endpoint]]);
  for (const [part, property] of [
    ['clientEndpoint', 'ClientEndpoint'],
    ['serverEndpoint', 'ServerEndpoint'],
  ] as const) {
    const value = propertyOf(connectionString, property);
    if (value !== null) parts.set(part, value);
  }
  switch (credential.kind) {
    case 'default-credential':
      return parts;
    case 'managed-identity':
      parts.set('credential', 'managedidentity');
      if (credential.clientId !== null) parts.set('clientId', credential.clientId);
      return parts;
    case 'client-secret':
      return parts
        .set('tenantId', credential.tenantId)
        .set('clientId', credential.clientId)
        .set('clientSecret', propertyOf(connectionString, 'ClientSecret') ?? '');
    case 'client-certificate':
      throw noForm('It signs in with a certificate, which these settings do not know.');
    case 'access-key':
      throw noForm('It carries an access key, and these settings are for identities.');
    default:
      return credential satisfies never;
  }
}

/** @throws Failure, ConnectionStringError for what is no whole set of them */
export function connectionStringOf(parts: IdentityParts): string {
  const given = new Map([...parts].map(([name, value]) => [name.toLowerCase(), value]));
  const endpoint = given.get('serviceuri');
  if (endpoint === undefined) throw new Failure('The settings of an identity lack their serviceUri.');
  if (given.has('managedidentityresourceid')) {
    throw noForm('It names its identity by a resource id, and a connection string only by a client id.');
  }
  return build({
    endpoint,
    credential: credentialOf(given),
    clientEndpoint: given.get('clientendpoint') ?? null,
    serverEndpoint: given.get('serverendpoint') ?? null,
  });
}

function credentialOf(given: IdentityParts): CredentialParts {
  const clientId = given.get('clientid') ?? null;
  const [tenantId, clientSecret] = [given.get('tenantid'), given.get('clientsecret')];
  if (given.get('credential')?.toLowerCase() === 'managedidentity') return { kind: 'managed-identity', clientId };
  if (clientId !== null && tenantId !== undefined && clientSecret !== undefined) {
    return { kind: 'client-secret', clientId, tenantId, clientSecret };
  }
  return { kind: 'default-credential' };
}

const noForm = (why: string): Failure =>
  new Failure(`This connection has no such form. ${why}`, {
    code: 'NoSuchForm',
    remedy: 'Choose another spelling with --to.',
  });

import { build, type CredentialParts } from '../../connection-string/build.ts';
import { ConnectionStringError } from '../../connection-string/errors.ts';
import type { SecretId } from '../../core/model.ts';
import type { PublicationRecord } from '../ports.ts';

/** Stands for an id that only a person knows; of the shape that an id has, so that what is built parses. */
const GUID = '00000000-0000-0000-0000-000000000000';

export const PLACEHOLDERS =
  'The ids of zeros are placeholders: ClientId is the client id (not the object id) of the identity or application, ' +
  'TenantId the id of your directory.';

const SYSTEM_ASSIGNED: CredentialParts = { kind: 'managed-identity', clientId: null };

/** In order of preference; the last two only where no identity is to be had. */
const ALTERNATIVES: readonly CredentialParts[] = [
  { kind: 'managed-identity', clientId: GUID },
  {
    kind: 'client-certificate',
    clientId: GUID,
    tenantId: GUID,
    certificatePath: '<absolute path of the certificate>',
  },
  { kind: 'client-secret', clientId: GUID, tenantId: GUID, clientSecret: '<client secret of the application>' },
];

/** A connection string without a key, for one secret. */
interface Passwordless {
  readonly secret: SecretId;
  readonly value: string;
}

export const systemAssigned = (publications: readonly PublicationRecord[]): Passwordless[] =>
  publications.flatMap((publication) => stringFor(publication, SYSTEM_ASSIGNED));

export const alternatives = (publications: readonly PublicationRecord[]): Passwordless[] =>
  publications.flatMap((publication) => ALTERNATIVES.flatMap((credential) => stringFor(publication, credential)));

/**
 * Endpoint, ClientEndpoint and ServerEndpoint stay those of the publication: tokens are signed for the first, and clients
 * and servers may come through a gateway. Only the origins of these are known here. None, where they would not parse.
 */
function stringFor({ secret, text }: PublicationRecord, credential: CredentialParts): readonly Passwordless[] {
  if (text === null || text.endpoint === null) return [];
  const { endpoint, clientEndpoint, serverEndpoint } = text;
  try {
    return [{ secret, value: build({ endpoint, credential, clientEndpoint, serverEndpoint }) }];
  } catch (error) {
    if (error instanceof ConnectionStringError) return [];
    throw error;
  }
}

/** A property as the documents spell it. An unknown name never appears in an error: a bare key is a name to this grammar. */
export type PropertyName =
  | 'Endpoint'
  | 'AccessKey'
  | 'Version'
  | 'Port'
  | 'ClientEndpoint'
  | 'ServerEndpoint'
  | 'AuthType'
  | 'ClientId'
  | 'ClientSecret'
  | 'ClientCert'
  | 'TenantId';

const MUST_BE_A_URL = 'must be an absolute http or https URL';

const messages = {
  'missing-endpoint': () => 'The connection string needs an Endpoint and at least one further property.',
  'duplicate-property': (name: string) => `${name} appears more than once: keep one.`,
  'invalid-endpoint': (name: string) => `${name} ${MUST_BE_A_URL}.`,
  'unsupported-version': (name: string) => `${name} must be 1.x, such as 1.0; or leave it out.`,
  'invalid-port': (name: string) => `${name} must be a whole number from 1 to 65535; or leave it out.`,
  'invalid-client-endpoint': (name: string) => `${name} ${MUST_BE_A_URL}; or leave it out.`,
  'invalid-server-endpoint': (name: string) => `${name} ${MUST_BE_A_URL}; or leave it out.`,
  'missing-client-id': (name: string) => `This AuthType needs ${name}.`,
  'missing-tenant-id': (name: string) => `This AuthType needs ${name}.`,
  'invalid-tenant-id': (name: string) => `${name} may hold only letters, digits, dots and hyphens.`,
  'missing-client-secret': (name: string) =>
    `This AuthType needs ${name} or ClientCert; ClientCertPath, as the documents call it, is not read.`,
  'missing-access-key': (name: string) =>
    `The connection string has no ${name}, or an empty one: there is no key here.`,
  'unusable-key': (name: string) =>
    `The new ${name} cannot be carried: it must not be empty, hold a semicolon, or begin or end with white space.`,
  'unusable-value': (name: string) =>
    `${name} cannot be carried: it must not be empty, hold a semicolon, or begin or end with white space.`,
} as const;

export type ConnectionStringErrorCode = keyof typeof messages;

/**
 * The only error of this library. Switch on `code`; `property` is null where the name is not one of the grammar's.
 * The message is made of these two alone, so no part of the input can be in it.
 */
export class ConnectionStringError extends Error {
  override readonly name = 'ConnectionStringError';
  readonly code: ConnectionStringErrorCode;
  readonly property: PropertyName | null;

  constructor(code: ConnectionStringErrorCode, property: PropertyName | null) {
    super(messages[code](property ?? 'A property'));
    this.code = code;
    this.property = property;
  }
}

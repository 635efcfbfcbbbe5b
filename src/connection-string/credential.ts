import { ConnectionStringError, type PropertyName } from './errors.ts';
import type { Properties } from './properties.ts';

/** What a client signs in with. A client secret is only said to be there: nothing here has a use for its value. */
export type Credential =
  | AccessKeyCredential
  | { readonly kind: 'default-credential' }
  /** `clientId` is null for the identity assigned by the system. */
  | { readonly kind: 'managed-identity'; readonly clientId: string | null }
  | { readonly kind: 'client-secret'; readonly clientId: string; readonly tenantId: string }
  | {
      readonly kind: 'client-certificate';
      readonly clientId: string;
      readonly tenantId: string;
      readonly certificatePath: string;
    };

/** The one place where the key can be had. A private field behind a getter: JSON and console see only `kind`. */
export class AccessKeyCredential {
  readonly kind = 'access-key';
  readonly #accessKey: string;

  constructor(accessKey: string) {
    this.#accessKey = accessKey;
  }

  get accessKey(): string {
    return this.#accessKey;
  }
}

/** The same string as two generations of the SDK read it. */
export interface Readings {
  /** SDK 1.34.0. */
  readonly newer: Credential;
  /** SDKs of 2024 and before; null where they find no AccessKey. */
  readonly older: Credential | null;
}

/**
 * The older reading (the parser of SDKs up to 2024): AuthType decides, and without one that it knows an AccessKey is
 * required. The newer (1.34.0, run on the vectors): AuthType's own properties are still checked first, then a non-empty
 * AccessKey wins, and a string without one means Entra whatever AuthType says.
 *
 * @throws ConnectionStringError `missing-client-id`, `missing-tenant-id`, `invalid-tenant-id`, `missing-client-secret`:
 * both readings refuse these, a key or no key.
 */
export function readCredential(properties: Properties): Readings {
  const entra = entraCredential(properties);
  const accessKey = properties.get('AccessKey');
  // Older SDKs take an empty AccessKey when they parse and fail at the first token: there is no credential in it either.
  const key = accessKey ? new AccessKeyCredential(accessKey) : null;
  return { newer: key ?? entra ?? { kind: 'default-credential' }, older: entra ?? key };
}

/** Null for an AuthType that is missing or not known; the SDK does not object to the latter. */
function entraCredential(properties: Properties): Credential | null {
  switch (properties.get('AuthType')?.toLowerCase()) {
    case 'azure':
      return { kind: 'default-credential' };
    case 'azure.msi':
      return managedIdentity(properties);
    case 'azure.app':
      return application(properties);
    case 'aad':
      // The legacy name for two of the others.
      return properties.has('ClientId') && properties.has('TenantId')
        ? application(properties)
        : managedIdentity(properties);
    // Stryker disable next-line ConditionalExpression: nothing is the same as null to the `??` of its reader.
    default:
      return null;
  }
}

function managedIdentity(properties: Properties): Credential {
  // Azure.Identity takes an empty id for the identity assigned by the system.
  return { kind: 'managed-identity', clientId: properties.get('ClientId') || null };
}

function application(properties: Properties): Credential {
  const clientId = required(properties, 'ClientId', 'missing-client-id');
  const tenantId = required(properties, 'TenantId', 'missing-tenant-id');
  const certificatePath = properties.get('ClientCert');
  if (properties.has('ClientSecret')) {
    checkTenantId(tenantId);
    return { kind: 'client-secret', clientId, tenantId };
  }
  if (certificatePath !== undefined) {
    checkTenantId(tenantId);
    return { kind: 'client-certificate', clientId, tenantId, certificatePath };
  }
  throw new ConnectionStringError('missing-client-secret', 'ClientSecret');
}

/** An empty value counts as there: the SDK asks only whether the name is. */
function required(properties: Properties, name: PropertyName, code: 'missing-client-id' | 'missing-tenant-id'): string {
  const value = properties.get(name);
  if (value === undefined) throw new ConnectionStringError(code, name);
  return value;
}

/** Azure.Identity's ValidateTenantId, run by its credentials' constructors; so only once a secret or certificate is there. */
function checkTenantId(tenantId: string): void {
  if (tenantId === '') throw new ConnectionStringError('missing-tenant-id', 'TenantId');
  if (!/^[a-z\d.-]+$/i.test(tenantId)) throw new ConnectionStringError('invalid-tenant-id', 'TenantId');
}

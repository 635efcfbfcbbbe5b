import type { TokenCredential } from '@azure/core-auth';
import { ManagedIdentityCredential } from '@azure/identity';

/**
 * The app's own identity, and no chain of others behind it: with several user-assigned ones the platform refuses to choose, so the id is
 * given then.
 */
export const managedIdentity = (clientId: string | null): TokenCredential =>
  clientId === null ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });

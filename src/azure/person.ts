import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/core-auth';
import { AzureCliCredential, DefaultAzureCredential } from '@azure/identity';
import type { Cloud } from '../core/clouds.ts';

/** Before a token ends, so that it outlives the request that it goes with. */
const SPARE_MS = 5 * 60_000;

/**
 * Whoever sits at a terminal. The sign-in of the Azure CLI comes first: the default chain begins with variables of the
 * environment, and those of some other program would be taken for the person. Not the library's own chain, which keeps
 * only the errors of the last of its credentials; and the Azure CLI takes a second for each token, so that they are kept.
 *
 * @param cloud where the default chain signs in; the Azure CLI has a cloud of its own: `az cloud set`
 * @returns a credential that throws an AggregateError with what each of the two said
 */
export function personAtTerminal({ login }: Cloud): {
  getToken(scopes: string | string[], options?: GetTokenOptions): Promise<AccessToken>;
} {
  const credentials: readonly TokenCredential[] = [
    new AzureCliCredential(),
    new DefaultAzureCredential({ authorityHost: `https://${login}` }),
  ];
  const tokens = new Map<string, AccessToken>();
  return {
    async getToken(scopes, options) {
      const key = JSON.stringify([scopes, options?.tenantId, options?.claims]);
      const kept = tokens.get(key);
      if (kept !== undefined && kept.expiresOnTimestamp - SPARE_MS > Date.now()) return kept;
      const errors: unknown[] = [];
      for (const credential of credentials) {
        try {
          const token = await credential.getToken(scopes, options);
          if (token === null) continue;
          tokens.set(key, token);
          return token;
        } catch (error) {
          errors.push(error);
        }
      }
      throw new AggregateError(errors, 'Nobody is signed in.');
    },
  };
}

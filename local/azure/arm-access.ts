import { type Answer, type Ask, failure } from './http.ts';
import { principalOf } from './identity.ts';

/** What every resource provider asks first. @returns who calls, or the refusal */
export function admit(ask: Ask, apiVersions: readonly string[]): string | Answer {
  const refused = refusal(ask, apiVersions);
  if (refused) return refused;
  // It has a host in each cloud, and that is its audience.
  return principalOf(ask.headers.authorization, `https://${ask.host}`) ?? unauthenticated(ask.headers.authorization);
}

function refusal(ask: Ask, apiVersions: readonly string[]): Answer | null {
  const apiVersion = ask.query.get('api-version');
  if (apiVersion === null) {
    return failure(
      400,
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    );
  }
  if (apiVersions.includes(apiVersion)) return null;
  return failure(
    400,
    'NoRegisteredProviderFound',
    `No registered resource provider found for API version '${apiVersion}'. The supported api-versions are '${apiVersions.join(', ')}'.`,
  );
}

function unauthenticated(authorization: string | undefined): Answer {
  const headers = {
    'www-authenticate': `Bearer authorization_uri="https://login.microsoftonline.com/", error="invalid_token"`,
  };
  return authorization
    ? failure(401, 'InvalidAuthenticationToken', 'The access token is invalid.', { headers })
    : failure(401, 'AuthenticationFailed', "Authentication failed. The 'Authorization' header is missing.", {
        headers,
      });
}

export function authorizationFailed(principal: string, action: string, scope: string): Answer {
  return failure(
    403,
    'AuthorizationFailed',
    `The client '${principal}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid.`,
  );
}

export function resourceNotFound(type: string, id: string): Answer {
  const [, group = ''] = id.match(/resourceGroups\/([^/]+)\//i) ?? [];
  const name = id.split('/').at(-1);
  return failure(
    404,
    'ResourceNotFound',
    `The Resource '${type}/${name}' under resource group '${group}' was not found.`,
  );
}

export function subscriptionNotFound(id: string): Answer {
  return failure(404, 'SubscriptionNotFound', `The subscription '${id}' could not be found.`);
}

export function same(a: string, b: string | undefined): boolean {
  return a.toLowerCase() === b?.toLowerCase();
}

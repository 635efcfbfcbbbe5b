import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Ask, Outcome } from './http.ts';
import { failure } from './http.ts';

/** Who calls: the app itself unless a client id was asked for. */
export const rotator = 'rotator';

export const armAudience = 'https://management.azure.com';
export const vaultAudience = 'https://vault.azure.net';
export const eventGridAudience = 'https://eventgrid.azure.net';

export const identityPath = '/identity/token';

// Not a secret. The same for every local Azure, because the identity SDK keeps its token cache per process: a suite that starts a second one
// presents the first one's token.
const signingLabel = 'local-azure';
const lifetimeSeconds = 24 * 3600;

/** The managed identity endpoint of App Service. */
export function answerIdentity(ask: Ask, identityHeader: string): Outcome {
  if (ask.path !== identityPath)
    return failure(404, 'NotFound', 'The local Azure serves only its token endpoint without a forwarded host.');
  if (ask.headers['x-identity-header'] !== identityHeader)
    return failure(401, 'Unauthorized', 'X-IDENTITY-HEADER is missing or wrong.');
  const resource = ask.query.get('resource');
  if (ask.query.get('api-version') !== '2019-08-01' || !resource) {
    return failure(400, 'BadRequest', 'api-version 2019-08-01 and a resource are required.');
  }
  const principal = ask.query.get('client_id') ?? rotator;
  const { token, expiresOn } = issueToken(resource, principal);
  return {
    status: 200,
    body: { access_token: token, expires_on: String(expiresOn), resource, token_type: 'Bearer', client_id: principal },
  };
}

export function issueToken(
  resource: string,
  principal: string,
): { readonly token: string; readonly expiresOn: number } {
  // Real time on purpose: the SDK's cache compares with the machine's clock, whatever clock a simulation runs on.
  const expiresOn = Math.floor(Date.now() / 1000) + lifetimeSeconds;
  const payload = Buffer.from(JSON.stringify({ aud: withoutSlash(resource), oid: principal, exp: expiresOn })).toString(
    'base64url',
  );
  const head = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');
  return { token: `${head}.${payload}.${signatureOf(`${head}.${payload}`)}`, expiresOn };
}

/** The principal behind an Authorization header, or `null` where the service would answer 401. */
export function principalOf(authorization: string | undefined, audience: string): string | null {
  const [head, payload, signature] = authorization?.match(/^Bearer (.+)$/i)?.[1]?.split('.') ?? [];
  if (!head || !payload || !signature) return null;
  const expected = Buffer.from(signatureOf(`${head}.${payload}`));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as {
    aud: string;
    oid: string;
    exp: number;
  };
  return claims.aud === audience && claims.exp > Date.now() / 1000 ? claims.oid : null;
}

function signatureOf(text: string): string {
  return createHmac('sha256', signingLabel).update(text).digest('base64url');
}

function withoutSlash(resource: string): string {
  return resource.replace(/\/+$/, '');
}

import { verifyToken } from './client-token.ts';
import { type Ask, type Clock, failure, type Outcome } from './http.ts';
import type { SignalRResource } from './signalr-resource.ts';

/** What a SignalR resource answers at its own hosts. */
export function answerDataPlane(ask: Ask, resource: SignalRResource, clock: Clock): Outcome {
  if (resource.stopped) return 'dropped';
  // Consumers sit inside the network that keeps the app out.
  const inside = ask.from === 'consumer';
  if (!inside && resource.dataPlane === 'unreachable') return 'dropped';
  if (!inside && resource.dataPlane === 'forbidden') {
    return failure(403, 'Forbidden', 'Public network access is not allowed for this request.', {
      headers: { 'x-ms-error-code': 'Forbidden' },
    });
  }
  // Public and healthy, whatever the key: it proves nothing.
  if (/^\/api\/(v1\/)?health\/?$/i.test(ask.path)) return { status: 200 };

  const token = ask.headers.authorization?.match(/^Bearer (.+)$/i)?.[1] ?? ask.query.get('access_token') ?? '';
  const verdict = verifyToken(token, resource.acceptedKeys, clock.now(), (audience) =>
    audienceFits(audience, ask, resource),
  );
  if (verdict !== 'valid') {
    return {
      status: 401,
      headers: { 'www-authenticate': `Bearer error="invalid_token", error_description="${verdict}"` },
    };
  }
  return authorized(ask);
}

function authorized(ask: Ask): Outcome {
  if (
    /^\/api\/(v1\/)?hubs\/[^/]+\/connections\/[^/]+$/i.test(ask.path) &&
    (ask.method === 'HEAD' || ask.method === 'GET')
  ) {
    const code = 'Warning.Connection.NotExisted';
    return failure(404, code, 'The connection does not exist.', { headers: { 'x-ms-error-code': code } });
  }
  if (ask.method === 'POST' && /^\/api\/(v1\/)?hubs\/[^/]+(\/.*)?$/i.test(ask.path)) return { status: 202 };
  if (ask.method === 'POST' && /^\/client\/negotiate\/?$/i.test(ask.path)) {
    return {
      status: 200,
      body: { negotiateVersion: 1, connectionId: 'local', connectionToken: 'local', availableTransports: [] },
    };
  }
  return failure(404, 'NotFound', 'The local data plane has no such path.');
}

/**
 * The documented form is the request's URL without query and trailing slash; the .NET SDK signs it with its query. Hosts are those that `Endpoint`
 * may name: a request that came over ClientEndpoint or ServerEndpoint still carries the audience of `Endpoint`.
 */
function audienceFits(audience: string, ask: Ask, resource: SignalRResource): boolean {
  if (!URL.canParse(audience)) return false;
  const url = new URL(audience);
  if (!/^https?:$/.test(url.protocol) || !resource.hostNames.includes(url.hostname)) return false;
  const client = /^\/client(\/|$)/i.test(ask.path);
  if (client) return /^\/client\/?$/i.test(url.pathname) && sameHub(url.searchParams.get('hub'), ask.query.get('hub'));
  if (bare(url.pathname) !== bare(ask.path)) return false;
  return url.search === '' || url.searchParams.get('api-version') === ask.query.get('api-version');
}

function sameHub(a: string | null, b: string | null): boolean {
  return a !== null && a.toLowerCase() === b?.toLowerCase();
}

function bare(path: string): string {
  return path.replace(/\/+$/, '').toLowerCase();
}

import { app, type HttpHandler, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { Log } from '../../app/log.ts';
import { Problem } from '../../app/problems.ts';
import { logTo } from '../log-to.ts';
import { allow, callerOf } from './caller.ts';
import { problem } from './respond.ts';
import type { OpenRoute, Route, Surface } from './route.ts';

/** Registers a route: role first, then the configuration, then the use case; errors become problem documents. */
export function serve({ authentication, app: use }: Surface, { name, method, path, roles, handle }: Route): void {
  const handler = answering((request, log) => {
    refuseOtherSites(request);
    const caller = callerOf(request, authentication);
    allow(caller, ...roles);
    if ('faults' in use) {
      throw new Problem('ConfigurationInvalid', 'Correct what is listed and deploy again.', { errors: use.faults });
    }
    return handle(request, { app: { ...use, log }, caller });
  });
  const authLevel = authentication.mode === 'entra' ? 'anonymous' : 'function';
  app.http(name, { methods: [method], route: path, authLevel, handler });
}

/** Registers a route that the host asks no key for, whoever may be behind it. */
export function serveOpen(surface: Surface, { name, method, path, handle }: OpenRoute): void {
  const handler = answering((request, log) => handle(request, surface, log));
  app.http(name, { methods: [method], route: path, authLevel: 'anonymous', handler });
}

/**
 * A browser adds the cookie of whoever is signed in to what any site makes it send, and a request without a body needs nobody's leave. App Service
 * Authentication looks at this too; what it lets through is refused here. Only browsers say where a request comes from.
 *
 * @throws Problem `Forbidden`
 */
function refuseOtherSites({ method, headers }: HttpRequest): void {
  const site = headers.get('sec-fetch-site') ?? 'none';
  if (method === 'GET' || site === 'same-origin' || site === 'none') return;
  throw new Problem('Forbidden', 'Another site made the browser send this.');
}

const answering =
  (handle: (request: HttpRequest, log: Log) => Promise<HttpResponseInit>): HttpHandler =>
  async (request, context) => {
    try {
      return await handle(request, logTo(context));
    } catch (error) {
      const answer = problem(error);
      if (answer === null) throw error;
      return answer;
    }
  };

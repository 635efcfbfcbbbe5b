import { app, type HttpHandler, type HttpMethod, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { App } from '../../app/app.ts';
import { type Fault, Problem } from '../../app/problems.ts';
import { findTarget } from '../../app/targets.ts';
import type { Target } from '../../core/model.ts';
import { logTo } from '../log-to.ts';
import { type AppRole, type Authentication, allow, type Caller, callerOf } from './caller.ts';
import { problem } from './respond.ts';

/** What all routes share: who may ask, and the app, or what is wrong with its configuration. */
export interface Surface {
  readonly authentication: Authentication;
  readonly app: App | { readonly faults: readonly Fault[] };
}

export interface Route {
  readonly name: string;
  readonly method: HttpMethod;
  readonly path: string;
  /** Whoever has one of these may ask; there is no route without. */
  readonly roles: readonly [AppRole, ...AppRole[]];
  readonly handle: (request: HttpRequest, use: { app: App; caller: Caller }) => Promise<HttpResponseInit>;
}

/** Registers a route: role first, then the configuration, then the use case; errors become problem documents. */
export function route({ authentication, app: use }: Surface, { name, method, path, roles, handle }: Route): void {
  const handler: HttpHandler = async (request, context) => {
    try {
      const caller = callerOf(request, authentication);
      allow(caller, ...roles);
      if ('faults' in use) {
        throw new Problem('ConfigurationInvalid', 'Correct what is listed and deploy again.', { errors: use.faults });
      }
      return await handle(request, { app: { ...use, log: logTo(context) }, caller });
    } catch (error) {
      const answer = problem(error);
      if (answer === null) throw error;
      return answer;
    }
  };
  const authLevel = authentication.mode === 'entra' ? 'anonymous' : 'function';
  app.http(name, { methods: [method], route: path, authLevel, handler });
}

/** @throws Problem `TargetNotFound` */
export const targetIn = (request: HttpRequest, use: App): Target => findTarget(request.params.target, use);

/** A request has this long: the front end gives up after 230 s, a person much earlier. */
export const openPorts = (use: App): ReturnType<App['openPorts']> => use.openPorts(AbortSignal.timeout(30_000));

import type { KeyObject } from 'node:crypto';
import type { HttpMethod, HttpRequest, HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import type { App } from '../../app/app.ts';
import type { Log } from '../../app/log.ts';
import type { Fault } from '../../app/problems.ts';
import { findTarget } from '../../app/targets.ts';
import type { Target } from '../../core/model.ts';
import { readBody } from './body.ts';
import type { AppRole, Authentication, Caller } from './caller.ts';
import type { Description } from './describe.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { readQuery } from './query.ts';

/** What all routes share: who may ask, and the app, or what is wrong with its configuration. */
export interface Surface {
  readonly authentication: Authentication;
  /** What secret scanning signs its webhooks with; null where nobody has set it. */
  readonly leaksSecret: KeyObject | null;
  readonly app: App | { readonly faults: readonly Fault[] };
}

interface Address {
  readonly name: string;
  readonly method: HttpMethod;
  readonly path: string;
}

/** A route that asks for no role. Its handler is told nothing of the caller: no identity header is believed here. */
export interface OpenRoute extends Address {
  readonly describe: Description;
  /** How a sender is told from others; null where everybody is answered. */
  readonly signature: 'github' | null;
  readonly handle: (request: HttpRequest, surface: Surface, log: Log) => Promise<HttpResponseInit>;
}

interface Guarded extends Address {
  /** Whoever has one of these may ask; there is no route without. */
  readonly roles: readonly [AppRole, ...AppRole[]];
}

export interface Use {
  readonly app: App;
  readonly caller: Caller;
}

export interface Route extends Guarded {
  readonly describe: Description;
  readonly handle: (request: HttpRequest, use: Use) => Promise<HttpResponseInit>;
}

/** A request as far as its route describes it; nothing else of body and query reaches the handler. */
interface Asked<Body extends z.ZodType, Query extends z.ZodObject> {
  readonly body: z.infer<Body>;
  readonly query: z.infer<Query>;
  /** The caller's own id of the request; null where there is none, or the route takes none. */
  readonly id: string | null;
  readonly params: HttpRequest['params'];
  readonly accept: string | null;
}

interface Definition<Body extends z.ZodType, Query extends z.ZodObject> extends Guarded, Description {
  readonly body?: Body;
  readonly query?: Query;
  readonly handle: (asked: Asked<Body, Query>, use: Use) => Promise<HttpResponseInit>;
}

const NO_BODY = z.unknown();
const NO_QUERY = z.object({});

/** Makes a route of what it takes, what it answers and what it does. */
export function route<Body extends z.ZodType = typeof NO_BODY, Query extends z.ZodObject = typeof NO_QUERY>({
  name,
  method,
  path,
  roles,
  handle,
  ...describe
}: Definition<Body, Query>): Route {
  const asked = async (request: HttpRequest): Promise<Asked<Body, Query>> => ({
    query: readQuery(request, describe.query ?? NO_QUERY) as z.infer<Query>,
    id: describe.takesId ? idempotencyKey(request) : null,
    body: (describe.body === undefined ? undefined : await readBody(request, describe.body)) as z.infer<Body>,
    params: request.params,
    accept: request.headers.get('accept'),
  });
  return { name, method, path, roles, describe, handle: async (request, use) => handle(await asked(request), use) };
}

/** @throws Problem `TargetNotFound` */
export const targetIn = ({ params }: Pick<HttpRequest, 'params'>, use: App): Target => findTarget(params.target, use);

/** A request has this long: the front end gives up after 230 s, a person much earlier. */
export const openPorts = (use: App): ReturnType<App['openPorts']> => use.openPorts(AbortSignal.timeout(30_000));

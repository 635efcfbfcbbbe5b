import { z } from 'zod';
import { json } from './http/respond.ts';
import { type Route, route } from './http/route.ts';

/** The document of all routes, this one included. */
export function openApi(document: () => unknown): Route {
  let made: unknown = null;
  return route({
    name: 'openapi',
    method: 'GET',
    path: 'openapi.json',
    roles: ['Reader'],
    summary: 'This document.',
    answers: { 200: { description: 'OpenAPI 3.1.', json: z.looseObject({ openapi: z.string() }) } },
    handle: () => {
      // Made when it is first asked for, since hardly anybody does and a start should be quick.
      made ??= document();
      return Promise.resolve(json(200, made));
    },
  });
}

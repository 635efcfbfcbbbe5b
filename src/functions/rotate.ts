import { z } from 'zod';
import { requestRotation } from '../app/requests.ts';
import { readBody } from './http/body.ts';
import { idempotencyKey } from './http/idempotency-key.ts';
import { json } from './http/respond.ts';
import { openPorts, type Route, targetIn } from './http/route.ts';

const body = z.strictObject({ why: z.string().max(500).optional() });

/** Asks for a rotation now. */
export const rotate: Route = {
  name: 'rotate',
  method: 'POST',
  path: 'targets/{target}/rotate',
  roles: ['Operator'],
  handle: async (request, { app, caller }) => {
    const target = targetIn(request, app);
    const { why } = await readBody(request, body);
    const id = idempotencyKey(request) ?? app.newId();
    return json(202, await requestRotation(target, { id, who: caller.name, why: why ?? null }, openPorts(app)));
  },
};

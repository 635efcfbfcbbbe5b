import { z } from 'zod';
import { planFor } from '../app/plan.ts';
import { type RotateRequest, requestRotation } from '../app/requests.ts';
import { readBody } from './http/body.ts';
import { idempotencyKey } from './http/idempotency-key.ts';
import { json } from './http/respond.ts';
import { openPorts, type Route, targetIn } from './http/route.ts';

const body = z.strictObject({
  why: z.string().max(500).optional(),
  force: z.boolean().optional(),
  dryRun: z.boolean().optional(),
  acceptUnknownConsumers: z.boolean().optional(),
});

/** Asks for a rotation now, or says what that would lead to. */
export const rotate: Route = {
  name: 'rotate',
  method: 'POST',
  path: 'targets/{target}/rotate',
  roles: ['Operator'],
  handle: async (request, { app, caller }) => {
    const target = targetIn(request, app);
    const asked = await readBody(request, body);
    const key = idempotencyKey(request);
    const wanted: RotateRequest = {
      id: key ?? app.newId(),
      isNamed: key !== null,
      who: caller.name,
      why: asked.why ?? null,
      force: asked.force ?? false,
      acceptUnknownConsumers: asked.acceptUnknownConsumers ?? false,
    };
    const ports = openPorts(app);
    if (asked.dryRun) return json(200, { dryRun: true, ...(await planFor(target, wanted, ports, app)) });
    const { code, ...answer } = await requestRotation(target, wanted, ports);
    return code === null ? json(202, answer) : json(200, { code });
  },
};

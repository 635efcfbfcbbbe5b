import { z } from 'zod';
import { alreadyYoungSchema, rotatePlanSchema, rotateSchema } from '../app/answer-schemas.ts';
import { planFor } from '../app/plan.ts';
import { type RotateRequest, requestRotation } from '../app/requests.ts';
import { json } from './http/respond.ts';
import { openPorts, route, targetIn } from './http/route.ts';

/** Asks for a rotation now, or says what that would lead to. */
export const rotate = route({
  name: 'rotate',
  method: 'POST',
  path: 'targets/{target}/rotate',
  roles: ['Operator'],
  summary: 'Asks for a rotation now, or says what that would lead to.',
  takesId: true,
  body: z.strictObject({
    why: z.string().max(500).optional(),
    force: z.boolean().optional().describe('Rotates young keys too, and outside every window.'),
    dryRun: z.boolean().optional().describe('Says what would happen, and does nothing.'),
    acceptUnknownConsumers: z
      .boolean()
      .optional()
      .describe('Rotates although nothing is published, so that nobody knows who uses the keys.'),
  }),
  answers: {
    202: { description: 'The request is durable.', json: rotateSchema },
    200: {
      description: 'Nothing is asked for: both keys are younger than an hour, or it was a dry run.',
      json: z.union([alreadyYoungSchema, rotatePlanSchema]),
    },
  },
  problems: ['Frozen'],
  handle: async ({ body: asked, id, params }, { app, caller }) => {
    const target = targetIn({ params }, app);
    const wanted: RotateRequest = {
      id: id ?? app.newId(),
      isNamed: id !== null,
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
});

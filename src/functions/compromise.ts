import { z } from 'zod';
import { compromiseSchema } from '../app/answer-schemas.ts';
import { reportCompromise } from '../app/tips.ts';
import { fingerprint } from './http/fingerprint.ts';
import { json } from './http/respond.ts';
import { openPorts, route, targetIn } from './http/route.ts';
import { time } from './http/time.ts';

/** Says that a key may be in the wrong hands. What it names is condemned within seconds. */
export const compromise = route({
  name: 'compromise',
  method: 'POST',
  path: 'targets/{target}/compromise',
  roles: ['Operator'],
  summary: 'Says that a key may be in the wrong hands.',
  takesId: true,
  body: z
    .strictObject({
      fingerprint: fingerprint.optional().describe('The key that is meant. Never send the key itself.'),
      slot: z
        .enum(['primary', 'secondary'])
        .optional()
        .describe('Instead: the slot that held it at reportedAt. Neither: both keys are meant.'),
      reportedAt: time.optional().describe('Default: now.'),
      why: z.string().max(500).optional(),
      onTimeout: z
        .enum(['hold', 'retire'])
        .optional()
        .describe('What is done with consumers that do not switch in compromise.maxWait. Default: the policy.'),
    })
    .refine(({ fingerprint, slot }) => fingerprint === undefined || slot === undefined, {
      path: ['slot'],
      message: 'names the key a second time: give the fingerprint or the slot',
    })
    // The same for who reads docs/openapi.json.
    .meta({ not: { required: ['fingerprint', 'slot'] } }),
  answers: { 202: { description: 'The report is durable.', json: compromiseSchema } },
  handle: async ({ body: asked, id, params }, { app, caller }) => {
    const target = targetIn({ params }, app);
    const tip = {
      id: id ?? app.newId(),
      who: caller.name,
      why: asked.why ?? null,
      fingerprint: asked.fingerprint ?? null,
      slot: asked.slot ?? null,
      reportedAt: asked.reportedAt ?? null,
      onTimeout: asked.onTimeout ?? null,
      trusted: true,
    };
    return json(202, await reportCompromise(target, tip, openPorts(app)));
  },
});

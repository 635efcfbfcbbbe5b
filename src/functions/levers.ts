import { z } from 'zod';
import { forgetSchema, retireSchema, rollBackSchema } from '../app/answer-schemas.ts';
import { forget, type Lever, retire, rollBack } from '../app/levers.ts';
import { withTimes } from '../app/times.ts';
import { json } from './http/respond.ts';
import { openPorts, type Route, route, targetIn, type Use } from './http/route.ts';
import { time } from './http/time.ts';

const lever = {
  why: z.string().min(1, 'must say why').max(500),
  dryRun: z.boolean().optional().describe('Says what would happen, and does nothing.'),
};

interface Asked {
  readonly id: string | null;
  readonly body: { readonly why: string; readonly dryRun?: boolean | undefined };
}

const leverOf = ({ body, id }: Asked, { app, caller }: Use): Lever => ({
  id: id ?? app.newId(),
  who: caller.name,
  why: body.why,
  dryRun: body.dryRun ?? false,
});

/** 200 for what would happen, 202 for what will. */
const answer = ({ dryRun: isDry }: Lever, body: object) =>
  json(isDry ? 200 : 202, { ...withTimes(body), dryRun: isDry });

const answers = (schema: z.ZodType) => ({
  200: { description: 'What would happen.', json: schema },
  202: { description: 'The order is durable.', json: schema },
});

const POST = { method: 'POST', roles: ['Operator'], takesId: true } as const;

/** What a person under pressure decides where evidence does not come. */
export const levers: readonly Route[] = [
  route({
    ...POST,
    name: 'rollback',
    path: 'targets/{target}/rollback',
    summary: 'Publishes the outgoing key again and ends the rotation.',
    body: z.strictObject({
      ...lever,
      until: time.optional().describe('When scheduled rotations go on. Default: after rotateAfter.'),
    }),
    answers: answers(rollBackSchema),
    problems: ['NothingToRollBack', 'RetirementBegun', 'KeyCompromised'],
    handle: async (asked, use) => {
      const target = targetIn(asked, use.app);
      const order = leverOf(asked, use);
      return answer(order, await rollBack(target, order, asked.body.until ?? null, openPorts(use.app)));
    },
  }),
  route({
    ...POST,
    name: 'retire',
    path: 'targets/{target}/retire',
    summary: 'Regenerates the outgoing key although those named may still use it.',
    body: z.strictObject({
      ...lever,
      givenUp: z.array(z.string().max(63)).min(1).max(100).describe('Everybody who is awaited, and nobody else.'),
    }),
    answers: answers(retireSchema),
    problems: ['NothingToRetire'],
    handle: async (asked, use) => {
      const target = targetIn(asked, use.app);
      const order = leverOf(asked, use);
      return answer(order, await retire(target, order, asked.body.givenUp, openPorts(use.app)));
    },
  }),
  route({
    ...POST,
    name: 'forget',
    path: 'targets/{target}/forget',
    summary: 'Drops the rotation of a target that rotation.json no longer names.',
    body: z.strictObject(lever),
    answers: answers(forgetSchema),
    handle: async (asked, use) => {
      const order = leverOf(asked, use);
      return answer(order, await forget(asked.params.target, order, use.app, openPorts(use.app)));
    },
  }),
];

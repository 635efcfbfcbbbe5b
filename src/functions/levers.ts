import type { HttpRequest } from '@azure/functions';
import { z } from 'zod';
import type { App } from '../app/app.ts';
import { forget, type Lever, retire, rollBack } from '../app/levers.ts';
import { withTimes } from '../app/times.ts';
import { readBody } from './http/body.ts';
import type { Caller } from './http/caller.ts';
import { idempotencyKey } from './http/idempotency-key.ts';
import { json } from './http/respond.ts';
import { openPorts, type Route, targetIn } from './http/route.ts';
import { time } from './http/time.ts';

const why = z.string().min(1, 'must say why').max(500);
const dryRun = z.boolean().optional();
const rollBackBody = z.strictObject({ why, until: time.optional(), dryRun });
const retireBody = z.strictObject({ why, givenUp: z.array(z.string().max(63)).min(1).max(100), dryRun });
const forgetBody = z.strictObject({ why, dryRun });

const leverOf = (
  request: HttpRequest,
  asked: { readonly why: string; readonly dryRun?: boolean | undefined },
  { app, caller }: { app: App; caller: Caller },
): Lever => ({
  id: idempotencyKey(request) ?? app.newId(),
  who: caller.name,
  why: asked.why,
  dryRun: asked.dryRun ?? false,
});

/** 200 for what would happen, 202 for what will. */
const answer = ({ dryRun: isDry }: Lever, body: object) =>
  json(isDry ? 200 : 202, { ...withTimes(body), dryRun: isDry });

const ROLE = { method: 'POST', roles: ['Operator'] } as const;

/** What a person under pressure decides where evidence does not come. */
export const levers: readonly Route[] = [
  {
    ...ROLE,
    name: 'rollback',
    path: 'targets/{target}/rollback',
    handle: async (request, use) => {
      const target = targetIn(request, use.app);
      const asked = await readBody(request, rollBackBody);
      const lever = leverOf(request, asked, use);
      return answer(lever, await rollBack(target, lever, asked.until ?? null, openPorts(use.app)));
    },
  },
  {
    ...ROLE,
    name: 'retire',
    path: 'targets/{target}/retire',
    handle: async (request, use) => {
      const target = targetIn(request, use.app);
      const asked = await readBody(request, retireBody);
      const lever = leverOf(request, asked, use);
      return answer(lever, await retire(target, lever, asked.givenUp, openPorts(use.app)));
    },
  },
  {
    ...ROLE,
    name: 'forget',
    path: 'targets/{target}/forget',
    handle: async (request, use) => {
      const lever = leverOf(request, await readBody(request, forgetBody), use);
      return answer(lever, await forget(request.params.target, lever, use.app, openPorts(use.app)));
    },
  },
];

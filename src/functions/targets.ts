import { z } from 'zod';
import { historySchema, planSchema } from '../app/answer-schemas.ts';
import { planFor } from '../app/plan.ts';
import { targetSchema } from '../app/report/schema.ts';
import { resourceOf, viewTarget } from '../app/targets.ts';
import { timeOf } from '../app/times.ts';
import { targetPage } from '../views/target-page.ts';
import { formatFor } from './http/accept.ts';
import { json, page } from './http/respond.ts';
import { openPorts, route, targetIn } from './http/route.ts';

const RECENT_RECEIPTS = 50;
const FORMATS = ['json', 'html'] as const;

/** One target, as the last look saw it, or with `fresh=true` as it is now. */
export const target = route({
  name: 'target',
  method: 'GET',
  path: 'targets/{target}',
  roles: ['Reader'],
  summary: 'One target, as the last look saw it, or as it is now.',
  query: z.object({
    format: z.enum(FORMATS).optional().describe('Default: the best of Accept, else json.'),
    fresh: z.enum(['true', 'false']).default('false').describe('true: looks at it now.'),
  }),
  answers: {
    200: { description: 'An element of the targets of the report.', json: targetSchema, texts: ['text/html'] },
  },
  problems: ['Unavailable'],
  handle: async ({ query, params, accept }, { app }) => {
    const format = formatFor(query.format, accept, FORMATS);
    const ports = openPorts(app);
    const fresh = query.fresh === 'true';
    const { report, resource, now, seq } = await viewTarget(params.target, app, ports, { fresh });
    if (format === 'json') return json(200, report);
    const receipts = await ports.ledger.history(resource, Math.max(0, seq - RECENT_RECEIPTS), RECENT_RECEIPTS);
    return page(targetPage(report, timeOf(now), receipts));
  },
});

/** What would happen next, and everything that stands in the way. */
export const plan = route({
  name: 'plan',
  method: 'GET',
  path: 'targets/{target}/plan',
  roles: ['Reader'],
  summary: 'What would happen next, and everything that stands in the way.',
  answers: { 200: { description: 'The plan, as of now.', json: planSchema } },
  handle: async (asked, { app }) => json(200, await planFor(targetIn(asked, app), null, openPorts(app), app)),
});

const RECEIPTS_A_PAGE = 100;

/** The receipts of a target, oldest first. */
export const history = route({
  name: 'history',
  method: 'GET',
  path: 'targets/{target}/history',
  roles: ['Reader'],
  summary: 'The receipts of a target, oldest first, 100 a page.',
  query: z.object({
    after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0).describe('The seq of a receipt.'),
  }),
  answers: { 200: { description: 'A page.', json: historySchema } },
  handle: async ({ query: { after }, params }, { app }) => {
    const ports = openPorts(app);
    const resource = await resourceOf(params.target, app, ports);
    const receipts = await ports.ledger.history(resource, after, RECEIPTS_A_PAGE);
    const next = receipts.length < RECEIPTS_A_PAGE ? null : (receipts.at(-1)?.seq ?? null);
    return json(200, { receipts, next });
  },
});

import { z } from 'zod';
import { planFor } from '../app/plan.ts';
import { Problem } from '../app/problems.ts';
import { resourceOf, viewTarget } from '../app/targets.ts';
import { timeOf } from '../app/times.ts';
import { targetPage } from '../views/target-page.ts';
import { formatFor } from './http/accept.ts';
import { json, page } from './http/respond.ts';
import { openPorts, type Route, targetIn } from './http/route.ts';

const RECENT_RECEIPTS = 50;

/** One target, as the last look saw it, or with `fresh=true` as it is now. */
export const target: Route = {
  name: 'target',
  method: 'GET',
  path: 'targets/{target}',
  roles: ['Reader'],
  handle: async (request, { app }) => {
    const format = formatFor(request, ['json', 'html']);
    const ports = openPorts(app);
    const fresh = request.query.get('fresh') === 'true';
    const { report, resource, now, seq } = await viewTarget(request.params.target, app, ports, { fresh });
    if (format === 'json') return json(200, report);
    const receipts = await ports.ledger.history(resource, Math.max(0, seq - RECENT_RECEIPTS), RECENT_RECEIPTS);
    return page(targetPage(report, timeOf(now), receipts));
  },
};

/** What would happen next, and everything that stands in the way. */
export const plan: Route = {
  name: 'plan',
  method: 'GET',
  path: 'targets/{target}/plan',
  roles: ['Reader'],
  handle: async (request, { app }) => json(200, await planFor(targetIn(request, app), null, openPorts(app), app)),
};

const RECEIPTS_A_PAGE = 100;
const after = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0);

/** The receipts of a target, oldest first. */
export const history: Route = {
  name: 'history',
  method: 'GET',
  path: 'targets/{target}/history',
  roles: ['Reader'],
  handle: async (request, { app }) => {
    const ports = openPorts(app);
    const resource = await resourceOf(request.params.target, app, ports);
    const from = after.safeParse(request.query.get('after') ?? undefined);
    if (!from.success) {
      const errors = [{ path: 'after', message: 'must be the seq of a receipt' }];
      throw new Problem('InvalidRequest', 'The query is not what this route takes.', { errors });
    }
    const receipts = await ports.ledger.history(resource, from.data, RECEIPTS_A_PAGE);
    const next = receipts.length < RECEIPTS_A_PAGE ? null : (receipts.at(-1)?.seq ?? null);
    return json(200, { receipts, next });
  },
};

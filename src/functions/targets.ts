import { z } from 'zod';
import { Problem } from '../app/problems.ts';
import { viewOf } from '../app/target-view.ts';
import { json } from './http/respond.ts';
import { openPorts, type Route, targetIn } from './http/route.ts';

/** One target, as the last look saw it. */
export const target: Route = {
  name: 'target',
  method: 'GET',
  path: 'targets/{target}',
  roles: ['Reader'],
  handle: async (request, { app }) => {
    const asked = targetIn(request, app);
    return json(200, viewOf(asked, await openPorts(app).ledger.read(asked.resourceId)));
  },
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
    const asked = targetIn(request, app);
    const from = after.safeParse(request.query.get('after') ?? undefined);
    if (!from.success) {
      const errors = [{ path: 'after', message: 'must be the seq of a receipt' }];
      throw new Problem('InvalidRequest', 'The query is not what this route takes.', { errors });
    }
    const receipts = await openPorts(app).ledger.history(asked.resourceId, from.data, RECEIPTS_A_PAGE);
    const next = receipts.length < RECEIPTS_A_PAGE ? null : (receipts.at(-1)?.seq ?? null);
    return json(200, { receipts, next });
  },
};

import { z } from 'zod';
import { freezeFleet, freezeTarget, unfreezeFleet, unfreezeTarget } from '../app/freezes.ts';
import type { Freeze } from '../core/model.ts';
import { readBody } from './http/body.ts';
import { json } from './http/respond.ts';
import { openPorts, type Route, targetIn } from './http/route.ts';
import { time } from './http/time.ts';

const body = z.strictObject({ until: time, why: z.string().min(1, 'must say why').max(500) });

const shown = ({ until, who, why }: Freeze) => ({ until: new Date(until).toISOString(), who, why });

const ONE = { path: 'targets/{target}/freeze', roles: ['Operator'] } as const;
const ALL = { path: 'freeze', roles: ['Operator'] } as const;

/** Leaves a target, or all, alone until a time, and lifts that again. */
export const freezes: readonly Route[] = [
  {
    ...ONE,
    name: 'freeze',
    method: 'POST',
    handle: async (request, { app, caller }) => {
      const target = targetIn(request, app);
      const order = { ...(await readBody(request, body)), who: caller.name };
      return json(200, { target: target.name, ...shown(await freezeTarget(target, order, openPorts(app))) });
    },
  },
  {
    ...ONE,
    name: 'unfreeze',
    method: 'DELETE',
    handle: async (request, { app }) => {
      const target = targetIn(request, app);
      await unfreezeTarget(target, openPorts(app));
      return json(200, { target: target.name, until: null });
    },
  },
  {
    ...ALL,
    name: 'freeze-all',
    method: 'POST',
    handle: async (request, { app, caller }) => {
      const order = { ...(await readBody(request, body)), who: caller.name };
      return json(200, shown(await freezeFleet(order, openPorts(app))));
    },
  },
  {
    ...ALL,
    name: 'unfreeze-all',
    method: 'DELETE',
    handle: async (_, { app }) => {
      await unfreezeFleet(openPorts(app));
      return json(200, { until: null });
    },
  },
];

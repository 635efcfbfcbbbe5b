import { z } from 'zod';
import { freezeFleet, freezeTarget, unfreezeFleet, unfreezeTarget } from '../app/freezes.ts';
import { timeOf } from '../app/times.ts';
import type { Freeze } from '../core/model.ts';
import { readBody } from './http/body.ts';
import { json } from './http/respond.ts';
import { openPorts, type Route, targetIn } from './http/route.ts';
import { time } from './http/time.ts';

const body = z.strictObject({ until: time, why: z.string().min(1, 'must say why').max(500) });

const shown = ({ until, who, why }: Freeze) => ({ until: timeOf(until), who, why });

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
      const freeze = shown(await freezeTarget(target, order, openPorts(app)));
      app.log({ level: 'info', event: 'FreezeOrdered', target: target.name, ...freeze });
      return json(200, { target: target.name, ...freeze });
    },
  },
  {
    ...ONE,
    name: 'unfreeze',
    method: 'DELETE',
    handle: async (request, { app, caller }) => {
      const target = targetIn(request, app);
      await unfreezeTarget(target, openPorts(app));
      app.log({ level: 'info', event: 'FreezeLifted', target: target.name, who: caller.name });
      return json(200, { target: target.name, until: null });
    },
  },
  {
    ...ALL,
    name: 'freeze-all',
    method: 'POST',
    handle: async (request, { app, caller }) => {
      const order = { ...(await readBody(request, body)), who: caller.name };
      const freeze = shown(await freezeFleet(order, openPorts(app)));
      app.log({ level: 'info', event: 'FreezeOrdered', ...freeze });
      return json(200, freeze);
    },
  },
  {
    ...ALL,
    name: 'unfreeze-all',
    method: 'DELETE',
    handle: async (_, { app, caller }) => {
      await unfreezeFleet(openPorts(app));
      app.log({ level: 'info', event: 'FreezeLifted', who: caller.name });
      return json(200, { until: null });
    },
  },
];

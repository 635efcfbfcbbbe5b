import { z } from 'zod';
import { freezeAllSchema, freezeSchema, unfreezeAllSchema, unfreezeSchema } from '../app/answer-schemas.ts';
import { freezeFleet, freezeTarget, unfreezeFleet, unfreezeTarget } from '../app/freezes.ts';
import { timeOf } from '../app/times.ts';
import type { Freeze } from '../core/model.ts';
import { json } from './http/respond.ts';
import { openPorts, type Route, route, targetIn } from './http/route.ts';
import { time } from './http/time.ts';

const body = z.strictObject({ until: time, why: z.string().min(1, 'must say why').max(500) });

const shown = ({ until, who, why }: Freeze) => ({ until: timeOf(until), who, why });

const ONE = { path: 'targets/{target}/freeze', roles: ['Operator'] } as const;
const ALL = { path: 'freeze', roles: ['Operator'] } as const;

/** Leaves a target, or all, alone until a time, and lifts that again. */
export const freezes: readonly Route[] = [
  route({
    ...ONE,
    name: 'freeze',
    method: 'POST',
    summary: 'Leaves a target alone until a time.',
    body,
    answers: { 200: { description: 'The freeze, in place of an earlier one.', json: freezeSchema } },
    handle: async ({ body, params }, { app, caller }) => {
      const target = targetIn({ params }, app);
      const freeze = shown(await freezeTarget(target, { ...body, who: caller.name }, openPorts(app)));
      app.log({ level: 'info', event: 'FreezeOrdered', target: target.name, ...freeze });
      return json(200, { target: target.name, ...freeze });
    },
  }),
  route({
    ...ONE,
    name: 'unfreeze',
    method: 'DELETE',
    summary: 'Lifts the freeze of a target.',
    answers: { 200: { description: 'It is not frozen any more.', json: unfreezeSchema } },
    handle: async ({ params }, { app, caller }) => {
      const target = targetIn({ params }, app);
      await unfreezeTarget(target, openPorts(app));
      app.log({ level: 'info', event: 'FreezeLifted', target: target.name, who: caller.name });
      return json(200, { target: target.name, until: null });
    },
  }),
  route({
    ...ALL,
    name: 'freeze-all',
    method: 'POST',
    summary: 'Leaves all targets alone until a time.',
    body,
    answers: { 200: { description: 'The freeze, in place of an earlier one.', json: freezeAllSchema } },
    handle: async ({ body }, { app, caller }) => {
      const freeze = shown(await freezeFleet({ ...body, who: caller.name }, openPorts(app)));
      app.log({ level: 'info', event: 'FreezeOrdered', ...freeze });
      return json(200, freeze);
    },
  }),
  route({
    ...ALL,
    name: 'unfreeze-all',
    method: 'DELETE',
    summary: 'Lifts the freeze of all, and the pause of the fleet.',
    answers: { 200: { description: 'Neither is in force any more.', json: unfreezeAllSchema } },
    handle: async (_, { app, caller }) => {
      await unfreezeFleet(openPorts(app));
      app.log({ level: 'info', event: 'FreezeLifted', who: caller.name });
      return json(200, { until: null });
    },
  }),
];

import { healthSchema } from '../app/answer-schemas.ts';
import { json } from './http/respond.ts';
import type { OpenRoute } from './http/route.ts';

/** For load balancers and deployments: open to everybody, so it says nothing but whether the app can work. */
export const health: OpenRoute = {
  name: 'health',
  method: 'GET',
  path: 'health',
  signature: null,
  describe: {
    summary: 'Whether the app can work, and nothing else.',
    answers: {
      200: { description: 'It can.', json: healthSchema },
      503: { description: 'Its configuration is not valid.', json: healthSchema },
    },
  },
  handle: (_, { app }) => {
    const ok = !('faults' in app);
    return Promise.resolve(json(ok ? 200 : 503, { ok }));
  },
};

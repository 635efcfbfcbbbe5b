import { app } from '@azure/functions';
import { json } from './http/respond.ts';
import type { Surface } from './http/route.ts';

/** For load balancers and deployments: open to everybody, so it says nothing but whether the app can work. */
export function registerHealth({ app: use }: Surface): void {
  const ok = !('faults' in use);
  app.http('health', {
    methods: ['GET'],
    route: 'health',
    authLevel: 'anonymous',
    handler: () => json(ok ? 200 : 503, { ok }),
  });
}

import { app } from '@azure/functions';
import { registerEventPoison, registerEvents } from './events.ts';
import type { Surface } from './http/route.ts';
import { serve, serveOpen } from './http/serve.ts';
import { registerPoison, registerReconcile } from './reconcile.ts';
import { openRoutes, routes } from './routes.ts';
import { registerSweep } from './sweep.ts';

/** Every trigger of the app. With a bad configuration no queue is read, so that no message is consumed unheard. */
export function register(surface: Surface): void {
  for (const each of openRoutes) serveOpen(surface, each);
  for (const each of routes) serve(surface, each);
  registerSweep(surface);
  if ('faults' in surface.app) return;
  const { telemetry } = surface.app;
  app.hook.appTerminate(() => telemetry.end());
  registerReconcile(surface.app);
  registerPoison();
  registerEvents(surface.app);
  registerEventPoison();
}

import { acks } from './acks.ts';
import { freezes } from './freeze.ts';
import { registerHealth } from './health.ts';
import { route, type Surface } from './http/route.ts';
import { levers } from './levers.ts';
import { registerPoison, registerReconcile } from './reconcile.ts';
import { metrics, refresh, report } from './report.ts';
import { rotate } from './rotate.ts';
import { registerSweep } from './sweep.ts';
import { history, plan, target } from './targets.ts';

const routes = [report, metrics, refresh, rotate, acks, target, plan, history, ...levers, ...freezes];

/** Every trigger of the app. With a bad configuration no queue is read, so that no message is consumed unheard. */
export function register(surface: Surface): void {
  registerHealth(surface);
  for (const each of routes) route(surface, each);
  registerSweep(surface);
  if ('faults' in surface.app) return;
  registerReconcile(surface.app);
  registerPoison();
}

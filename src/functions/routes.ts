import software from '../../package.json' with { type: 'json' };
import { acks } from './acks.ts';
import { compromise } from './compromise.ts';
import { freezes } from './freeze.ts';
import { health } from './health.ts';
import { openApiDocument } from './http/openapi-document.ts';
import type { OpenRoute, Route } from './http/route.ts';
import { leaks } from './leaks.ts';
import { levers } from './levers.ts';
import { openApi } from './openapi.ts';
import { metrics, refresh, report } from './report.ts';
import { rotate } from './rotate.ts';
import { history, plan, target } from './targets.ts';

/** What docs/openapi.json holds. */
export const openApiJson = (): unknown => openApiDocument([...openRoutes, ...routes], software.version);

/** These ask for no role. */
export const openRoutes: readonly OpenRoute[] = [health, leaks];

export const routes: readonly Route[] = [
  ...[report, metrics, refresh, target, plan, history],
  ...[rotate, compromise, acks, ...levers, ...freezes],
  openApi(openApiJson),
];

import { z } from 'zod';
import assignmentsFile from '../../../infra/assignments.json' with { type: 'json' };
import rolesFile from '../../../infra/roles.json' with { type: 'json' };

/*
 * infra/roles.json and infra/assignments.json: what is deployed, and what the local Azure authorises by. Both are plain
 * enumerations, since Bicep evaluates them as well.
 */

/** What an assignment can be made for. Each of the words beginning with `site` or `slot` is a consumer of that kind. */
export const OCCASIONS = [
  'always',
  'target',
  'publication',
  'site',
  'site-refresh',
  'site-restart',
  'slot',
  'slot-refresh',
  'slot-restart',
  'container-app',
  'subscription',
  'topic',
  'system-topic',
] as const;

/** What a role is assigned on. The last three are of the installation itself. */
const SCOPES = ['target', 'secret', 'consumer', 'subscription', 'topic', 'storage', 'event-queue', 'insights'] as const;

const words = z.array(z.string().regex(/^[A-Za-z]+(\.[A-Za-z]+)+(\/[A-Za-z*]+)+$/));

const customRole = z.strictObject({
  name: z.string().regex(/^[a-z-]+$/),
  roleName: z.string().min(1).max(128),
  description: z.string().min(1).max(1_024),
  actions: words,
  notActions: words,
  dataActions: words,
  notDataActions: words,
  /** The subscriptions of these: there, and nowhere else, it can be assigned. */
  assignableScopes: z.enum(['target', 'secret', 'consumer', 'subscription', 'topic']),
});

const builtInRole = z.strictObject({ name: z.string().regex(/^[a-z-]+$/), roleName: z.string(), id: z.guid() });

const rule = z.strictObject({
  when: z.enum(OCCASIONS),
  role: z.string(),
  scope: z.enum(SCOPES),
  /** Follows `grantScope`, up to the resource group or the subscription. */
  widens: z.boolean(),
  principal: z.enum(['app', 'system-topic']),
});

export type CustomRole = z.infer<typeof customRole>;
export type BuiltInRole = z.infer<typeof builtInRole>;
export type Rule = z.infer<typeof rule>;
export type Occasion = (typeof OCCASIONS)[number];
export type ScopeKind = (typeof SCOPES)[number];

const { custom, builtIn } = z
  .strictObject({ custom: z.array(customRole), builtIn: z.array(builtInRole) })
  .parse(rolesFile);

export const customRoles: readonly CustomRole[] = custom;
export const builtInRoles: readonly BuiltInRole[] = builtIn;
export const rules: readonly Rule[] = z.array(rule).parse(assignmentsFile);

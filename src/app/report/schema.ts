import { z } from 'zod';
import { PHASES } from '../../core/decision.ts';
import { SEVERITIES } from '../../core/finding-codes.ts';
import { REASONS, type ReasonCode } from '../../core/local-auth.ts';

/** What `GET /api/report` answers, published as docs/report.schema.json. Readers ignore what they do not know. */

const time = z.iso.datetime().describe('RFC 3339, UTC.');
const fingerprint = z.string().regex(/^sha256:[0-9a-f]{16}$/);
const secret = z.string().describe('The unversioned address of a Key Vault secret.');
const slot = z.enum(['primary', 'secondary']);
const severity = z.enum(SEVERITIES);
const verdict = z.enum(['Disabled', 'DisableNow', 'MigrateFirst', 'Unknown']);
const consumerShown = z.looseObject({ consumer: z.string(), secret });

const key = z.object({
  role: z.enum(['active', 'outgoing', 'standby']).nullable(),
  fingerprint: fingerprint.nullable(),
  madeAfter: time.nullable(),
  madeBefore: time.nullable(),
  basis: z.enum(['recorded', 'embedded', 'activity-log', 'published', 'resource']).nullable(),
  dueAt: time.nullable(),
  overdueSince: time.nullable(),
  age: z.string().describe('The age in words, with what it rests on.'),
});

const remedy = z.object({
  text: z.string(),
  portal: z.array(z.string()),
  azureCli: z.string(),
  bicep: z.string(),
  terraform: z.string(),
});

const reference = z.object({
  source: z.string(),
  id: z.string().nullable(),
  title: z.string(),
  url: z.url({ protocol: /^https?$/ }),
});

const finding = z.object({
  code: z.string(),
  severity,
  evidence: z
    .looseObject({ meaning: z.string(), secrets: z.array(secret), versions: z.array(z.string()) })
    .describe('What was found, and what it was found in.'),
  danger: z.string().describe('Why it is dangerous.'),
  remediation: remedy,
  references: z.array(reference),
});

const reason = z.object({
  code: z.enum(Object.keys(REASONS) as [ReasonCode, ...ReasonCode[]]),
  weighs: z.enum(['blocks', 'unknown', 'warns']),
  meaning: z.string(),
  detail: z.object({
    secrets: z.array(secret).optional(),
    consumers: z.array(z.string()).optional(),
    slot: slot.optional(),
    fingerprint: fingerprint.optional(),
    at: time.optional(),
  }),
});

const step = z.object({
  title: z.string(),
  connectionStrings: z
    .array(z.object({ secret, value: z.string() }))
    .describe('What to write into the secrets; nothing in it is secret.'),
  ...remedy.shape,
});

const localAuth = z.object({
  verdict,
  reasons: z.array(reason),
  warning: z.string().nullable().describe('What disabling does that cannot be undone; null where it is done.'),
  steps: z.array(step).describe('What to do next, in order.'),
});

const rotation = z.object({
  id: z.string(),
  reason: z.string(),
  startedAt: time,
  condemned: z.array(z.object({ fingerprint, reason: z.string() })),
  regenerated: z.array(z.object({ slot, from: fingerprint, to: fingerprint, at: time })),
  awaiting: z.array(consumerShown),
  givenUp: z.array(z.looseObject({ consumer: z.string(), fingerprint, who: z.string(), why: z.string() })),
});

const pastRotation = z.object({
  id: z.string(),
  reason: z.string(),
  startedAt: time,
  endedAt: time,
  end: z.enum(['completed', 'rolled-back', 'forgotten']),
});

const publication = z.object({
  secret,
  endpoint: z
    .object({ name: z.string(), type: z.enum(['primary', 'secondary']) })
    .nullable()
    .describe('Endpoint name and type, where the name of the secret carries them.'),
  credential: z.enum(['access-key', 'raw-key', 'both', 'azure', 'azure.msi', 'azure.app']).nullable(),
  slot: slot.nullable().describe('Whose key it carries.'),
  code: z.string().nullable().describe('Why it cannot be used; null where it can.'),
  expiresAt: time.nullable(),
});

const consumer = z.object({
  name: z.string(),
  evidence: z.string(),
  reads: z.array(secret),
  shown: z
    .array(z.looseObject({ secret, at: time }))
    .describe('The newest evidence for each secret that it reads; none where it never showed anything.'),
});

export const targetSchema = z.object({
  name: z.string(),
  resourceId: z.string(),
  location: z.string().nullable(),
  sku: z.string().nullable(),
  observedAt: time.nullable(),
  phase: z.enum(PHASES),
  condition: z.object({ code: z.string(), since: time, meaning: z.string(), remedy: z.string() }).nullable(),
  keys: z.object({ primary: key, secondary: key }),
  policy: z
    .object({ rotateAfterDays: z.number(), maxKeyAgeDays: z.number() })
    .nullable()
    .describe('null for an orphan, which rotation.json no longer names.'),
  publications: z.array(publication),
  consumers: z.array(consumer),
  localAuth,
  findings: z.array(finding),
  rotation: rotation.nullable(),
  past: z.array(pastRotation).describe('Ended rotations, oldest first.'),
});

const unmanaged = z.object({
  name: z.string(),
  resourceId: z.string(),
  subscription: z.string(),
  location: z.string().nullable(),
  sku: z.string().nullable(),
  createdAt: time.nullable(),
  localAuthDisabled: z.boolean(),
  findings: z.array(finding).describe('What can be told without its keys.'),
});

const attention = z.object({
  target: z.string().nullable().describe('null where it is about the fleet.'),
  code: z.string(),
  severity,
  text: z.string(),
  since: time.nullable(),
});

const bySeverity = z.object({ high: z.number(), medium: z.number(), low: z.number(), info: z.number() });

const summary = z.object({
  targets: z.number().int().describe('Under management.'),
  matching: z.number().int().describe('Of these, what the query selects.'),
  observed: z.number().int(),
  oldestObservation: time.nullable(),
  overdue: z.number().int(),
  rotating: z.number().int(),
  held: z.number().int(),
  stuck: z.number().int().describe('Stalled, or failing again and again.'),
  verdicts: z.object({
    Disabled: z.number(),
    DisableNow: z.number(),
    MigrateFirst: z.number(),
    Unknown: z.number(),
  }),
  findings: bySeverity,
  unmanaged: z.number().int(),
  surveys: z.array(
    z.object({ subscription: z.string(), at: time, trouble: z.enum(['forbidden', 'unavailable']).nullable() }),
  ),
  attention: z.array(attention).describe('What needs a person now, worst first; at most 20.'),
  attentionMore: z.number().int().describe('How many more there are.'),
});

export const reportSchema = z.object({
  version: z.literal(1),
  generatedAt: time,
  next: z.string().optional().describe('Address of the next page; absent on the last.'),
  summary,
  unmanaged: z.array(unmanaged).describe('SignalR resources of the configured subscriptions that no target names.'),
  targets: z.array(targetSchema),
  findings: z.array(finding).describe('What is wrong with the installation itself, on every page.'),
});

export type Report = z.infer<typeof reportSchema>;
export type TargetReport = z.infer<typeof targetSchema>;
export type FindingReport = z.infer<typeof finding>;
export type UnmanagedReport = z.infer<typeof unmanaged>;
export type StepReport = z.infer<typeof step>;

/** What docs/report.schema.json holds. */
export const reportJsonSchema = (): unknown => ({
  title: 'Report of signalr-key-rotation',
  ...z.toJSONSchema(reportSchema, { io: 'output' }),
});

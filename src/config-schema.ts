import { z } from 'zod';
import { parseDuration } from './core/duration.ts';
import { parseResourceId, parseSecretId } from './core/model.ts';

/** The form of rotation.json. A property comes with what reads it, and is refused as unknown until then. */

const name = z
  .string()
  .regex(/^[a-z0-9-]{1,63}$/, 'must be 1 to 63 of a-z, 0-9 and -')
  .describe('A label for people and addresses; the identity is the resource id.');

const duration = z
  .string()
  .regex(/^P(?!$)(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/, {
    error: 'must be an ISO 8601 duration in weeks, days, hours, minutes and seconds, like P60D or PT5M',
    abort: true,
  })
  .refine((text) => parseDuration(text) !== null, 'is too long');

const secret = z
  .string()
  .max(2_048)
  .refine((text) => parseSecretId(text) !== null, 'must be https://{vault}/secrets/{name}, without a version')
  .describe('The unversioned address of a Key Vault secret.');

const resourceId = z
  .string()
  .max(2_048)
  .refine(
    (text) => parseResourceId(text) !== null,
    'must be the resource id of a SignalR resource: /subscriptions/…/resourceGroups/…/providers/Microsoft.SignalRService/signalR/{name}',
  );

const verification = z.strictObject({
  mode: z.enum(['required', 'when-reachable']).optional().describe('Default: required.'),
  within: duration.optional().describe('How long an answer of the data plane may lag behind. Default: PT10M.'),
  settle: duration.optional().describe('How long a regeneration of unknown end may still take effect. Default: PT5M.'),
});

const switchover = z.strictObject({
  unlisted: z
    .union([z.literal('hold'), duration], 'must be "hold" or an ISO 8601 duration')
    .optional()
    .describe('Speaks for the readers that no consumer names. No default: a wait that was made up is not evidence.'),
  maxWait: duration.optional().describe('After this wait the rotation is stalled. Default: P7D.'),
  tokenLifetime: duration.optional().describe('The longest lifetime of tokens that consumers sign. Default: PT1H.'),
  lookback: duration.optional().describe('How far back superseded versions count at adoption. Default: P30D.'),
});

const policy = {
  rotateAfter: duration.optional().describe('Default: P60D.'),
  maxKeyAge: duration.optional().describe('Default: P90D.'),
  observeEvery: duration.optional().describe('Default: PT1H.'),
  unknownAge: z
    .enum(['due', 'report'])
    .optional()
    .describe('What decides where a key may be older than rotateAfter and may be not. Default: due.'),
  adoptionSpread: duration
    .optional()
    .describe('The first rotations of unknown keys are spread over it. Default: P14D.'),
  secretExpiry: z
    .enum(['maxKeyAge', 'keep'])
    .optional()
    .describe('keep: an expiry only where the predecessor had one. Default: maxKeyAge.'),
  verification: verification.optional(),
  switchover: switchover.optional(),
};

export const policySchema = z.strictObject(policy);

const publication = z.strictObject({
  secret,
  format: z
    .enum(['connection-string', 'access-key'])
    .optional()
    .describe('A whole connection string, or the bare key. Default: connection-string.'),
  required: z
    .boolean()
    .optional()
    .describe('Default: true. One that is missing, deleted or disabled and not required is skipped.'),
});

const consumerBase = { name, reads: z.array(secret).min(1).max(50).optional().describe('Default: every publication.') };

const consumer = z.discriminatedUnion(
  'evidence',
  [
    z.strictObject({
      ...consumerBase,
      evidence: z.literal('ack'),
      principalId: z.guid().optional().describe('The only identity that may acknowledge for this consumer.'),
    }),
    z.strictObject({ ...consumerBase, evidence: z.literal('elapsed'), after: duration }),
  ],
  'must name a known evidence: ack or elapsed',
);

export const targetSchema = z.strictObject({
  ...policy,
  name,
  resourceId,
  group: name.optional().describe('At most one target of a group is between publishing and retiring.'),
  publications: z.array(publication).min(1).max(50),
  consumers: z.array(consumer).max(100).optional(),
});

const count = z.number().int().min(1);

const fleet = z.strictObject({
  maxInFlight: count.max(1_000).optional().describe('Scheduled rotations at a time. Default: 20.'),
  pauseAfterStalled: count
    .max(10_000)
    .optional()
    .describe('No scheduled rotation starts while so many targets are stalled or failing. Default: 3.'),
  maxPerSweep: count.max(10_000).optional().describe('Targets that one sweep wakes. Default: all that want it.'),
});

export const fileSchema = z.strictObject({
  $schema: z.string().optional(),
  fleet: fleet.optional(),
  defaults: policySchema.optional(),
  targets: z.array(targetSchema).max(10_000),
});

export type PolicyFile = z.infer<typeof policySchema>;
export type TargetFile = z.infer<typeof targetSchema>;

/** What rotation.schema.json holds. */
export const jsonSchema = (): unknown => ({
  title: 'rotation.json of signalr-key-rotation',
  ...z.toJSONSchema(fileSchema, { io: 'input' }),
});

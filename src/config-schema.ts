import { z } from 'zod';
import { parseDuration } from './core/duration.ts';
import { parseResourceId, parseSecretId } from './core/model.ts';

/** The form of rotation.json. A property comes with what reads it, and is refused as unknown until then. */

/** Asks the runtime's own list, which follows the IANA database. */
function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const name = z
  .string()
  .regex(/^[a-z0-9-]{1,63}$/, 'must be 1 to 63 of a-z, 0-9 and -')
  .describe('A label for people and addresses; the identity is the resource id.');

/** What ends later than any calendar goes cannot be written down. */
const CENTURY = 36_525 * 24 * 60 * 60_000;

const duration = z
  .string()
  .regex(/^P(?!$)(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/, {
    error: 'must be an ISO 8601 duration in weeks, days, hours, minutes and seconds, like P60D or PT5M',
    abort: true,
  })
  .refine((text) => (parseDuration(text) ?? Number.POSITIVE_INFINITY) <= CENTURY, 'is longer than 100 years');

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
  settle: duration
    .optional()
    .describe('How long a regeneration or a write of unknown end may still take effect. Default: PT5M.'),
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

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day like 09:30');

const window = z.strictObject({
  days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).min(1),
  from: timeOfDay,
  to: timeOfDay.describe('Not after `from`: on the next day.'),
  timeZone: z.string().refine(isTimeZone, 'must be an IANA time zone like Europe/Berlin'),
});

const compromise = z.strictObject({
  maxWait: duration.optional().describe('How long consumers of a leaked key are waited for. Default: PT15M.'),
  onTimeout: z
    .enum(['hold', 'retire'])
    .optional()
    .describe('Then: keep it alive until a person retires it, or regenerate it all the same. Default: hold.'),
  trustEvents: z
    .boolean()
    .optional()
    .describe(
      'Whoever may publish events is believed like a person: no soak, and onTimeout as stated. Default: false.',
    ),
  listedByStranger: z
    .enum(['finding', 'compromise'])
    .optional()
    .describe('What it means that somebody outside knownPrincipals lists the keys. Default: finding.'),
  maxEventAge: duration.optional().describe('Older events are not looked at. Default: P1D.'),
  perHour: z
    .number()
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe('So many reports an hour may change keys that they do not name. Default: 3.'),
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
  compromise: compromise.optional(),
  windows: z.array(window).max(50).optional().describe('Rotations begin and regenerate only inside. Default: always.'),
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

const consumerName = name.refine((text) => text !== 'unlisted', 'is the name of the readers that nobody listed');
const consumerBase = {
  name: consumerName,
  reads: z.array(secret).min(1).max(50).optional().describe('Default: every publication.'),
};

/** Matched without case, as ARM does. */
const armId = (pattern: RegExp, form: string) =>
  z
    .string()
    .max(2_048)
    .refine((text) => pattern.test(text.toLowerCase()), `must be the resource id of ${form}`);

const site = armId(
  /^\/subscriptions\/[^/\s?#]+\/resourcegroups\/[^/\s?#]+\/providers\/microsoft\.web\/sites\/[^/\s?#]+(\/slots\/[^/\s?#]+)?$/,
  'an App Service or Functions app, or of one of its slots',
);
const containerApp = armId(
  /^\/subscriptions\/[^/\s?#]+\/resourcegroups\/[^/\s?#]+\/providers\/microsoft\.app\/containerapps\/[^/\s?#]+$/,
  'a container app',
);

/** Fixed by configuration: nothing that a consumer answers leads anywhere else. */
const probeUrl = z
  .url({ protocol: /^https$/, error: 'must be an https address' })
  .max(2_048)
  .refine((text) => !/^https:\/\/[^/]*@/.test(text), 'must not carry a user or password');

const count = z.number().int().min(1);

const consumer = z.discriminatedUnion(
  'evidence',
  [
    z.strictObject({
      ...consumerBase,
      evidence: z.literal('ack'),
      principalId: z.guid().optional().describe('The only identity that may acknowledge for this consumer.'),
    }),
    z.strictObject({ ...consumerBase, evidence: z.literal('elapsed'), after: duration }),
    z.strictObject({
      ...consumerBase,
      evidence: z.literal('app-service-reference'),
      resourceId: site,
      setting: z
        .string()
        .min(1)
        .max(256)
        .optional()
        .describe(
          'The application setting or connection string to look at. Default: every one that reads a publication.',
        ),
      nudge: z
        .enum(['none', 'refresh', 'restart'])
        .optional()
        .describe('How far it may be pushed to take up a new version. Default: refresh.'),
    }),
    z.strictObject({ ...consumerBase, evidence: z.literal('container-app'), resourceId: containerApp }),
    z.strictObject({
      ...consumerBase,
      evidence: z.literal('probe'),
      url: probeUrl,
      instances: count.max(100).optional().describe('How many instances have to answer the same. Default: 1.'),
      times: count.max(10).optional().describe('How many times running each has to. Default: 3.'),
    }),
  ],
  'must name a known evidence: ack, elapsed, app-service-reference, container-app or probe',
);

const repository = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9_-]+\/(\*|[A-Za-z0-9._-]+)$/, 'must be owner/name or owner/*');

export const targetSchema = z.strictObject({
  ...policy,
  name,
  resourceId,
  group: name.optional().describe('At most one target of a group is between publishing and retiring.'),
  repositories: z
    .array(repository)
    .max(100)
    .optional()
    .describe('GitHub repositories whose secret-scanning alerts are taken for keys of this target. Without case.'),
  publications: z.array(publication).min(1).max(50),
  consumers: z.array(consumer).max(100).optional(),
});

const fleet = z.strictObject({
  maxInFlight: count.max(1_000).optional().describe('Scheduled rotations at a time. Default: 20.'),
  pauseAfterStalled: count
    .max(10_000)
    .optional()
    .describe('No scheduled rotation starts while so many targets are stalled or failing. Default: 3.'),
  maxPerSweep: count.max(10_000).optional().describe('Targets that one sweep wakes. Default: all that want it.'),
});

/** The app's token goes there, so it has to be Event Grid: in the public cloud, that of the US government, or China's. */
const TOPIC_HOST = /^https:\/\/[a-z0-9.-]+\.eventgrid\.azure\.(net|us|cn)(\/|$)/i;

const notify = z.strictObject({
  webhook: probeUrl.optional().describe('Gets each event as a CloudEvent 1.0.'),
  topic: probeUrl
    .refine((url) => TOPIC_HOST.test(url), 'must be the endpoint of an Event Grid topic')
    .optional()
    .describe('The endpoint of an Event Grid topic with the CloudEvents schema; reached by identity.'),
});

const subscriptions = z
  .array(z.guid('must be the id of a subscription'))
  .max(1_000)
  .describe('Ids of subscriptions whose SignalR resources and vaults are listed once an hour, for the report.');

const knownPrincipals = z
  .array(z.guid('must be the object id of an identity'))
  .max(1_000)
  .describe('Object ids of identities and groups that may list the keys. Any other that does is a finding.');

export const fileSchema = z.strictObject({
  $schema: z.string().optional(),
  subscriptions: subscriptions.optional(),
  knownPrincipals: knownPrincipals.optional(),
  fleet: fleet.optional(),
  notify: notify.optional(),
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

import { z } from 'zod';

/** What events out look like: CloudEvents 1.0, published as docs/events.schema.json. Receivers ignore what they do not know. */

const fingerprint = z.string().regex(/^sha256:[0-9a-f]{16}$/);
const slot = z.enum(['primary', 'secondary']);
const secret = z.url();
const versions = z.array(z.object({ secret, version: z.string() }));

/** Of every event's data. */
const base = {
  target: z.string().describe('The name in rotation.json.'),
  resourceId: z.string(),
  rotation: z.string().nullable(),
  step: z.string().describe('The kind of the receipt that the event comes from.'),
  seq: z.number().int().describe('Of that receipt.'),
  head: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('Its hash, so that a chain which is rewritten later shows.'),
};

const published = z.object({
  ...base,
  slot,
  fingerprint: fingerprint.describe('The key that is published now.'),
  proof: z.enum(['live', 'unproved']),
  versions: versions.describe('The new version of each secret: acknowledge one of them.'),
});

const data = {
  SwitchoverRequested: published.describe(
    'Consumers are to take up the new version. A pipeline may answer with an ack.',
  ),
  DriftRepaired: published.describe('A secret carried a key that is in no slot, or was written in between.'),
  RotationCompleted: z
    .object({
      ...base,
      startedAt: z.iso.datetime().nullable(),
      regenerated: z.array(z.object({ slot, from: fingerprint, to: fingerprint, dead: z.string().nullable() })),
    })
    .describe('Both keys are new, and the old ones are shown dead.'),
  RotationStalled: z
    .object({
      ...base,
      code: z.literal('Stalled'),
      slot,
      fingerprint: fingerprint.describe('The key that is kept alive.'),
      awaiting: z
        .array(z.looseObject({ consumer: z.string(), secret }))
        .describe('Who is missing, and what each showed.'),
    })
    .describe('Consumers are not shown to have switched within maxWait.'),
};

const envelope = <Type extends keyof typeof data>(type: Type) =>
  z
    .object({
      specversion: z.literal('1.0'),
      id: z.string().describe('Fixed by the receipt: a repetition has the same.'),
      type: z.literal(`SignalRKeyRotation.${type}`),
      source: z.string().describe('The resource id.'),
      subject: z.string().describe('The name of the target.'),
      time: z.iso.datetime(),
      datacontenttype: z.literal('application/json'),
      data: data[type],
    })
    .describe(data[type].description ?? '');

export const eventSchema = z.discriminatedUnion('type', [
  envelope('SwitchoverRequested'),
  envelope('DriftRepaired'),
  envelope('RotationCompleted'),
  envelope('RotationStalled'),
]);

/** What docs/events.schema.json holds. */
export const eventsJsonSchema = (): unknown => ({
  title: 'Events of signalr-key-rotation',
  ...z.toJSONSchema(eventSchema, { io: 'input' }),
});

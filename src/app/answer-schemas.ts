import { z } from 'zod';
import { CONDITIONS, type ConditionCode } from '../core/codes.ts';
import { PHASES } from '../core/decision.ts';
import { PROBLEMS, type ProblemCode } from './problems.ts';

/** What the HTTP surface answers beside the report. Readers ignore what they do not know. */

const time = z.iso.datetime().describe('RFC 3339, UTC.');
const fingerprint = z.string().regex(/^sha256:[0-9a-f]{16}$/);
const slot = z.enum(['primary', 'secondary']);
const secret = z.string().describe('The unversioned address of a Key Vault secret.');
const target = z.string().describe('The name in rotation.json.');
const request = z.string().describe('Id of the request: the Idempotency-Key, where one was sent.');
const rotation = z.string().describe('Id of the rotation.');
const phase = z.enum(PHASES);
const code = z.enum([...(Object.keys(CONDITIONS) as ConditionCode[]), 'Unavailable']);

export const planSchema = z
  .object({
    target,
    observedAt: time,
    next: z.looseObject({ step: phase }).describe('The next step, and what it would be taken with.'),
    wakeAt: time.nullable().describe('The next look, at the latest; null where there is a step to take at once.'),
    dueAt: time.nullable().describe('When the next scheduled rotation is due; null while one runs, or none ever is.'),
    blockers: z
      .array(z.object({ code, meaning: z.string(), remedy: z.string(), detail: z.looseObject({}) }))
      .describe('Everything that stands in the way.'),
  })
  .meta({ id: 'Plan' });

export const receiptSchema = z
  .object({
    seq: z.number().int().describe('1, 2, 3, … for each resource.'),
    at: time,
    resource: z.string(),
    rotation: rotation.nullable(),
    step: phase,
    actor: z.string().describe('rotator, or who asked.'),
    data: z.looseObject({}).describe('What the step has to say.'),
    prev: z.string().regex(/^[0-9a-f]{64}$/),
    hash: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe('SHA-256 over the RFC 8785 form of the rest.'),
  })
  .meta({ id: 'Receipt' });

export const historySchema = z.object({
  receipts: z.array(receiptSchema).describe('Oldest first.'),
  next: z.number().int().nullable().describe('Where the next page goes on: after=; null on the last.'),
});

export const rotateSchema = z.object({
  request,
  target,
  rotation: rotation.nullable().describe('null until it has begun.'),
  phase,
  joined: z.boolean().describe('Whether it joins a rotation in flight.'),
  opensAt: time.optional().describe('When the next window opens, where it waits for one.'),
});

export const alreadyYoungSchema = z.object({ code: z.literal('AlreadyYoung') });

export const rotatePlanSchema = z.object({ dryRun: z.literal(true), ...planSchema.shape });

export const compromiseSchema = z.object({
  request,
  class: z
    .enum(['standby', 'active', 'outgoing', 'both', 'dead'])
    .nullable()
    .describe('What is meant, by the last observation; null where there is none. What a look finds decides.'),
});

export const ackSchema = z.object({
  consumer: z.string(),
  believed: z.array(
    z.object({
      secret,
      version: z.string().nullable(),
      fingerprint: fingerprint.nullable(),
      auth: z.enum(['key', 'entra']),
    }),
  ),
});

const lever = { target, rotation, slot: slot.describe('The outgoing one.'), fingerprint };
const dryRun = z.boolean().describe('true: nothing was done.');

export const rollBackSchema = z.object({
  ...lever,
  until: time.describe('No scheduled rotation begins before.'),
  dryRun,
});

export const retireSchema = z.object({
  ...lever,
  givenUp: z.array(z.string()),
  awaiting: z
    .array(z.looseObject({ consumer: z.string(), secret }))
    .describe('Everybody who was awaited, and what each showed last.'),
  dryRun,
});

export const forgetSchema = z.object({ target, resourceId: z.string(), rotation: rotation.nullable(), dryRun });

const freeze = { until: time, who: z.string(), why: z.string() };
export const freezeSchema = z.object({ target, ...freeze });
export const unfreezeSchema = z.object({ target, until: z.null() });
export const freezeAllSchema = z.object(freeze);
export const unfreezeAllSchema = z.object({ until: z.null() });

export const refreshSchema = z.object({
  targets: z.number().int(),
  enqueued: z.number().int().describe('The next sweeps find the others.'),
});

export const healthSchema = z.object({ ok: z.boolean() });

export const leakSchema = z.object({
  outcome: z
    .enum(['reported', 'unmapped', 'lifted', 'ignored'])
    .describe(
      'reported: as a suspected compromise of the targets. unmapped: no target names the repository, so a person was alerted. lifted: that alert is withdrawn. ignored: none of our business.',
    ),
  targets: z.array(target).describe('Which name the repository.'),
});

/** A problem document (RFC 9457). Some codes bring members of their own. */
const problemSchema = z
  .looseObject({
    type: z.string().describe('urn:signalr-key-rotation: and the code.'),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('Each thing that is wrong, and where.'),
  })
  .meta({ id: 'Problem' });

/** One of these, which share a status. */
export const problemOf = (codes: readonly ProblemCode[]): z.ZodType =>
  z.intersection(problemSchema, z.looseObject({ code: z.enum(codes) }));

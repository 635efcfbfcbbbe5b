import { z } from 'zod';

/** The format that others build on, strictly: a property more is a change of it. */
const fingerprint = z.string().regex(/^sha256:[0-9a-f]{16}$/);
const time = z.iso.datetime();
const slot = z.enum(['primary', 'secondary']);
const state = z.strictObject({ active: slot.nullable(), primary: fingerprint, secondary: fingerprint });
const step = z.enum([
  'condemn',
  'regenerate',
  'publish',
  'align',
  'repair',
  'nudge',
  'await-consumers',
  'soak',
  'confirm-dead',
  'disable-old-versions',
  'roll-back',
  'complete',
  'hold',
  'wait',
  'nothing-due',
]);

export const documentSchema = z.strictObject({
  version: z.literal(1),
  ok: z.boolean(),
  reason: z.string().nullable(),
  startedAt: time,
  finishedAt: time,
  targets: z.array(
    z.strictObject({
      name: z.string(),
      resourceId: z.string().startsWith('/subscriptions/'),
      outcome: z.enum(['rotated', 'not-due', 'held', 'failed']),
      code: z.string().nullable(),
      before: state,
      after: state,
      publications: z.array(
        z.strictObject({
          secret: z.string().regex(/^https:\/\/[^/]+\/secrets\/[^/]+$/),
          versions: z.array(
            z.strictObject({
              version: z.string().regex(/^[0-9a-f]{32}$/),
              fingerprint: fingerprint.nullable(),
              enabled: z.boolean(),
              createdAt: time,
            }),
          ),
        }),
      ),
      steps: z.array(
        z.strictObject({
          seq: z.int().positive(),
          at: time,
          step,
          slot: slot.optional(),
          role: z.enum(['active', 'outgoing', 'standby']).optional(),
          rotation: z.string().nullable(),
        }),
      ),
      consumers: z.array(
        z.strictObject({ name: z.string(), calls: z.int().nonnegative(), refused: z.int().nonnegative() }),
      ),
    }),
  ),
});

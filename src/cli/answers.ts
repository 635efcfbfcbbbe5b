import { z } from 'zod';
import { alreadyYoungSchema, type planSchema, rotateSchema } from '../app/answer-schemas.ts';

/** What the app answers, where it is read in another form than app/answer-schemas.ts has it. */

export const rotateAnswer = z.union([alreadyYoungSchema, rotateSchema]);

/** A receipt as it came: its hash is over every member, those that this version does not know included. */
const receipt = z.looseObject({
  seq: z.number(),
  at: z.string(),
  resource: z.string(),
  rotation: z.string().nullable(),
  step: z.string(),
  actor: z.string(),
  data: z.looseObject({}),
  prev: z.string(),
  hash: z.string(),
});

export const historyAnswer = z.object({ receipts: z.array(receipt), next: z.number().nullable() });

/** Where nothing is read of an answer that is printed as it is. */
export const anyAnswer = z.looseObject({});

export type Receipt = z.infer<typeof receipt>;
export type Plan = z.infer<typeof planSchema>;

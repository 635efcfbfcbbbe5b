import { z } from 'zod';
import type { Instant } from '../../core/model.ts';
import { isObject, jsonIn, membersOf, shown, time } from './tolerant.ts';

/** What happened somewhere, as somebody says. Nothing of it is true only because it is written here. */
export interface IncomingEvent {
  readonly id: string;
  readonly type: string;
  /** What Event Grid calls the topic. Empty where there is none. */
  readonly source: string;
  readonly at: Instant;
  readonly data: unknown;
}

/** One that cannot be read, by what can be told of it. */
export interface Malformed {
  readonly id: string | null;
  readonly type: string | null;
}

export type Received = { readonly event: IncomingEvent } | { readonly malformed: Malformed };

/** The type that an alert of Defender for Cloud gets when it comes as it is, without an event around it. */
export const BARE_ALERT = 'Microsoft.Security/alerts';

/**
 * One event or a batch, in the schema of Event Grid or as CloudEvents 1.0, as JSON or its text.
 *
 * @returns null for what is no JSON
 */
export function eventsIn(input: unknown): readonly Received[] | null {
  const json = jsonIn(input);
  if (json === undefined) return null;
  return (Array.isArray(json) ? json : [json]).map(readOne);
}

/** Longer ones are refused, since two that are cut could become the same. */
const id = z
  .string()
  .min(1)
  .max(1_000)
  .transform((text) => shown(text, 1_000));
const type = z.string().min(1).max(200);
const source = z
  .string()
  .max(2_000)
  .optional()
  .transform((text = '') => text.trim());

const eventGridSchema = z
  .object({ id, eventtype: type, topic: source, eventtime: time, data: z.unknown().optional() })
  .transform(({ id, eventtype, topic, eventtime, data }) => ({
    ...{ id, type: eventtype, source: topic, at: eventtime },
    data: jsonIn(data),
  }));

const cloudEventSchema = z
  .object({
    ...{ specversion: z.literal('1.0'), id, type, source, time },
    ...{ data: z.unknown().optional(), data_base64: z.string().optional() },
  })
  .transform(({ id, type, source, time, data, data_base64 }) => ({
    ...{ id, type, source, at: time },
    data: jsonIn(data_base64 ?? data),
  }));

const bareAlertSchema = z
  .object({ systemalertid: id, timegenerated: time.optional(), timegeneratedutc: time.optional() })
  .transform(({ systemalertid, timegenerated, timegeneratedutc }, context) => {
    const at = timegenerated ?? timegeneratedutc;
    if (at !== undefined) return { id: systemalertid, at };
    context.addIssue({ code: 'custom', message: 'has no time' });
    return z.NEVER;
  });

function readOne(json: unknown): Received {
  const members = membersOf(json);
  const parsed = parse(json, members);
  if (parsed !== null) return { event: parsed };
  return { malformed: { id: textIn(members.id), type: textIn(members.eventtype ?? members.type) } };
}

function parse(json: unknown, members: Readonly<Record<string, unknown>>): IncomingEvent | null {
  if (members.eventtype !== undefined) return eventGridSchema.safeParse(members).data ?? null;
  if (members.specversion !== undefined) return cloudEventSchema.safeParse(members).data ?? null;
  const alert = bareAlertSchema.safeParse(isObject(members.properties) ? membersOf(members.properties) : members);
  return alert.success ? { ...alert.data, type: BARE_ALERT, source: '', data: json } : null;
}

const textIn = (value: unknown): string | null => (typeof value === 'string' ? value : null);

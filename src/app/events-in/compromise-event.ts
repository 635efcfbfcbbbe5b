import { z } from 'zod';
import { parseFingerprint, parseResourceId, type Target } from '../../core/model.ts';
import type { IncomingEvent } from './event.ts';
import type { Installed, Intake, Reason } from './intake.ts';
import { isObject, shown } from './tolerant.ts';

export const KEY_COMPROMISE_SUSPECTED = 'SignalRKeyRotation.KeyCompromiseSuspected';

const LONGEST_WHY = 500;
const LONGEST_WHO = 100;

/** Somebody's tip that a key is in the wrong hands. Whoever may publish events may say so, and is believed only so far. */
export function suspectedCompromise(event: IncomingEvent, { targets }: Installed): Intake | Reason {
  const parsed = z.preprocess(tolerated, dataSchema).safeParse(event.data);
  if (!parsed.success) return 'malformed';
  const { slot = null, fingerprint = null, reportedAt, evidence, reportedBy } = parsed.data;
  const target = targetNamed(parsed.data, targets);
  if (typeof target === 'string') return target;
  const at = reportedAt === undefined ? event.at : Date.parse(reportedAt);
  const named = fingerprint === null ? null : parseFingerprint(fingerprint);
  const who = shown(reportedBy ?? event.source, LONGEST_WHO);
  const tip = {
    ...({ kind: 'tip', id: event.id, who: `event:${who || 'unknown'}` } as const),
    ...{ why: evidence ?? null, fingerprint: named, slot: named === null ? slot : null },
    ...{ onTimeout: null, trusted: false },
  };
  return {
    target,
    wants: ({ now }) =>
      at > now + target.policy.verification.settle
        ? 'too-early'
        : { rows: [{ ...tip, reportedAt: Math.min(at, now) }], look: false },
  };
}

function targetNamed(data: z.infer<typeof dataSchema>, targets: readonly Target[]): Target | Reason {
  if (data.target === undefined && data.resourceId === undefined) return 'malformed';
  const resourceId = data.resourceId === undefined ? undefined : parseResourceId(data.resourceId);
  const found = targets.find(
    (each) =>
      (data.target === undefined || each.name === data.target.toLowerCase()) &&
      (resourceId === undefined || each.resourceId === resourceId),
  );
  return found ?? 'not-ours';
}

const dataSchema = z.object({
  target: z.string().max(63).optional().describe('The name in rotation.json. This or resourceId has to be there.'),
  resourceId: z.string().max(2_048).optional().describe('Of the SignalR resource.'),
  slot: z.enum(['primary', 'secondary']).optional().describe('The key that the slot held at reportedAt.'),
  fingerprint: z
    .string()
    .regex(/^sha256:[0-9a-f]{16}$/)
    .optional()
    .describe(
      'The key itself: sha256: and the first 16 hex digits of SHA-256 over it. It goes before slot; without both, both keys are meant.',
    ),
  reportedAt: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('A key that was made later is not the leaked one. Default: the time of the event.'),
  evidence: z
    .string()
    .optional()
    .describe(`Where it was found, for people: the first ${LONGEST_WHY} characters. Never the key.`),
  reportedBy: z.string().optional().describe('Who found it, for people. Default: the source of the event.'),
});

/**
 * A report is not lost for what is only there for people, nor for a key where its fingerprint belongs: it is the fingerprint
 * that is kept.
 */
function tolerated(data: unknown): unknown {
  if (!isObject(data)) return data;
  const { evidence, reportedBy, fingerprint, slot } = data;
  const mended = {
    ...data,
    evidence: typeof evidence === 'string' ? shown(evidence, LONGEST_WHY) : undefined,
    reportedBy: typeof reportedBy === 'string' ? reportedBy : undefined,
    fingerprint: typeof fingerprint === 'string' ? fingerprintIn(fingerprint) : fingerprint,
    slot: typeof slot === 'string' ? slot.toLowerCase() : slot,
  };
  return Object.fromEntries(Object.entries(mended).filter(([, member]) => (member ?? null) !== null));
}

/** Of a key or a connection string its own; of a whole SHA-256 its beginning. */
function fingerprintIn(text: string): string {
  const scrubbed = shown(text, 1_000).toLowerCase();
  return /sha256:[0-9a-f]{16}/.exec(scrubbed)?.[0] ?? scrubbed;
}

const type = z.literal(KEY_COMPROMISE_SUSPECTED);
const id = z.string().min(1).max(1_000).describe('The same id within 7 days is the same report.');
const time = z.iso.datetime({ offset: true }).describe('Not older than compromise.maxEventAge.');

const published = z.union([
  z
    .object({ specversion: z.literal('1.0'), id, type, source: z.string().min(1), time, data: dataSchema })
    .describe('As CloudEvents 1.0.'),
  z
    .object({ id, eventType: type, subject: z.string(), eventTime: time, dataVersion: z.string(), data: dataSchema })
    .describe('In the schema of Event Grid.'),
]);

/** What docs/compromise-event.schema.json holds. */
export const compromiseEventJsonSchema = (): unknown => ({
  title: 'A suspected compromise, as signalr-key-rotation takes it',
  ...z.toJSONSchema(published, { io: 'input' }),
});

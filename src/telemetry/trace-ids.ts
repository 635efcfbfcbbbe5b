import { createHash } from 'node:crypto';
import { type SpanContext, TraceFlags } from '@opentelemetry/api';

/**
 * Where the spans of a rotation hang, whichever process and invocation they come from: trace and root are made out of the
 * rotation's id, so that nothing of it has to be kept or handed on.
 */
export function rootOf(rotation: string): SpanContext {
  const hash = createHash('sha256').update(rotation).digest('hex');
  return { traceId: hash.slice(0, 32), spanId: hash.slice(32, 48), traceFlags: TraceFlags.SAMPLED, isRemote: true };
}

/** What a W3C `traceparent` names; null for anything else. */
export function contextIn(traceparent: string | null): SpanContext | null {
  const [, traceId, spanId, flags] =
    /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true };
}

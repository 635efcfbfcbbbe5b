import {
  type Attributes,
  type Context,
  type HrTime,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { AlwaysOnSampler, type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Instant } from '../core/model.ts';
import { isFailure, outcomeOf } from './outcome.ts';
import type { CallRecord, InvocationRecord, LookRecord } from './record.ts';
import { contextIn, rootOf } from './trace-ids.ts';

/**
 * Makes spans of what was recorded. Looks at targets that do not rotate have none: 10,000 targets that are looked at every
 * hour would be two million spans a day that tell nobody anything. Their calls are counted all the same.
 *
 * @returns whether there was anything to tell
 */
export function spansTo(spanProcessors: SpanProcessor[], resource: Resource): (record: InvocationRecord) => boolean {
  const shared = { resource, sampler: new AlwaysOnSampler(), spanProcessors };
  const tracer = new TracerProvider(shared).getTracer(SCOPE);
  return (record) => {
    for (const { rotation, target } of record.ended) tellRoot(shared, rotation, target);
    const rotations = [...new Set(record.looks.flatMap(({ rotation }) => rotation ?? []))];
    for (const [i, rotation] of rotations.entries()) {
      const looks = record.looks.filter((look) => look.rotation === rotation);
      // What belongs to no look is told once, with the first.
      tellReconcile(tracer, rotation, { ...record, looks, calls: i === 0 ? record.calls : [] });
    }
    return rotations.length > 0 || record.ended.length > 0;
  };
}

const SCOPE = 'signalr-key-rotation';

/** Told when the rotation has ended, since only then its duration is known. */
function tellRoot(
  shared: ConstructorParameters<typeof TracerProvider>[0],
  { id, reason, startedAt, endedAt, end }: InvocationRecord['ended'][number]['rotation'],
  target: string,
): void {
  const { traceId, spanId } = rootOf(id);
  // The SDK makes the ids of a root, so each root has a provider that knows its own.
  const idGenerator = { generateTraceId: () => traceId, generateSpanId: () => spanId };
  const attributes = { 'rotation.id': id, 'rotation.reason': reason, 'rotation.end': end, target };
  new TracerProvider({ ...shared, idGenerator })
    .getTracer(SCOPE)
    .startSpan('rotation', { root: true, startTime: timeOf(startedAt), attributes })
    .end(timeOf(endedAt));
}

function tellReconcile(
  tracer: Tracer,
  rotation: string,
  { cause, startedAt, endedAt, looks, calls }: InvocationRecord,
): void {
  const host = contextIn(cause);
  const target = looks[0]?.target ?? '';
  const under = open(tracer, within(rootOf(rotation)), {
    name: 'reconcile',
    ...{ startedAt, endedAt, failure: null },
    attributes: { 'rotation.id': rotation, target },
    ...(host === null ? {} : { links: [{ context: host }] }),
  });
  for (const call of calls) tellCall(tracer, under, call);
  for (const look of looks) tellLook(tracer, under, look);
}

function tellLook(tracer: Tracer, parent: Context, { step, calls, target, ...look }: LookRecord): void {
  const under = open(tracer, parent, {
    ...look,
    name: step?.step ?? 'look',
    attributes: {
      target,
      ...(step === null ? {} : { step: step.step }),
      ...(step?.slot ? { slot: step.slot } : {}),
      ...(step?.role ? { role: step.role } : {}),
    },
  });
  for (const call of calls) tellCall(tracer, under, call);
}

function tellCall(tracer: Tracer, parent: Context, call: CallRecord): void {
  const { service, operation, startedAt, endedAt, end } = call;
  const outcome = outcomeOf(end);
  open(tracer, parent, {
    name: `${service} ${operation}`,
    kind: SpanKind.CLIENT,
    ...{ startedAt, endedAt, failure: isFailure(call) ? outcome : null },
    attributes: {
      ...{ service, operation, outcome, 'peer.service': service },
      ...('status' in end ? { 'http.response.status_code': end.status } : {}),
    },
  });
}

interface Told {
  readonly name: string;
  readonly kind?: SpanKind;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly failure: string | null;
  readonly attributes: Attributes;
  readonly links?: { readonly context: SpanContext }[];
}

/** @returns the context of what happened within it */
function open(tracer: Tracer, parent: Context, { name, kind, startedAt, endedAt, failure, ...told }: Told): Context {
  const { attributes, links = [] } = told;
  const all = failure === null ? attributes : { ...attributes, 'error.type': failure };
  const options = { kind: kind ?? SpanKind.INTERNAL, startTime: timeOf(startedAt), attributes: all, links };
  const span = tracer.startSpan(name, options, parent);
  if (failure !== null) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
  span.end(timeOf(endedAt));
  return within(span.spanContext());
}

const within = (span: SpanContext): Context => trace.setSpanContext(ROOT_CONTEXT, span);

/** Not as a number: the SDK takes one that lies before the start of the process for a time since then. */
const timeOf = (at: Instant): HrTime => [Math.floor(at / 1000), Math.round((at % 1000) * 1e6)];

import { AsyncLocalStorage } from 'node:async_hooks';
import { PortError } from '../app/errors.ts';
import type { Sample, StepTold, Telemetry } from '../app/ports.ts';
import type { Instant } from '../core/model.ts';
import type { CallRecord, InvocationRecord, LookRecord } from './record.ts';

/** Who is handed what was recorded. None of it may throw. */
export interface Listener {
  /** Sends what there is to send, and takes no longer than the work may be kept waiting. */
  invocation(record: InvocationRecord): Promise<void>;
  call(record: CallRecord): void;
  fleet(samples: readonly Sample[]): Promise<string | null>;
  end(): Promise<void>;
}

type Draft<Record> = { -readonly [Field in keyof Record]: Record[Field] };
type Open = Draft<InvocationRecord> & {
  readonly looks: LookRecord[];
  readonly calls: CallRecord[];
  readonly ended: InvocationRecord['ended'][number][];
};

/**
 * Records first and tells afterwards: which rotation an invocation is for is known only when it has looked, and the trace
 * of a span cannot be changed any more once it has begun. Invocations that run side by side are told apart by the
 * asynchronous context.
 *
 * @param now milliseconds since 1970, by a clock that does not jump
 */
export function recorder(now: () => Instant, listener: Listener): Telemetry {
  /** Where a call that begins now belongs: the look that is under way, else its invocation. */
  const contexts = new AsyncLocalStorage<{ readonly invocation: Open; readonly calls: CallRecord[] }>();

  return {
    async invocation(cause, work) {
      const startedAt = now();
      const invocation: Open = { cause, startedAt, endedAt: startedAt, looks: [], calls: [], ended: [] };
      try {
        return await contexts.run({ invocation, calls: invocation.calls }, work);
      } finally {
        invocation.endedAt = now();
        await listener.invocation(invocation);
      }
    },

    async look({ target, rotation }, work) {
      const invocation = contexts.getStore()?.invocation;
      if (invocation === undefined) return await work(() => undefined);
      const [startedAt, before] = [now(), rotation()];
      const calls: CallRecord[] = [];
      let step: StepTold | null = null;
      let failure: string | null = null;
      try {
        return await contexts.run({ invocation, calls }, () =>
          work((decided) => {
            step = decided;
          }),
        );
      } catch (error) {
        failure = codeOf(error);
        throw error;
      } finally {
        const of = { target, rotation: before ?? rotation() };
        invocation.looks.push({ ...of, startedAt, endedAt: now(), step, failure, calls });
      }
    },

    ended(rotation, target) {
      contexts.getStore()?.invocation.ended.push({ rotation, target });
    },

    call(service, operation) {
      const [calls, startedAt] = [contexts.getStore()?.calls, now()];
      return (end) => {
        const record = { service, operation, startedAt, endedAt: now(), end };
        calls?.push(record);
        listener.call(record);
      };
    },

    async fleet(measure) {
      try {
        return await listener.fleet(await measure());
      } catch (error) {
        return codeOf(error);
      }
    },

    end: () => listener.end(),
  };
}

/** Never the message: nobody has promised that it holds no secret. */
const codeOf = (error: unknown): string =>
  error instanceof PortError ? error.code : error instanceof Error ? error.constructor.name : 'unknown';

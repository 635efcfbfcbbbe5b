import type { Duration } from '../core/model.ts';
import { PortError } from './errors.ts';

/** An invocation ends itself after this time, whatever runs it; the lease lasts a minute longer. */
const INVOCATION_LASTS: Duration = 2 * 60_000;
/** No call is longer, and none is begun with less time left. */
export const CALL_LASTS: Duration = 30_000;

/** Not a failure: the work goes on in the next invocation. */
export class OutOfTime extends PortError {
  readonly code = 'OutOfTime';
  constructor() {
    super('This invocation has no time left for another call: the next one goes on.');
  }
}

export interface Deadline {
  readonly signal: AbortSignal;
  /** @throws OutOfTime where less than one call's time is left */
  check(): void;
}

/** @param stopwatch milliseconds from any origin */
export function startDeadline(stopwatch: () => number, lasts: Duration = INVOCATION_LASTS): Deadline {
  const startedAt = stopwatch();
  return {
    signal: AbortSignal.timeout(lasts),
    check() {
      if (stopwatch() - startedAt > lasts - CALL_LASTS) throw new OutOfTime();
    },
  };
}

/** The same port, whose calls are not begun without the time to end. */
export function withinDeadline<Port extends object>(port: Port, deadline: Deadline): Port {
  return new Proxy(port, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        deadline.check();
        return member.apply(target, args);
      };
    },
  });
}

import type { Answer, Ask, Caller } from './http.ts';

/**
 * `reset`: the connection ends before the request is understood. `lose-answer`: the work is done, then the connection ends. `hang`: nothing comes
 * back until the caller gives up; `hang-after`: the same, with the work done.
 */
export type FaultAnswer = Answer | 'reset' | 'lose-answer' | 'hang' | 'hang-after';

export interface Fault {
  /** All that is given must fit. Token requests (host `identity`) are hit only where a host or path names them, consumers only by `from`. */
  readonly match?: { readonly host?: string; readonly method?: string; readonly path?: RegExp; readonly from?: Caller };
  /** Requests that fit and pass before the first that is hit. */
  readonly skip?: number;
  /** Default 1; `Infinity` until `clear`. */
  readonly times?: number;
  readonly answer: FaultAnswer;
}

export class Faults {
  #pending: { readonly fault: Fault; skip: number; times: number }[] = [];

  next(fault: Fault): void {
    this.#pending.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 });
  }

  clear(): void {
    this.#pending = [];
  }

  /** How many faults still wait for their request: a test that expects to have met them all asks for 0. */
  get pending(): number {
    return this.#pending.length;
  }

  take(ask: Ask): FaultAnswer | null {
    for (const waiting of this.#pending) {
      if (!fits(waiting.fault, ask)) continue;
      if (waiting.skip > 0) {
        waiting.skip -= 1;
        continue;
      }
      waiting.times -= 1;
      if (waiting.times <= 0) this.#pending = this.#pending.filter((other) => other !== waiting);
      return waiting.fault.answer;
    }
    return null;
  }
}

export function throttled(retryAfterSeconds: number): Answer {
  return {
    status: 429,
    headers: { 'retry-after': String(retryAfterSeconds) },
    body: { error: { code: 'TooManyRequests', message: 'The request is being throttled.' } },
  };
}

function fits({ match = {} }: Fault, ask: Ask): boolean {
  if (match.host === undefined && match.path === undefined && ask.host === 'identity') return false;
  return (
    (match.from ?? 'app') === ask.from &&
    (match.host === undefined || match.host.toLowerCase() === ask.host) &&
    (match.method === undefined || match.method.toUpperCase() === ask.method) &&
    (match.path === undefined || match.path.test(ask.path))
  );
}

import type { Duration } from '../core/model.ts';

/** How long services were waited for. Calls that overlap count once. */
export interface Meter {
  /** The same port, with its calls counted. */
  readonly metered: <Port extends object>(port: Port) => Port;
  /** What has been counted since the last time. */
  readonly take: () => Duration;
}

/** @param stopwatch milliseconds from any origin */
export function startMeter(stopwatch: () => Duration): Meter {
  let open = 0;
  let since = 0;
  let counted: Duration = 0;
  const begin = (): void => {
    if (open === 0) since = stopwatch();
    open += 1;
  };
  const end = (): void => {
    open -= 1;
    if (open === 0) counted += stopwatch() - since;
  };
  return {
    take() {
      const taken = counted;
      counted = 0;
      return taken;
    },
    metered: (port) =>
      new Proxy(port, {
        get(target, name, receiver) {
          const member: unknown = Reflect.get(target, name, receiver);
          if (typeof member !== 'function') return member;
          return async (...args: unknown[]) => {
            begin();
            try {
              return await member.apply(target, args);
            } finally {
              end();
            }
          };
        },
      }),
  };
}

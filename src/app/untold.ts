import type { Telemetry } from './ports.ts';

/** Nobody listens. */
export const untold: Telemetry = {
  invocation: (_, work) => work(),
  look: (_, work) => work(() => undefined),
  ended: () => undefined,
  call: () => () => undefined,
  fleet: () => Promise.resolve(null),
  end: () => Promise.resolve(),
};

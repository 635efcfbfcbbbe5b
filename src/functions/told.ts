import type { InvocationContext } from '@azure/functions';
import type { App } from '../app/app.ts';

/** Does the work of a trigger as one invocation that telemetry hears of. */
export const told = <T>(
  { telemetry }: Pick<App, 'telemetry'>,
  { traceContext }: InvocationContext,
  work: () => Promise<T>,
): Promise<T> => telemetry.invocation(traceContext?.traceParent ?? null, work);

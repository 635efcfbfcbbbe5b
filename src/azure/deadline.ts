import { longestRequestMs } from './transport.ts';

/** The invocation had ended before anything was sent. */
export class NeverSent extends Error {
  override readonly name = 'NeverSent';
}

/** Runs a port's call under its invocation's signal, and for 30 s at most, retries and pages included. */
export async function within<T>(signal: AbortSignal, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  if (signal.aborted) throw new NeverSent('The invocation is over.');
  const limit = AbortSignal.any([signal, AbortSignal.timeout(longestRequestMs)]);
  const { promise: over, reject } = Promise.withResolvers<never>();
  const end = () => reject(limit.reason);
  limit.addEventListener('abort', end, { once: true });
  try {
    // A race, because not everything below listens: a token that is being fetched would outlive the invocation.
    return await Promise.race([call(limit), over]);
  } finally {
    limit.removeEventListener('abort', end);
  }
}

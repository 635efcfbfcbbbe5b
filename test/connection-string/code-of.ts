import { ConnectionStringError, type ConnectionStringErrorCode } from '../../src/connection-string/errors.ts';

/** The code with which `attempt` is refused, null if it is not; anything but a ConnectionStringError goes through. */
export function codeOf(attempt: () => unknown): ConnectionStringErrorCode | null {
  return errorOf(attempt)?.code ?? null;
}

export function errorOf(attempt: () => unknown): ConnectionStringError | null {
  try {
    attempt();
    return null;
  } catch (error) {
    if (error instanceof ConnectionStringError) return error;
    throw error;
  }
}

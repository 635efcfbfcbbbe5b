import { usage } from './failure.ts';

/** A bare key as a whole: 44 or 84 characters. A path of that very form is hardly ever found. */
const KEY = /^(?:[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{84})$/;
const NAMED = /(?:access\s*key|client\s*secret)\s*=\s*[^;\s]/i;
const TOKEN = /^eyJ[\w-]{10,}\.[\w-]{10,}\./;

/**
 * Arguments are seen by every process of the machine and kept in the shell's history.
 *
 * @throws Failure for one that holds what looks like a key, without repeating it
 */
export function refuseKeys(args: readonly string[]): void {
  const holdsKey = args.some((arg) => {
    const value = /^--[\w-]+=(.*)$/s.exec(arg)?.[1] ?? arg;
    return KEY.test(value) || TOKEN.test(value) || NAMED.test(arg);
  });
  if (!holdsKey) return;
  throw usage(
    'The command line holds what looks like a key or a token, and now your shell has it in its history.',
    'Clear it from there, and treat the key as seen by others; keys are piped in, or typed when asked for.',
  );
}

import { keyIn } from '../app/secret-text.ts';
import { SecretValue } from '../app/secret-value.ts';
import type { Fingerprint } from '../core/model.ts';
import { Failure } from './failure.ts';
import type { Input } from './terminal/input.ts';

/** 44 characters, or 84 since 2024. */
const KEY = /^(?:[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{44}|[A-Za-z0-9+/]{84})$/;
const NAMED = /access\s*key\s*=\s*([^;\s"']+)/i;

/**
 * The fingerprint of a key that comes in on standard input: bare, in a connection string, or in a line that holds one.
 *
 * @throws Failure for a text without a key
 */
export async function fingerprintFromInput(input: Input): Promise<Fingerprint> {
  return fingerprintIn(await input.secret('key or connection string'));
}

/** @throws Failure */
export function fingerprintIn(text: string): Fingerprint {
  const whole = keyIn(new SecretValue(text.trim()));
  const named = whole ?? wrapped(NAMED.exec(text)?.[1]);
  const key = named ?? (KEY.test(text.trim()) ? new SecretValue(text.trim()) : null);
  if (key !== null) return key.fingerprint();
  throw new Failure('There is no SignalR key in what came in on standard input.', {
    code: 'NoKey',
    remedy: 'Give a connection string with an AccessKey, or a bare key of 44 or 84 characters.',
  });
}

const wrapped = (key: string | undefined): SecretValue | null => (key === undefined ? null : new SecretValue(key));

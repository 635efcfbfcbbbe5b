import { replaceAccessKey } from '../connection-string/edit.ts';
import { ConnectionStringError } from '../connection-string/errors.ts';
import { type ConnectionString, isKeyed, parse } from '../connection-string/parse.ts';
import { type Fingerprint, SLOTS, type Slot } from '../core/model.ts';
import { SecretValue } from './secret-value.ts';

/** The one file of the use cases that looks into what publications and slots hold. */

export type SlotKeys = Readonly<Record<Slot, SecretValue>>;

/** null for what no SDK accepts as a connection string. */
export function tryParse(value: SecretValue): ConnectionString | null {
  try {
    return parse(value.reveal());
  } catch (error) {
    if (error instanceof ConnectionStringError) return null;
    throw error;
  }
}

/** The AccessKey of a connection string; null where there is none. */
export function keyIn(value: SecretValue): SecretValue | null {
  const parsed = tryParse(value);
  return parsed !== null && isKeyed(parsed) ? new SecretValue(parsed.credential.accessKey) : null;
}

/** A text of another form (JSON around it, say) may still hold a key that is in a slot. */
export function slotKeyWithin(value: SecretValue, keys: SlotKeys): Fingerprint | null {
  const isWithin = (key: string): boolean => key !== '' && value.reveal().includes(key);
  const slot = SLOTS.find((name) => isWithin(keys[name].reveal()));
  return slot === undefined ? null : keys[slot].fingerprint();
}

/** The same connection string with another key. @throws ConnectionStringError where it is not keyed */
export const withKey = (value: SecretValue, key: SecretValue): SecretValue =>
  new SecretValue(replaceAccessKey(value.reveal(), key.reveal()));

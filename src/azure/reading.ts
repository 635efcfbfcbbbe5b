import type { ConsumerReading, ConsumerTrouble } from '../app/ports.ts';
import type { SecretId, Shows } from '../core/model.ts';
import type { Failure } from './failure.ts';

/** What one look at a consumer tells, of one publication or of all that it reads. */
export type Told = Omit<ConsumerReading, 'secret'>;

export const shown = (shows: Shows): Told => ({ shows, trouble: null, detail: null });

/** No trouble, and no evidence either: it is on its way, or its parts do not agree. */
export const unsettled = (detail: string): Told => ({ shows: null, trouble: null, detail });

export const troubled = (trouble: ConsumerTrouble, detail: string | null): Told => ({ shows: null, trouble, detail });

export const ofAll = (secrets: readonly SecretId[], told: Told): readonly ConsumerReading[] =>
  secrets.map((secret) => ({ secret, ...told }));

/** Of a question that was not answered as it should. Status and code are words; nothing else of an answer is passed on. */
export function unanswered({ status, code }: Failure): Told {
  const detail = [status, code].filter((part) => part !== null).join(' ') || null;
  if (status === 401 || status === 403) return troubled('forbidden', detail);
  return troubled(status === 404 ? 'not-found' : 'unreachable', detail);
}

import type { CallEnd } from '../app/ports.ts';
import type { CallRecord } from './record.ts';

/** In a word or a number that makes few series: a status, or `no-answer`. */
export const outcomeOf = (end: CallEnd): string => ('status' in end ? String(end.status) : 'no-answer');

/** Statuses that are answers: the data plane judges a key by them, and Key Vault asks for a token by refusing the first request. */
const ANSWERS: Readonly<Record<string, readonly number[]>> = { signalr: [401, 403, 404], 'key-vault': [401] };

export const isFailure = ({ service, end }: Pick<CallRecord, 'service' | 'end'>): boolean =>
  !('status' in end) || (end.status >= 400 && !ANSWERS[service]?.includes(end.status));

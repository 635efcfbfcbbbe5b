import type { Interval } from '../core/model.ts';
import type { SecretValue } from './secret-value.ts';

/** Newer keys: 52 random characters, `JQQJ99`, two of date, 12 characters, `AAAA`, the service's name, 4 of checksum. */
const NEWER_KEY = /^[A-Za-z0-9+/]{52}JQQJ99([A-Za-z0-9+/])([A-L])[A-Za-z0-9+/]{12}AAAA[A-Za-z0-9+/]{8}$/;
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const FIRST_YEAR = 2024;

/**
 * The month that a newer key carries: the year as an index of the base64 alphabet from 2024, the month as a letter from A.
 * null for an older key, and for any other text. Source: one recorded key; the form is not documented.
 */
export function embeddedMonth(key: SecretValue): Interval | null {
  const match = NEWER_KEY.exec(key.reveal());
  const [, year, month] = match ?? [];
  if (year === undefined || month === undefined) return null;
  const from = (months: number): number =>
    Date.UTC(FIRST_YEAR + BASE64.indexOf(year), month.charCodeAt(0) - 'A'.charCodeAt(0) + months);
  return { from: from(0), to: from(1) - 1 };
}

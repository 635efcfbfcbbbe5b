import type { Duration } from './model.ts';

const ISO_8601 = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const SECOND = 1_000;
const UNITS = [7 * 24 * 3600 * SECOND, 24 * 3600 * SECOND, 3600 * SECOND, 60 * SECOND, SECOND] as const;

/**
 * ISO 8601 in weeks, days, hours, minutes and seconds. Months and years are refused, since they have no length.
 *
 * @returns milliseconds; null where the text is no such duration
 */
export function parseDuration(text: string): Duration | null {
  const parts = ISO_8601.exec(text)?.slice(1) ?? [];
  const isEmpty = parts.every((part) => part === undefined);
  // `P1DT` has a T with nothing behind it.
  if (isEmpty || text.endsWith('T')) return null;
  const total = parts.reduce((sum, part, index) => sum + Number(part ?? 0) * (UNITS[index] ?? 0), 0);
  return Number.isSafeInteger(total) ? total : null;
}

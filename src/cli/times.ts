import { parseDuration } from '../core/duration.ts';
import type { Duration } from '../core/model.ts';
import { usage } from './failure.ts';

const SHORT = { w: 'P%W', d: 'P%D', h: 'PT%H', m: 'PT%M', s: 'PT%S' } as const;

/** ISO 8601, or as people type it: `2d`, `12h`, `30m`. @throws Failure */
export function durationIn(text: string, option: string): Duration {
  const [, count = '', unit = ''] = /^(\d+)([wdhms])$/i.exec(text) ?? [];
  const iso = count === '' ? text : SHORT[unit.toLowerCase() as keyof typeof SHORT].replace('%', count);
  const duration = parseDuration(iso);
  if (duration === null || duration === 0)
    throw usage(`${option} is no duration.`, 'Write it like PT30M, P2D, 12h or 2d.');
  return duration;
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/i;

/** A time with its offset, as the app takes it. @throws Failure */
export function timeIn(text: string, option: string): string {
  const at = RFC_3339.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw usage(`${option} is no time.`, 'Write it like 2026-12-27T06:00:00Z.');
  return new Date(at).toISOString();
}

/** The end that `--until` or `--for` says; undefined without either. @throws Failure for both */
export function endIn({ until, for: lasts }: { readonly until?: string; readonly for?: string }): string | undefined {
  if (until !== undefined && lasts !== undefined) throw usage('--until and --for exclude each other.');
  if (until !== undefined) return timeIn(until, '--until');
  return lasts === undefined ? undefined : new Date(Date.now() + durationIn(lasts, '--for')).toISOString();
}

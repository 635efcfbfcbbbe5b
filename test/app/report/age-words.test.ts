import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ageInWords } from '../../../src/app/report/age-words.ts';
import type { KeyAge } from '../../../src/core/key-age.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../support/scene.ts';

const now = Date.parse('2026-12-01T00:00:00Z');
const september2025 = { from: Date.parse('2025-09-01T00:00:00Z'), to: Date.parse('2025-10-01T00:00:00Z') - 1 };

const age = (madeAfter: number | null, madeBefore: number | null, basis: KeyAge['basis']): KeyAge => ({
  madeAfter,
  madeBefore,
  basis,
});

describe('the age of a key in words', () => {
  it.each([
    [
      age(september2025.from, september2025.to, 'embedded'),
      'between 14 and 15 months: the key itself says September 2025',
    ],
    [age(now - 12 * DAY, now - 12 * DAY, 'recorded'), '12 days: this app made it on 2026-11-19'],
    [age(now - 90 * MINUTE, now - 90 * MINUTE, 'recorded'), '90 minutes: this app made it on 2026-11-30'],
    [age(now - SECOND, now - SECOND, 'recorded'), 'less than a minute: this app made it on 2026-11-30'],
    [age(now - MINUTE, now - MINUTE, 'recorded'), '1 minute: this app made it on 2026-11-30'],
    [
      age(now - 10 * DAY - HOUR, now - 10 * DAY, 'recorded'),
      'between 10 and 11 days: it changed between the looks of 2026-11-20 23:00 and 2026-11-21 00:00',
    ],
    [
      age(now - 20 * DAY, now - 20 * DAY + 40 * SECOND, 'activity-log'),
      '19 days: the activity log shows it on 2026-11-11',
    ],
    [age(null, now - 3 * DAY, 'published'), 'at least 3 days: a secret carried it on 2026-11-28'],
    [age(now - 400 * DAY, null, 'resource'), 'at most 14 months: the resource was made on 2025-10-27'],
    [age(now - 400 * DAY, now - HOUR, 'published'), 'at most 14 months: a secret carried it on 2026-11-30'],
    [age(now - 5 * 366 * DAY, null, 'resource'), 'at most 6 years: the resource was made on 2021-11-27'],
    [age(null, null, null), 'unknown: nothing tells when it was made'],
  ])('%j is %s', (known, words) => {
    expect(ageInWords(known, now)).toBe(words);
  });

  it('never claims more than is known: the span that is said holds the span that is', () => {
    // Calendar months and years differ: the shortest of them for what is said to be at least, the longest for at most.
    const shortest = { minute: MINUTE, hour: HOUR, day: DAY, month: 29.5 * DAY, year: 365 * DAY };
    const longest = { minute: MINUTE, hour: HOUR, day: DAY, month: 31 * DAY, year: 366 * DAY };
    const instant = fc.integer({ min: 0, max: 10 * 366 * 24 * 60 }).map((minutes) => now - minutes * MINUTE);
    fc.assert(
      fc.property(instant, instant, (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const words = ageInWords(age(from, to, 'published'), now);
        const [, low, high, unit] = /^between (\d+) and (\d+) (minute|hour|day|month|year)s?:/.exec(words) ?? [];
        fc.pre(low !== undefined && unit !== undefined);
        const name = unit as keyof typeof shortest;
        expect(Number(low) * shortest[name]).toBeLessThanOrEqual(now - to);
        expect(Number(high) * longest[name]).toBeGreaterThanOrEqual(now - from);
      }),
    );
  });
});

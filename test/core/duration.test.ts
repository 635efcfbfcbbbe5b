import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../src/core/duration.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../support/scene.ts';

describe('a duration', () => {
  it.each([
    ['PT0S', 0],
    ['PT90S', 90 * SECOND],
    ['PT25H', 25 * HOUR],
    ['P10W', 70 * DAY],
    ['P60D', 60 * DAY],
    ['P1W2DT3H4M5S', 9 * DAY + 3 * HOUR + 4 * MINUTE + 5 * SECOND],
  ])('of %s is %d ms', (text, duration) => {
    expect(parseDuration(text)).toBe(duration);
  });

  it.each([
    '',
    'P',
    'PT',
    'P1DT',
    'T',
    'P1M',
    'P1Y',
    'PxW',
    'PTxS',
    'P-1D',
    'P1.5D',
    'xP1D',
    'P1Dx',
    '1D',
    'P99999999999W',
  ])('is not %j', (text) => {
    expect(parseDuration(text)).toBeNull();
  });
});

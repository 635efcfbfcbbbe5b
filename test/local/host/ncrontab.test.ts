import { describe, expect, it } from 'vitest';
import { ncrontab } from '../../../local/host/ncrontab.ts';

describe('the next time of a schedule', () => {
  it.each([
    ['0 */5 * * * *', '2026-03-01T12:04:59.999Z', '2026-03-01T12:05:00.000Z'],
    ['0 */5 * * * *', '2026-03-01T12:05:00.000Z', '2026-03-01T12:10:00.000Z'],
    ['*/2 * * * * *', '2026-03-01T12:05:58.500Z', '2026-03-01T12:06:00.000Z'],
    ['30 5/15 * * * *', '2026-03-01T12:50:30.000Z', '2026-03-01T13:05:30.000Z'],
    ['0 0 9-17/4 * * *', '2026-03-01T13:00:00.000Z', '2026-03-01T17:00:00.000Z'],
    ['0 0 0 1 1 *', '2026-03-01T12:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    ['0 0 0 29 2 *', '2026-03-01T12:00:00.000Z', '2028-02-29T00:00:00.000Z'],
    ['0 0 0 29 2 sun', '2088-03-01T00:00:00.000Z', '2128-02-29T00:00:00.000Z'],
    ['0 30 9 * Jan-Mar Mon-Fri', '2026-03-31T09:30:00.000Z', '2027-01-01T09:30:00.000Z'],
    ['0 0 3 * * sunday,3', '2026-03-01T03:00:00.000Z', '2026-03-04T03:00:00.000Z'],
    ['*/10 * * * *', '2026-03-01T12:01:00.000Z', '2026-03-01T12:10:00.000Z'],
  ])('%s after %s', (expression, after, next) => {
    expect(ncrontab(expression).next(new Date(after)).toISOString()).toBe(next);
  });

  it('asks for day and day of week together', () => {
    // A Friday the 13th; a crontab of Unix would take the next Friday.
    expect(ncrontab('0 0 0 13 * 5').next(new Date('2026-03-14T00:00:00Z')).toISOString()).toBe(
      '2026-11-13T00:00:00.000Z',
    );
  });
});

describe('what is no NCRONTAB expression', () => {
  it.each([
    '',
    '* * * *',
    '@daily',
    '00:05:00',
    '0 60 * * * *',
    '0 0 24 * * *',
    '0 0 0 0 * *',
    '0 0 0 * * 7',
    '0 0 0 L * *',
    '0 0 0 * * 5#2',
  ])('%j is refused', (expression) => expect(() => ncrontab(expression)).toThrow('is not an NCRONTAB expression'));
  it.each(['0 5-1 * * * *', '0 */0 * * * *', '0 , * * * *', '0 mon * * * *'])('%j is refused', (expression) =>
    expect(() => ncrontab(expression)).toThrow('cannot stand where it does'),
  );

  it('a day that never comes is refused', () => {
    expect(() => ncrontab('0 0 0 30 2 *')).toThrow('names a day that never comes');
  });
});

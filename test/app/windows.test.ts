import { describe, expect, it } from 'vitest';
import { windowAt } from '../../src/app/windows.ts';
import type { Window } from '../../src/core/model.ts';

const at = (time: string): number => Date.parse(time);
const NIGHTS: Window = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '22:00',
  to: '04:00',
  timeZone: 'Europe/Berlin',
};
const isOpen = (window: Window, time: string): boolean | undefined => windowAt([window], at(time))?.isOpen;
const opensAt = (window: Window, time: string): string | null => {
  const opens = windowAt([window], at(time))?.opensAt ?? null;
  return opens === null ? null : new Date(opens).toISOString();
};

describe('a window', () => {
  it('is open from its first minute to its last, by the clocks of its place', () => {
    expect(isOpen(NIGHTS, '2026-11-02T20:59:59Z')).toBe(false);
    expect(isOpen(NIGHTS, '2026-11-02T21:00:00Z')).toBe(true);
    expect(isOpen(NIGHTS, '2026-11-03T02:59:59Z')).toBe(true);
    expect(isOpen(NIGHTS, '2026-11-03T03:00:00Z')).toBe(false);
  });

  it('that ends on the next day belongs to the day on which it begins', () => {
    expect(isOpen(NIGHTS, '2026-11-07T01:00:00Z')).toBe(true);
    expect(isOpen(NIGHTS, '2026-11-07T22:00:00Z')).toBe(false);
    expect(isOpen(NIGHTS, '2026-11-09T01:00:00Z')).toBe(false);
  });

  it('says when it opens next, over a weekend too', () => {
    expect(opensAt(NIGHTS, '2026-11-07T10:00:00Z')).toBe('2026-11-09T21:00:00.000Z');
    expect(opensAt(NIGHTS, '2026-11-02T21:30:00Z')).toBe('2026-11-03T21:00:00.000Z');
  });

  it('follows summer time', () => {
    expect(isOpen(NIGHTS, '2026-07-01T20:00:00Z')).toBe(true);
    expect(isOpen(NIGHTS, '2026-12-01T20:00:00Z')).toBe(false);
  });

  it('begins after the hour that spring skips', () => {
    const skipped: Window = { days: ['sun'], from: '02:30', to: '05:00', timeZone: 'Europe/Berlin' };
    expect(opensAt(skipped, '2026-03-28T12:00:00Z')).toBe('2026-03-29T01:30:00.000Z');
    expect(isOpen(skipped, '2026-03-29T01:30:00Z')).toBe(true);
  });

  it('begins at the first of the two hours of autumn', () => {
    const twice: Window = { days: ['sun'], from: '02:30', to: '03:30', timeZone: 'Europe/Berlin' };
    expect(opensAt(twice, '2026-10-24T12:00:00Z')).toBe('2026-10-25T00:30:00.000Z');
    expect(isOpen(twice, '2026-10-25T01:45:00Z')).toBe(true);
    expect(isOpen(twice, '2026-10-25T02:30:00Z')).toBe(false);
  });

  it('of the whole day is one from a time to the same time', () => {
    const day: Window = { days: ['sat'], from: '00:00', to: '00:00', timeZone: 'Asia/Tokyo' };
    expect(isOpen(day, '2026-11-06T15:00:00Z')).toBe(true);
    expect(isOpen(day, '2026-11-07T14:59:59Z')).toBe(true);
    expect(isOpen(day, '2026-11-07T15:00:00Z')).toBe(false);
  });

  it('is not needed: without one everything may always begin', () => {
    expect(windowAt([], at('2026-11-07T15:00:00Z'))).toBeNull();
  });
});

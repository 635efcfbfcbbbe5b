import { describe, expect, it } from 'vitest';
import { dueAt, growingPause } from '../../src/core/schedule.ts';
import { aPolicy, aScene, DAY, HOUR, MINUTE, NOON, SECOND } from '../support/scene.ts';

describe('the pause before asking the same again', () => {
  it.each([
    ['a second at least', 0, SECOND],
    ['a tenth of the time that was waited', 20 * MINUTE, 2 * MINUTE],
    ['a quarter of an hour at most', DAY, 15 * MINUTE],
  ])('is %s', (_, waited, pause) => {
    expect(growingPause(NOON - waited, NOON)).toBe(pause);
  });

  it('is as long as the caller allows', () => {
    expect(growingPause(NOON - DAY, NOON, HOUR)).toBe(HOUR);
  });
});

describe('the next scheduled rotation', () => {
  const aged = (primary: number | null, secondary: number | null) => {
    const age = (at: number | null) => ({ madeAfter: at, madeBefore: at, basis: null });
    return { ...aScene().situation(), ages: { primary: age(primary), secondary: age(secondary) } };
  };

  it('is due when the first of the keys is', () => {
    expect(dueAt(aged(NOON, NOON - DAY))).toBe(NOON + 59 * DAY);
    expect(dueAt(aged(NOON - DAY, NOON))).toBe(NOON + 59 * DAY);
  });

  it('never is by itself where policy says so of keys that nobody knows the age of', () => {
    const situation = aged(null, null);
    const target = { ...situation.target, policy: aPolicy({ unknownAge: 'report' }) };
    expect(dueAt({ ...situation, target })).toBeNull();
    expect(dueAt({ ...aged(null, NOON), target })).toBe(NOON + 60 * DAY);
  });

  it('falls at the point of adoption of a target that is known for long', () => {
    const situation = aged(null, null);
    const state = { ...situation.state, firstObservedAt: NOON - HOUR };
    expect(dueAt({ ...situation, state })).toBe(NOON - HOUR);
  });
});

import { describe, expect, it } from 'vitest';
import type { Sighting } from '../../src/core/model.ts';
import { isRecent, withSighting } from '../../src/core/sightings.ts';
import { DAY, HOUR, NOON } from '../support/scene.ts';

const seen = (code: Sighting['code'], who: string | null = null, at = NOON): Sighting => ({
  code,
  who,
  at,
  detail: null,
});

describe('a sighting', () => {
  it('of a stranger is told for thirty days', () => {
    expect(isRecent(seen('KeysListedByStranger'), NOON + 29 * DAY)).toBe(true);
    expect(isRecent(seen('KeysListedByStranger'), NOON + 30 * DAY)).toBe(false);
  });

  it('that the app does not know itself is gone a day after that was mended', () => {
    expect(isRecent(seen('SelfUnknown'), NOON + 23 * HOUR)).toBe(true);
    expect(isRecent(seen('SelfUnknown'), NOON + DAY)).toBe(false);
  });

  it('is one of the ten newest, and stands beside others of another kind or of nobody known', () => {
    const many = Array.from({ length: 10 }, (_, i) => seen('KeysListedByStranger', `${i}`));
    const next = seen('StandbyLeaked', '0');
    expect(withSighting(many, next, NOON)).toEqual([...many.slice(1), next]);
    expect(withSighting([seen('SelfUnknown'), ...many], null, NOON)).toEqual([seen('SelfUnknown'), ...many]);
  });

  it('takes the place of an earlier one of the same actor', () => {
    const before = [seen('KeysListedByStranger', 'a'), seen('KeysListedByStranger', 'b')];
    const again = seen('KeysListedByStranger', 'a', NOON + HOUR);
    expect(withSighting(before, again, NOON + HOUR)).toEqual([before[1], again]);
  });
});

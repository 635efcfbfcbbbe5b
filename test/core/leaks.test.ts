import { describe, expect, it } from 'vitest';
import { type Leak, leaksShown } from '../../src/core/leaks.ts';
import { DAY, NOON } from '../support/scene.ts';

const aLeak = (id: string, at = NOON): Leak => ({ id, repository: 'acme/chat', url: null, at });
const shown = (...leaks: Leak[]): string[] => leaksShown(leaks, NOON).map(({ id }) => id);

describe('leaks in repositories that no target names', () => {
  it('are shown for thirty days', () => {
    expect(shown(aLeak('old', NOON - 30 * DAY), aLeak('recent', NOON - 30 * DAY + 1))).toEqual(['recent']);
  });

  it('are shown oldest first, and in one order where they came together', () => {
    expect(shown(aLeak('c', NOON - DAY), aLeak('b'), aLeak('a'), aLeak('d', NOON - 2 * DAY))).toEqual([
      'd',
      'c',
      'a',
      'b',
    ]);
    expect(shown(aLeak('a'), aLeak('b'))).toEqual(['a', 'b']);
  });

  it('are the fifty newest', () => {
    const many = Array.from({ length: 52 }, (_, i) => aLeak(`${i}`, NOON - DAY + i));
    expect(shown(...many)).toEqual(many.slice(2).map(({ id }) => id));
  });
});

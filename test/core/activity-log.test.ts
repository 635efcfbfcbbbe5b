import { describe, expect, it } from 'vitest';
import { loggedMaking, wantsActivityLog } from '../../src/core/activity-log.ts';
import type { RememberedKey } from '../../src/core/model.ts';
import { aFingerprint, aScene, DAY, HOUR, MINUTE, NOON } from '../support/scene.ts';

const known = (name: string, own: Partial<RememberedKey> = {}): RememberedKey => ({
  fingerprint: aFingerprint(name),
  firstSeenAt: NOON - DAY,
  notSeenAt: null,
  recordedAt: null,
  settlesAt: null,
  ...own,
});

const wants = (primary: RememberedKey | null, intent: { slot: 'primary' } | null = null): boolean => {
  const scene = aScene();
  const { state } = scene.knows({ keys: { primary, secondary: known('s0') } });
  return wantsActivityLog({ ...state, intent: intent as never }, scene.keys, NOON);
};

describe('the activity log', () => {
  it('is asked about a key that was never seen before', () => {
    expect(wants(null)).toBe(true);
    expect(wants(known('p-before'))).toBe(true);
  });

  it('is asked again for an hour, since it lags', () => {
    expect(wants(known('p0', { firstSeenAt: NOON - 30 * MINUTE, logged: null }))).toBe(true);
    expect(wants(known('p0', { firstSeenAt: NOON - 90 * MINUTE, logged: null }))).toBe(false);
  });

  it('is asked in the first look after that hour too, however far apart looks are', () => {
    const key = known('p0', { firstSeenAt: NOON - 90 * MINUTE, logged: null });
    const scene = aScene().knows({ keys: { primary: key, secondary: known('s0') } });
    const askedAfter = (observedAt: number) => wantsActivityLog({ ...scene.state, observedAt }, scene.keys, NOON);
    expect(askedAfter(NOON - 90 * MINUTE)).toBe(true);
    expect(askedAfter(NOON - 20 * MINUTE)).toBe(false);
  });

  it('is not asked about what it has told, or what this app made itself', () => {
    const lately = { firstSeenAt: NOON - MINUTE };
    expect(wants(known('p0', { ...lately, logged: { from: NOON, to: NOON } }))).toBe(false);
    expect(wants(known('p0', { ...lately, recordedAt: NOON }))).toBe(false);
    expect(wants(known('p-before'), { slot: 'primary' })).toBe(false);
  });

  it('that shows only how the key before it was made, since it lags, tells nothing of a key and is asked again', () => {
    const young = { firstSeenAt: NOON - MINUTE, notSeenAt: NOON - HOUR };
    const before = { slot: 'primary', from: NOON - 20 * DAY, to: NOON - 20 * DAY + MINUTE } as const;
    const itself = { slot: 'primary', from: NOON - 2 * MINUTE, to: NOON - MINUTE } as const;
    const logged = loggedMaking('primary', young, [before]);
    expect(logged).toBeNull();
    expect(wants(known('p0', { ...young, logged }))).toBe(true);
    expect(loggedMaking('primary', young, [before, itself])).toEqual({ from: itself.from, to: itself.to });
    // It may have been under way when the key was last not seen.
    const spanning = { ...before, to: young.notSeenAt };
    expect(loggedMaking('primary', young, [spanning])).toEqual({ from: before.from, to: young.notSeenAt });
    expect(loggedMaking('primary', { ...young, notSeenAt: null }, [before])).not.toBeNull();
  });
});

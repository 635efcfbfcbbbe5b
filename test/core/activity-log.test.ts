import { describe, expect, it } from 'vitest';
import { wantsActivityLog } from '../../src/core/activity-log.ts';
import type { RememberedKey } from '../../src/core/model.ts';
import { aFingerprint, aScene, DAY, MINUTE, NOON } from '../support/scene.ts';

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

  it('is not asked about what it has told, or what this app made itself', () => {
    const lately = { firstSeenAt: NOON - MINUTE };
    expect(wants(known('p0', { ...lately, logged: { from: NOON, to: NOON } }))).toBe(false);
    expect(wants(known('p0', { ...lately, recordedAt: NOON }))).toBe(false);
    expect(wants(known('p-before'), { slot: 'primary' })).toBe(false);
  });
});

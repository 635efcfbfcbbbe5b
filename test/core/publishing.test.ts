import { describe, expect, it } from 'vitest';
import type { Current, Observation, PublishIntent, VersionSeen } from '../../src/core/model.ts';
import { onItsWayUntil, writtenByOthers } from '../../src/core/publishing.ts';
import { aFingerprint, aScene, aSecret, DAY, MINUTE, NOON } from '../support/scene.ts';

const P0 = aFingerprint('p0');
const S1 = aFingerprint('s1');

const anIntent = (own: Partial<PublishIntent> = {}): PublishIntent => ({
  kind: 'publish',
  secret: aSecret('chat'),
  slot: 'secondary',
  fingerprint: S1,
  proof: 'live',
  basedOn: 'v0',
  ours: 'v2',
  known: ['v0'],
  basedOnCreatedAt: NOON - DAY,
  startedAt: NOON - MINUTE,
  ...own,
});
const aVersion = (version: string, own: Partial<VersionSeen> = {}): VersionSeen => ({
  version,
  createdAt: NOON,
  enabled: true,
  isMarked: false,
  key: P0,
  ...own,
});
const before = aVersion('v0', { createdAt: NOON - DAY });
const theirs = aVersion('v1');
const ours = aVersion('v2', { isMarked: true, key: S1 });

/** What a look sees in which `chat` has these versions; the last of them is current. */
function looked(versions: readonly VersionSeen[], current?: Current): Observation {
  const last = versions.at(-1);
  const scene = aScene().publishesSlot('other', 'secondary');
  scene.publishes('chat', [], {
    current: current ?? {
      is: 'keyed',
      version: last?.version ?? '',
      fingerprint: last?.key as typeof P0,
      ambiguousAuth: false,
    },
  });
  const { observation } = scene;
  const publications = observation.publications.map((p) => (p.secret === aSecret('chat') ? { ...p, versions } : p));
  return { ...observation, publications };
}

/** Names of what somebody else wrote while we published into `chat`. */
const found = (intent: PublishIntent | null, versions: readonly VersionSeen[], current?: Current): string[] =>
  writtenByOthers(intent, looked(versions, current)).map(({ version }) => version);

describe('what somebody else wrote while we published', () => {
  it('is nothing where we were alone, or publish nothing', () => {
    expect(found(anIntent(), [before, ours])).toEqual([]);
    expect(found(null, [before, theirs, ours])).toEqual([]);
    expect(found(anIntent({ secret: aSecret('gone') }), [before, theirs, ours])).toEqual([]);
  });

  it('is every version between what we read and what we wrote, in the same second too', () => {
    const second = aVersion('v1b', { createdAt: NOON - DAY });
    expect(found(anIntent(), [before, second, theirs, ours])).toEqual(['v1b', 'v1']);
  });

  it('is not what was there before, or is disabled', () => {
    const old = aVersion('old', { createdAt: NOON - 2 * DAY });
    const known = aVersion('known', { createdAt: NOON - DAY });
    const disabled = aVersion('disabled', { enabled: false });
    expect(found(anIntent({ known: ['v0', 'known'] }), [old, before, known, disabled, ours])).toEqual([]);
  });

  it('is not ours where the answer was lost: that bears our mark and the key that we meant', () => {
    const lost = anIntent({ ours: null });
    const twice = aVersion('v1', { isMarked: true, key: S1 });
    expect(found(lost, [before, twice, ours])).toEqual([]);
    expect(found(lost, [before, aVersion('v1', { key: S1 }), ours])).toEqual(['v1']);
    expect(found(lost, [before, aVersion('v1', { isMarked: true }), ours])).toEqual(['v1']);
  });

  it('is lost nowhere while theirs is current', () => {
    expect(found(anIntent(), [before, ours, aVersion('v3')])).toEqual([]);
    expect(found(anIntent({ ours: null }), [before, theirs, aVersion('v3')])).toEqual([]);
  });

  it('is found again by whoever goes on after a crash between reading theirs and writing', () => {
    const again = anIntent({ basedOn: 'v1', ours: null, known: ['v0', 'v1', 'v2'] });
    expect(found(again, [before, theirs, ours])).toEqual(['v1']);
    expect(found(again, [before, { ...theirs, enabled: false }, ours])).toEqual([]);
    expect(found({ ...again, basedOn: 'v2' }, [before, theirs, ours])).toEqual([]);
  });

  it('is not to be told while the secret cannot be used', () => {
    expect(found(anIntent(), [before, theirs, ours], { is: 'passwordless', version: 'v2' })).toEqual([]);
  });
});

describe('a write of ours', () => {
  const until = (own: Partial<PublishIntent>, versions: readonly VersionSeen[] = [before], now = NOON) =>
    onItsWayUntil(anIntent({ ours: null, ...own }), looked(versions), 5 * MINUTE, now);

  it('may be on its way until settle has passed since it was asked for', () => {
    expect(until({})).toBe(NOON + 4 * MINUTE);
    expect(until({}, [before], NOON + 4 * MINUTE - 1)).toBe(NOON + 4 * MINUTE);
    expect(until({}, [before], NOON + 4 * MINUTE)).toBeNull();
  });

  it('is not on its way once it was answered, or where there was none', () => {
    expect(until({ ours: 'v2' })).toBeNull();
    expect(onItsWayUntil(null, looked([before]), 5 * MINUTE, NOON)).toBeNull();
  });

  it('has come where a version with our mark and its key is new, current or not', () => {
    expect(until({}, [before, ours])).toBeNull();
    expect(until({}, [before, ours, theirs])).toBeNull();
  });

  it('has not come by what was there before, by another key, or by a version that somebody else wrote', () => {
    expect(until({ known: ['v0', 'v2'] }, [before, ours])).not.toBeNull();
    expect(until({}, [before, aVersion('v2', { isMarked: true })])).not.toBeNull();
    expect(until({}, [before, aVersion('v2', { key: S1 })])).not.toBeNull();
  });

  it('may be on its way to a secret that is not looked at', () => {
    expect(until({ secret: aSecret('gone') }, [before, ours])).not.toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { samplesOf } from '../../src/views/samples.ts';
import { anEntry, anUnobservedEntry, DAY, NOW } from './an-entry.ts';

const fleet = { generatedAt: NOW, targets: 3, unmanaged: 2, deadLetters: null };
const values = (samples: ReturnType<typeof samplesOf>, name: string) =>
  samples.filter((sample) => sample.name === name).map(({ labels, value }) => [labels, value]);

describe('the fleet as OpenTelemetry hears of it', () => {
  it('has the age of each key as /api/metrics has it, and none where nobody knows', () => {
    const entry = anEntry({ primary: { madeAfter: NOW - 40 * DAY }, secondary: { madeAfter: null } });
    expect(values(samplesOf([entry], fleet), 'key_oldest_age_seconds')).toEqual([
      [{ target: 'chat-prod', slot: 'primary' }, (40 * DAY) / 1000],
    ]);
  });

  it('counts targets by phase and keys that are overdue', () => {
    const overdue = anEntry({ phase: 'hold', primary: { overdueSince: NOW } });
    const samples = samplesOf([overdue, anEntry({ phase: 'hold' }), anUnobservedEntry()], fleet);
    expect(values(samples, 'targets_in_phase')).toEqual([
      [{ phase: 'hold' }, 2],
      [{ phase: 'nothing-due' }, 1],
    ]);
    expect(values(samples, 'keys_overdue')).toEqual([[{}, 1]]);
    expect(values(samples, 'targets')).toEqual([[{}, 3]]);
  });

  it('names of a large fleet the 50 targets with the oldest keys, so that it costs no more for 10,000', () => {
    const entries = Array.from({ length: 1_000 }, (_, i) =>
      anEntry({ name: `chat-${i}`, primary: { madeAfter: NOW - i * DAY }, secondary: { madeAfter: NOW } }),
    );
    const ages = values(samplesOf(entries, fleet), 'key_oldest_age_seconds');
    const targets = new Set(ages.map(([labels]) => (labels as { target: string }).target));
    expect(targets.size).toBe(50);
    expect([...targets].every((name) => Number(name.slice(5)) >= 950)).toBe(true);
    expect(values(samplesOf(entries, fleet), 'targets_in_phase')).toEqual([[{ phase: 'nothing-due' }, 1_000]]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/app/report/entry.ts';
import { parseResourceId } from '../../src/core/model.ts';
import { metricsOf } from '../../src/views/metrics.ts';
import { anEntry, anUnobservedEntry, DAY, NOW } from './an-entry.ts';
import { readOpenMetrics } from './open-metrics.ts';

/** What a scraper sees of these targets. */
async function scraped(entries: readonly Entry[], unmanaged = 0, deadLetters: number | null = null) {
  const { body } = await metricsOf(entries, { generatedAt: NOW, targets: entries.length, unmanaged, deadLetters });
  const families = readOpenMetrics(body);
  return {
    body,
    families,
    series: (name: string) => families.get(`signalr_key_rotation_${name}`)?.series ?? [],
  };
}

const primary = { target: 'chat-prod', slot: 'primary' };
const secondary = { target: 'chat-prod', slot: 'secondary' };

describe('a key', () => {
  it('has the oldest and the youngest age that it can have', async () => {
    const entry = anEntry({ primary: { madeAfter: NOW - 40 * DAY, madeBefore: NOW - 12 * DAY } });
    const { series } = await scraped([entry]);
    expect(series('key_oldest_age_seconds')[0]).toEqual({ labels: primary, value: (40 * DAY) / 1000 });
    expect(series('key_youngest_age_seconds')[0]).toEqual({ labels: primary, value: (12 * DAY) / 1000 });
  });

  it('of unknown age has no series that says 0', async () => {
    const { series } = await scraped([anEntry({ secondary: { madeAfter: null, madeBefore: null, dueAt: null } })]);
    for (const name of ['key_oldest_age_seconds', 'key_youngest_age_seconds', 'key_due_timestamp_seconds']) {
      expect(series(name).map(({ labels }) => labels)).toEqual([primary]);
    }
  });

  it('is not called young enough where nobody knows how old it can be', async () => {
    const { series } = await scraped([anEntry({ primary: { overdueSince: NOW }, secondary: { madeAfter: null } })]);
    expect(series('key_overdue')).toEqual([{ labels: primary, value: 1 }]);
  });

  it('that is made by a clock ahead of ours is 0 seconds old', async () => {
    const { series } = await scraped([anEntry({ primary: { madeAfter: NOW + 900, madeBefore: NOW + 900 } })]);
    expect(series('key_youngest_age_seconds')[0]).toEqual({ labels: primary, value: 0 });
  });

  it('has its role as a label', async () => {
    const { series } = await scraped([anEntry()]);
    expect(series('key_role')).toEqual([
      { labels: { ...primary, role: 'active' }, value: 1 },
      { labels: { ...secondary, role: 'standby' }, value: 1 },
    ]);
  });
});

describe('a target', () => {
  it('has one series for its phase, its verdict and what it is held for', async () => {
    const held = anEntry({
      phase: 'hold',
      condition: { code: 'Stalled', since: NOW },
      stuckSince: NOW,
      rotating: true,
    });
    const { series } = await scraped([held, anEntry({ name: 'other' })]);
    expect(series('target_phase')).toEqual([
      { labels: { target: 'chat-prod', phase: 'hold' }, value: 1 },
      { labels: { target: 'other', phase: 'nothing-due' }, value: 1 },
    ]);
    expect(series('target_verdict')).toHaveLength(2);
    expect(series('target_condition')).toEqual([{ labels: { target: 'chat-prod', condition: 'Stalled' }, value: 1 }]);
    expect(series('target_stalled').map(({ value }) => value)).toEqual([1, 0]);
    expect(series('target_rotating').map(({ value }) => value)).toEqual([1, 0]);
  });

  it('has its findings by severity, none of them too', async () => {
    const { series } = await scraped([anEntry({ tally: { high: 0, medium: 2, low: 1, info: 3 } })]);
    expect(series('target_findings').map(({ labels, value }) => [labels.severity, value])).toEqual([
      ['high', 0],
      ['medium', 2],
      ['low', 1],
      ['info', 3],
    ]);
  });

  it('that nobody has looked at is not said to be without findings, and has no observation', async () => {
    const { series } = await scraped([anUnobservedEntry()]);
    expect(series('target_findings')).toEqual([]);
    expect(series('target_observed_timestamp_seconds')).toEqual([]);
    expect(series('key_overdue')).toEqual([]);
    expect(series('target_verdict')).toEqual([{ labels: { target: 'chat-prod', verdict: 'Unknown' }, value: 1 }]);
  });

  it('is not hidden by an orphan of the same name', async () => {
    const resourceId = parseResourceId(anEntry().resourceId.replace(/chat-prod$/, 'chat-old')) ?? anEntry().resourceId;
    const orphan = anEntry({ resourceId, condition: { code: 'Orphaned', since: NOW }, verdict: 'Unknown' });
    const { series } = await scraped([orphan, anEntry()]);
    expect(series('target_verdict').map(({ labels }) => labels)).toEqual([
      { target: 'chat-prod', verdict: 'MigrateFirst' },
      { target: 'chat-prod', resource_id: resourceId, verdict: 'Unknown' },
    ]);
  });
});

describe('the text', () => {
  it('counts the fleet, an empty one too', async () => {
    const { series } = await scraped([], 7);
    expect(series('targets')).toEqual([{ labels: {}, value: 0 }]);
    expect(series('unmanaged_resources')).toEqual([{ labels: {}, value: 7 }]);
  });

  it('is offered as OpenMetrics', async () => {
    const { contentType } = await metricsOf([], { generatedAt: NOW, targets: 0, deadLetters: null, unmanaged: 0 });
    expect(contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  });

  it('has nothing of the scrape before', async () => {
    await scraped([anEntry({ name: 'gone' })]);
    expect((await scraped([anEntry()])).body).not.toContain('gone');
  });

  it('names its families after the conventions', async () => {
    const { families } = await scraped([anEntry()]);
    for (const [name, { help }] of families) {
      expect(name).toMatch(/^signalr_key_rotation_[a-z]+(_[a-z]+)*$/);
      expect(name).not.toMatch(/_(total|created|count|sum|bucket|gcount|gsum|info)$/);
      expect(help).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('reads back as what went in, whatever a name is made of', async () => {
    const hostile = fc.constantFrom('"', '\\', '\n', '\r', '{', '}', ',', '=', ' ', '#', 'n', 'é', '\u2028', '😀');
    const names = fc.uniqueArray(fc.oneof(fc.string({ unit: hostile }), fc.string({ unit: 'binary' })), {
      minLength: 1,
    });
    await fc.assert(
      fc.asyncProperty(names, async (some) => {
        const { series } = await scraped(some.map((name) => anEntry({ name })));
        expect(series('target_phase').map(({ labels }) => labels.target)).toEqual(some);
        expect(series('key_overdue').map(({ labels }) => labels.target)).toEqual(some.flatMap((name) => [name, name]));
      }),
    );
  });
});

describe('the reader of these tests', () => {
  const good = '# HELP a_b Some.\n# TYPE a_b gauge\na_b{c="d\\"\\\\\\n"} 1.5e3\n# EOF\n';

  it('reads what is right', () => {
    expect(readOpenMetrics(good).get('a_b')?.series).toEqual([{ labels: { c: 'd"\\\n' }, value: 1500 }]);
  });

  it.each([
    ['no end', good.replace('# EOF\n', '')],
    ['something after the end', `${good}a 1\n`],
    ['an empty line', good.replace('\na_b', '\n\na_b')],
    ['a bare quote', good.replace('d\\"', 'd"')],
    ['a bare backslash', good.replace('\\\\', '\\q')],
    ['the same series twice', good.replace('# EOF', 'a_b{c="d\\"\\\\\\n"} 2\n# EOF')],
    ['a label twice', good.replace('c="', 'c="x",c="')],
    ['a type twice', good.replace('# TYPE', '# TYPE a_b gauge\n# TYPE')],
    ['a family in two places', good.replace('# EOF', 'x 1\na_b 2\n# EOF')],
    ['a number that is none', good.replace('1.5e3', 'Nan0')],
  ])('refuses %s', (_, text) => {
    expect(() => readOpenMetrics(text)).toThrow();
  });
});

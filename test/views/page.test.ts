import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EVERYTHING, type ReportQuery } from '../../src/app/report/query.ts';
import { reportSchema } from '../../src/app/report/schema.ts';
import { reportPage } from '../../src/views/page.ts';
import { targetPage } from '../../src/views/target-page.ts';
import {
  aFinding,
  aFleet,
  aKey,
  aKeyAged,
  anUnmanaged,
  aReport,
  aRotation,
  aStep,
  aTargetReport,
  daysAgo,
  FIFTEEN,
  NOW,
  STALLED,
  someReceipts,
} from './a-report.ts';

const shows = (report: ReturnType<typeof aReport>, query: Partial<ReportQuery> = {}): string =>
  reportPage(report, { ...EVERYTHING, ...query }).html;

/** What a person reads, in one line. */
const words = (html: string): string =>
  html
    .replace(/<(style|title)>.*?<\/\1>/gs, ' ')
    .replace(/<[^>]+>/g, '')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ');

const title = (html: string): string => words(/<title>(.*?) · SignalR keys<\/title>/s.exec(html)?.[1] ?? '');

describe('the builders', () => {
  it('make reports of the published form', () => {
    for (const size of [0, 1, 12, 100])
      reportSchema.parse(aReport({ targets: aFleet(size), unmanaged: [anUnmanaged()] }));
  });
});

describe('the first glance', () => {
  it('says how many need a person, in the title too', () => {
    const html = shows(aReport({ targets: aFleet(7) }));
    expect(title(html)).toBe('2 need you');
    expect(html).toContain('<h1>2 need you</h1>');
  });

  it('speaks of one in the singular', () => {
    expect(title(shows(aReport({ targets: aFleet(1) })))).toBe('1 needs you');
  });

  it('counts those beyond the list', () => {
    const html = shows(aReport({ targets: aFleet(1), summary: { attentionMore: 1_233 } }));
    expect(title(html)).toBe('1,234 need you');
    expect(html).toContain('href="?show=attention"');
  });

  it('says calmly when nothing does', () => {
    const html = shows(aReport());
    expect(title(html)).toBe('Nothing needs you');
    expect(words(html)).toContain('Nothing needs a person now. No key is overdue, and no target is held or stuck.');
  });

  it('does not call quiet what it has not looked at', () => {
    const text = words(shows(aReport({ summary: { observed: 0, targets: 3 } })));
    expect(text).not.toContain('No key is overdue');
    expect(text).toContain('3 targets not observed yet');
  });

  it('leads to a target on the page by its place, and to another by its address', () => {
    const elsewhere = {
      target: 'far away',
      code: 'Stalled',
      severity: 'high',
      text: 'It waits.',
      since: null,
    } as const;
    const [here] = aReport({ targets: aFleet(1) }).summary.attention;
    const attention = here === undefined ? [] : [here, elsewhere];
    const html = shows(aReport({ targets: aFleet(1), summary: { attention } }));
    expect(html).toContain('<a href="#target-chat-prod">chat-prod</a>');
    expect(html).toContain('<a href="targets/far%20away">far away</a>');
  });

  it('names the fleet where it is about no target', () => {
    const paused = {
      target: null,
      code: 'FleetPaused',
      severity: 'high',
      text: 'No rotation starts.',
      since: daysAgo(1),
    } as const;
    expect(words(shows(aReport({ summary: { attention: [paused] } })))).toContain('The fleet FleetPaused');
    const grave = { ...paused, code: 'HighFindings' };
    expect(shows(aReport({ summary: { attention: [grave] } }))).toContain('<a href="?severity=high">The fleet</a>');
  });
});

describe('the list', () => {
  it('says how to add the first target', () => {
    const html = shows(aReport({ targets: [], summary: { surveys: [] } }));
    expect(title(html)).toBe('No targets yet');
    expect(words(html)).toContain('No SignalR resource is under management yet.');
    expect(html).not.toContain('<form');
  });

  it('says when nothing matches, and leads back to all', () => {
    const html = shows(aReport({ targets: [], summary: { targets: 12, matching: 0 } }), { search: 'zzz' });
    expect(words(html)).toContain('Nothing is called like “zzz” under these filters.');
    expect(html).toContain('<a href="?">Show all targets</a>');
  });

  it('keeps the filters in the form, and in the way back', () => {
    const report = aReport({
      targets: aFleet(12),
      next: '/api/report?page=4&q=chat',
      summary: { targets: 900, matching: 412 },
    });
    const html = shows(report, {
      search: 'chat & co',
      show: 'overdue',
      verdict: 'MigrateFirst',
      severity: 'low',
      sort: 'due',
      page: 3,
    });
    expect(html).toContain('value="chat &amp; co"');
    for (const chosen of ['overdue', 'MigrateFirst', 'low', 'due'])
      expect(html).toContain(`<option value="${chosen}" selected>`);
    expect(html).toContain(
      'href="?q=chat+%26+co&amp;show=overdue&amp;verdict=MigrateFirst&amp;severity=low&amp;sort=due&amp;page=2"',
    );
    expect(html).toContain('rel="next" href="/api/report?page=4&amp;q=chat"');
    expect(words(html)).toContain('201–212 of 412 that match, 900 in all');
  });

  it('has no paging where there is one page', () => {
    expect(shows(aReport())).not.toContain('<nav');
  });

  it('opens the first three that need a person, where everything is on the page', () => {
    const targets = aFleet(10).map((target) => ({ ...target, condition: STALLED }));
    expect(shows(aReport({ targets })).match(/<details class="target" open>/g)).toHaveLength(3);
  });

  it('opens none, and leaves the commands to the page of the target, where there are more than ten', () => {
    const html = shows(aReport({ targets: aFleet(11) }));
    expect(html).not.toContain('<details class="target" open>');
    expect(html).not.toContain('az signalr');
    expect(html).toContain('<a href="targets/chat-prod#PublicRestApi">commands</a>');
  });

  it('tells once what findings of many targets mean, and leads there', () => {
    const html = shows(aReport({ targets: aFleet(11) }));
    const danger = 'With a stolen key anybody can send to every client and close connections, from anywhere.';
    expect(html.split(danger)).toHaveLength(2);
    expect(html.match(/<a href="#about-PublicRestApi">/g)?.length).toBeGreaterThan(1);
    expect(html.match(/id="about-PublicRestApi"/g)).toHaveLength(1);
    expect(words(html)).toContain(
      'REST calls are let in from the public network. defaultAction Allow, publicNetwork allow none; deny none. PublicRestApi · commands',
    );
  });

  it('tells beside a finding what only that one has', () => {
    const own = aFinding('PublicRestApi', 'chat-prod', { danger: 'It is worse here.' });
    const targets = aFleet(11).map((target, index) => (index === 5 ? { ...target, findings: [own] } : target));
    expect(words(shows(aReport({ targets })))).toContain('It is worse here. PublicRestApi');
  });

  it('says where the targets are when the page has none of them', () => {
    const report = aReport({
      targets: [],
      unmanaged: [anUnmanaged()],
      summary: { targets: 12, matching: 12, unmanaged: 150 },
    });
    const text = words(shows(report, { page: 2 }));
    expect(text).toContain('There are no more targets.');
    expect(text).toContain('Page 2 of 2');
    expect(text).toContain('149 more on other pages.');
  });
});

describe('a target', () => {
  const text = (own: Parameters<typeof aTargetReport>[0]): string =>
    words(shows(aReport({ targets: [aTargetReport(own)] })));

  it('says why it is held, since when, and what to do', () => {
    expect(text({ condition: STALLED, phase: 'hold' })).toContain(
      'Held Stalled since 28 Jul 2026, 01:03 UTC (2 days ago) Consumers are not shown to have switched within maxWait.',
    );
  });

  it('is calmer where a person ordered the hold', () => {
    const ordered = { ...STALLED, code: 'Frozen' };
    expect(shows(aReport({ targets: [aTargetReport({ condition: ordered })] }))).toContain(
      '<span class="chip medium">Held</span>',
    );
    expect(shows(aReport({ targets: [aTargetReport({ condition: STALLED })] }))).toContain(
      '<span class="chip high">Held</span>',
    );
  });

  it('says where a rotation stands and who is awaited', () => {
    const shown = text({ phase: 'await-consumers', rotation: aRotation() });
    expect(shown).toContain(
      'Waiting for consumers. The rotation began 21 Jul 2026, 01:03 UTC (9 days ago) because keys were due. It awaits web and orders-worker.',
    );
    expect(shown).toContain('last showed version 0c4f8a…');
  });

  it('tells an age that is an interval, and since when it is overdue', () => {
    const shown = text({ keys: { primary: aKeyAged(78, 98), secondary: aKey() } });
    expect(shown).toContain('Overdue since 22 Jul 2026 (8 days ago)');
    expect(shown).toContain('Between 78 and 98 days: the key itself says May 2026');
  });

  it('says unknown where nothing is known', () => {
    expect(text({ keys: { primary: aKeyAged(null, null), secondary: aKeyAged(null, null) } })).toContain('Age unknown');
  });

  it('says that nobody has looked at it yet', () => {
    const shown = text({ observedAt: null, findings: [] });
    expect(shown).toContain('Nobody has looked at this target yet.');
    expect(shown).not.toMatch(/No findings|Nothing was found/);
  });

  it('says that an orphan has no policy, and draws its ages all the same', () => {
    const html = shows(aReport({ targets: [aTargetReport({ policy: null })] }));
    expect(words(html)).toContain('rotation.json no longer names this target');
    expect(html).toContain('class="sure young"');
    expect(html).not.toContain('>max ');
  });

  it('puts the heaviest reason of its verdict first', () => {
    const shown = text({});
    expect(shown.indexOf('PublicationCarriesKey')).toBeLessThan(shown.indexOf('ConsumerShowsNothing'));
    expect(shown.indexOf('ConsumerShowsNothing')).toBeLessThan(shown.indexOf('ShownByReferenceAlone'));
  });

  it('warns of what cannot be undone, before it says how to do it', () => {
    const shown = text({});
    expect(shown).toContain('Cannot be undone: Disabling local authentication deletes both access keys for good');
    expect(shown.indexOf('Cannot be undone')).toBeLessThan(shown.indexOf('Disable local authentication'));
  });

  it('gives the connection string to write, and each way to do a step', () => {
    const shown = text({});
    expect(shown).toContain(aStep().connectionStrings[0]?.value);
    for (const way of ['Portal', 'Azure CLI', 'Bicep', 'Terraform']) expect(shown).toContain(way);
  });

  it('sorts its findings by severity', () => {
    const findings = [aFinding('PublicClientConnection'), aFinding('LocalAuthEnabled'), aFinding('PublicRestApi')];
    const shown = text({ findings });
    expect(shown.indexOf('PublicRestApi')).toBeLessThan(shown.indexOf('LocalAuthEnabled'));
    expect(shown.indexOf('LocalAuthEnabled')).toBeLessThan(shown.indexOf('PublicClientConnection'));
  });
});

describe('ages as bars', () => {
  const bars = (atLeast: number | null, atMost: number | null): string =>
    shows(aReport({ targets: [aTargetReport({ keys: { primary: aKeyAged(atLeast, atMost), secondary: aKey() } })] }));

  it('are solid as far as certain and hatched as far as possible', () => {
    const html = bars(27, 54);
    expect(html).toContain('<rect class="sure young" y="2" width="20%"');
    expect(html).toContain('<rect class="maybe young" x="20%" y="2" width="20%"');
  });

  it('have no hatched part where the day is known', () => {
    expect(bars(41, 41)).not.toContain('class="maybe young" x="30.4%" y="2"');
  });

  it('end in an arrow where the key is older than the scale, or nobody knows how old at most', () => {
    const arrows = (html: string): number => html.match(/class="arrow"/g)?.length ?? 0;
    expect(arrows(bars(10, 20))).toBe(0);
    expect(arrows(bars(425, 456))).toBe(2);
    expect(arrows(bars(20, null))).toBe(2);
  });

  it('say the same in words', () => {
    expect(bars(78, 98)).toContain(
      '<title>Primary key: between 78 and 98 days: the key itself says May 2026. Overdue. Rotated after 60 days, at most 90 days old.</title>',
    );
  });
});

describe('the line of rotations', () => {
  it('says the same in words', () => {
    expect(shows(aReport({ targets: [aTargetReport({ rotation: aRotation() })] }))).toContain(
      '<title>Rotations of the last 180 days: 17 Feb 2026 completed, 19 Apr 2026 rolled back, 17 Jun 2026 completed, 21 Jul 2026 under way.</title>',
    );
  });

  it('has hours where the policy is one of minutes, as on a laptop', () => {
    const minute = 1 / 1_440;
    const policy = { rotateAfterDays: 30 * minute, maxKeyAgeDays: 120 * minute };
    const html = shows(aReport({ targets: [aTargetReport({ policy })] }));
    expect(html).toContain('>07:00</text>');
    expect(html).toContain('>rotate 30 min</text>');
  });
});

describe('what is not managed', () => {
  it('is listed with what can be told without its keys', () => {
    const text = words(shows(aReport({ unmanaged: [anUnmanaged()] })));
    expect(text).toContain('legacy-hub');
    expect(text).toContain('Local auth on');
  });

  it('says where nobody could look', () => {
    const surveys = [{ subscription: 'sub-1', at: daysAgo(1), trouble: 'forbidden' as const }];
    const text = words(shows(aReport({ summary: { surveys } })));
    expect(text).not.toContain('is a target.');
    expect(text).toContain('Subscription sub-1 may not be read with the identity of this app');
  });
});

describe('the page of a target', () => {
  const page = (own: Parameters<typeof aTargetReport>[0] = {}): string =>
    targetPage(aTargetReport(own), NOW, someReceipts(3)).html;

  it('has its most important thing in the title', () => {
    expect(title(page({ condition: STALLED }))).toBe('chat-prod: held, Stalled');
    expect(title(page({ keys: { primary: aKeyAged(425, 456), secondary: aKey() } }))).toBe('chat-prod: overdue');
    expect(title(page({ phase: 'await-consumers', rotation: aRotation() }))).toBe(
      'chat-prod: Waiting for consumers: web and orders-worker',
    );
    expect(title(page({ observedAt: null }))).toBe('chat-prod: not observed yet');
  });

  it('names each finding by its code, once', () => {
    const html = page({ findings: [aFinding('PublicRestApi'), aFinding('PublicRestApi')] });
    expect(html.match(/id="PublicRestApi"/g)).toHaveLength(1);
  });

  it('has the newest steps, newest first', () => {
    const text = words(page());
    expect(text.indexOf('42')).toBeLessThan(text.indexOf('40'));
    expect(text).toContain('5b1f2c8e-52a6-4c3a-9f1e-0d1c2b3a4f5e');
  });

  it('leads back to the report', () => {
    expect(page()).toContain('<a href="../report">SignalR keys</a>');
  });
});

describe('size', () => {
  const kilobytes = (html: string): number => Buffer.byteLength(html) / 1_024;

  it('of a hundred targets with fifteen findings each is below 700 KB', () => {
    const targets = aFleet(100).map((target) => ({
      ...target,
      observedAt: NOW,
      findings: FIFTEEN.map((code) => aFinding(code, target.name)),
    }));
    expect(kilobytes(shows(aReport({ targets })))).toBeLessThan(700);
  });

  it('of one target with fifteen findings and a hundred receipts is below 150 KB', () => {
    const [target] = aFleet(1);
    expect(kilobytes(targetPage(target ?? aTargetReport(), NOW, someReceipts(100)).html)).toBeLessThan(150);
    expect(kilobytes(shows(aReport({ targets: aFleet(1) })))).toBeLessThan(150);
  });
});

describe('safety of the page', () => {
  it('rests on one template: no other file of the views imports hono, and none inserts a text raw', () => {
    const files = readdirSync('src/views', { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const sources = files.map((name) => [name, readFileSync(`src/views/${name}`, 'utf8')] as const);
    expect(sources.filter(([, source]) => source.includes("from 'hono")).map(([name]) => name)).toEqual(['markup.ts']);
    expect(sources.filter(([, source]) => /\braw\(|isEscaped|as Markup\b/.test(source)).map(([name]) => name)).toEqual([
      'markup.ts',
    ]);
  });

  it('has no script, no style attribute and a strict policy', () => {
    const { html, contentSecurityPolicy } = reportPage(
      aReport({ targets: aFleet(7), unmanaged: [anUnmanaged()] }),
      EVERYTHING,
    );
    expect(html).not.toMatch(/<script|<[^>]* style="|<[^>]* on[a-z]+="/);
    expect(contentSecurityPolicy).toMatch(
      /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
  });
});

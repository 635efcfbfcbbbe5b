import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../src/app/report/query.ts';
import { type Report, reportSchema, targetSchema } from '../../src/app/report/schema.ts';
import type { Page } from '../../src/views/document.ts';
import { reportPage } from '../../src/views/page.ts';
import { targetPage } from '../../src/views/target-page.ts';
import { describeInBrowser, type Opens, type Shown } from './a-browser.ts';
import { aFleet, anUnmanaged, aReport, aRotation, aTargetReport, NOW, STALLED, someReceipts } from './a-report.ts';
import { attacked, PAYLOAD } from './hostile.ts';

const NARROW = { width: 360, height: 780 };
const WIDE = { width: 1_280, height: 900 };

const unmanaged = [anUnmanaged(), anUnmanaged({ name: 'old-hub', localAuthDisabled: true, findings: [] })];

/** A report about so many targets, of which a page shows a hundred. */
function about(targets: number): Report {
  const shown = aFleet(Math.min(targets, 100), targets > 12 ? 15 : 8);
  const report = aReport({ targets: shown, unmanaged });
  if (targets <= 100) return report;
  const summary = { ...report.summary, targets, matching: targets, observed: targets - 12, attentionMore: 231 };
  return { ...report, next: '/api/report?page=2', summary };
}

const pageOf = (targets: number): Page => reportPage(about(targets), EVERYTHING);
const [first = aTargetReport()] = aFleet(1);
const ONE = targetPage(first, NOW, someReceipts(20));

const openAll = ({ tab }: Shown): Promise<void> =>
  tab.locator('details').evaluateAll((all) => {
    for (const details of all) details.setAttribute('open', '');
  });

const widthOf = ({ tab }: Shown): Promise<number> => tab.locator('html').evaluate((html) => html.scrollWidth);

describeInBrowser('the page in a browser', (browser) => {
  describe.each([0, 1, 50, 10_000])('with %i targets', (targets) => {
    it('has every section, its headings in order, and no id twice', async () => {
      const { tab, complaints } = await browser.open(pageOf(targets));
      const levels = await tab
        .locator('h1, h2, h3, h4')
        .evaluateAll((all) => all.map((h) => Number(h.tagName.slice(1))));
      const sections = await tab
        .locator('h2')
        .evaluateAll((all) => all.map((h2) => h2.firstChild?.textContent?.trim()));
      const ids = await tab.locator('[id]').evaluateAll((all) => all.map(({ id }) => id));
      const landmarks = await tab
        .locator('body > header, main, search, nav, body > footer')
        .evaluateAll((all) => all.map((element) => element.tagName.toLowerCase()));
      const glossary = targets > 10 ? ['What the findings mean'] : [];
      const glance = targets === 0 ? [] : ['What needs a person', 'In numbers'];
      expect(levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)).toEqual([]);
      expect(levels.filter((level) => level === 1)).toHaveLength(1);
      expect(sections).toEqual([...glance, 'Targets', 'Unmanaged', ...glossary]);
      expect(ids).toEqual([...new Set(ids)]);
      expect(await tab.locator('#targets details.target').count()).toBe(Math.min(targets, 100));
      expect(landmarks).toEqual(
        ['header', 'main', targets > 0 && 'search', targets > 100 && 'nav', 'footer'].filter(Boolean),
      );
      expect(complaints).toEqual([]);
    });

    it('does not scroll sideways at 360 pixels, with all of it open', async () => {
      const shown = await browser.open(pageOf(targets), { viewport: NARROW });
      await openAll(shown);
      expect(await widthOf(shown)).toBe(NARROW.width);
    });
  });

  it('does not scroll sideways for names without a place to break', async () => {
    const name = 'x'.repeat(63);
    const target = aTargetReport({ name, condition: STALLED, rotation: aRotation() });
    for (const page of [
      reportPage(aReport({ targets: [target] }), EVERYTHING),
      targetPage(target, NOW, someReceipts(3)),
    ]) {
      const shown = await browser.open(page, { viewport: NARROW });
      await openAll(shown);
      expect(await widthOf(shown)).toBe(NARROW.width);
    }
  });

  it('opens a target by the keyboard, with scripts off', async () => {
    const { tab } = await browser.open(pageOf(50), { javaScriptEnabled: false });
    await tab.keyboard.press('Tab');
    expect(await tab.locator(':focus').textContent()).toBe('Skip to the targets');
    const summary = tab.locator('#targets details.target > summary').first();
    await summary.focus();
    await tab.keyboard.press('Enter');
    expect(await tab.locator('#targets details.target[open]').count()).toBe(1);
    await tab.keyboard.press('Enter');
    expect(await tab.locator('#targets details.target[open]').count()).toBe(0);
  });

  it('reaches everything that can be used by the keyboard, and shows where it is', async () => {
    const { tab } = await browser.open(pageOf(1));
    await tab.keyboard.press('Tab');
    const usable = tab.locator('a, summary, input, select, button').filter({ visible: true });
    const outlines = await usable.evaluateAll((all) =>
      all.map((element) => {
        element.focus({ focusVisible: true });
        const { activeElement, defaultView } = element.ownerDocument;
        return activeElement === element ? defaultView.getComputedStyle(element).outlineStyle : 'not focused';
      }),
    );
    expect(outlines.length).toBeGreaterThan(30);
    expect(outlines.filter((outline) => outline !== 'solid')).toEqual([]);
  });

  it('opens the target that needs a person when its link is followed', async () => {
    const { tab } = await browser.open(pageOf(50));
    await tab.locator('.needs a').first().click();
    expect(await tab.locator('#target-chat-prod').isVisible()).toBe(true);
  });

  it('opens the finding that a link names', async () => {
    const { tab, address } = await browser.open(ONE);
    expect(await tab.locator('#PublicRestApi').isVisible()).toBe(false);
    await tab.goto(`${address}#PublicRestApi`);
    expect(await tab.locator('#PublicRestApi').isVisible()).toBe(true);
  });

  it('opens one way to mend a finding at a time', async () => {
    const { tab } = await browser.open(ONE);
    const finding = tab.locator('.findings > li').filter({ hasText: 'PublicRestApi' });
    await finding.locator('summary').first().click();
    await finding.getByText('Bicep', { exact: true }).click();
    expect(await finding.getByText('resource signalr').isVisible()).toBe(true);
    await finding.getByText('Terraform', { exact: true }).click();
    expect(await finding.getByText('resource "azurerm_signalr_service_network_acl"').isVisible()).toBe(true);
    expect(await finding.getByText('resource signalr').isVisible()).toBe(false);
  });

  it('prints everything that opens, and no form', async () => {
    const { tab } = await browser.open(ONE);
    const way = tab.locator('.findings .way').first();
    expect(await way.isVisible()).toBe(false);
    await tab.emulateMedia({ media: 'print' });
    const hidden = await tab
      .locator('.way, .opened, .body')
      .evaluateAll((all) => all.filter((part) => !part.checkVisibility() || part.clientHeight === 0).length);
    expect(hidden).toBe(0);
    const list = await browser.open(pageOf(50));
    await list.tab.emulateMedia({ media: 'print' });
    expect(await list.tab.locator('form').isVisible()).toBe(false);
    expect(await list.tab.locator('.body').first().isVisible()).toBe(true);
  });

  it('does not move for whoever asked for no motion', async () => {
    const { tab } = await browser.open(pageOf(1), { reducedMotion: 'reduce' });
    const moving = await tab
      .locator('summary')
      .evaluateAll((all) =>
        all.filter(
          (each) => each.ownerDocument.defaultView.getComputedStyle(each, '::before').transitionDuration !== '0s',
        ),
      );
    expect(moving).toEqual([]);
  });

  it('sends what is filtered for as a query', async () => {
    const { tab } = await browser.open(pageOf(50));
    await tab.getByLabel('Name or resource id').fill('chat & co');
    await tab.getByLabel('Show').selectOption('overdue');
    await tab.getByRole('button', { name: 'Apply' }).click();
    expect(new URL(tab.url()).search).toBe('?q=chat+%26+co&show=overdue&verdict=&severity=&sort=attention');
  });
});

describeInBrowser('an attack in every string', (browser) => {
  const target = aTargetReport({
    condition: STALLED,
    rotation: aRotation({
      givenUp: [{ consumer: 'batch', fingerprint: 'sha256:0123456789abcdef', who: 'ann', why: 'gone' }],
    }),
  });
  const whole = aReport({
    targets: [target],
    unmanaged: [anUnmanaged()],
    next: '/api/report?page=2',
    summary: {
      attention: [{ target: 'x', code: 'Stalled', severity: 'high', text: 'text', since: null }],
      surveys: [{ subscription: 'sub', at: NOW, trouble: 'forbidden' }],
    },
  });
  const hostile = attacked(whole, reportSchema);
  const query = { ...EVERYTHING, search: PAYLOAD };
  const receipts = someReceipts(2).map((receipt) => ({ ...receipt, actor: PAYLOAD, rotation: PAYLOAD }));

  const pages: readonly (readonly [string, Page])[] = [
    ['with everything inline', reportPage(hostile.model, query)],
    [
      'of many',
      reportPage({ ...hostile.model, targets: Array.from({ length: 11 }, () => hostile.model.targets).flat() }, query),
    ],
    ['without a match', reportPage({ ...hostile.model, targets: [] }, query)],
    ['of one target', targetPage(attacked(target, targetSchema).model, NOW, receipts)],
  ];

  it.each(pages)('on the page %s makes no element, runs nothing and asks for nothing', async (_, page) => {
    const { tab, complaints } = await browser.open(page);
    const made = tab.locator('img, script, iframe, object, embed, base, svg[onload], style ~ style, body style');
    const attributes = await tab
      .locator('*')
      .evaluateAll((all) => all.flatMap((element) => element.getAttributeNames()));
    const addresses = await tab
      .locator('[href], [src], [action]')
      .evaluateAll((all) => all.map((each) => each.getAttribute('href') ?? each.getAttribute('src') ?? ''));
    expect(await made.count()).toBe(0);
    expect(attributes.filter((name) => /^(on|style$|srcdoc$)|[^a-z0-9:-]/i.test(name))).toEqual([]);
    expect(addresses.filter((address) => !/^(https:\/\/|[#?/]|targets\/|\.\.\/report$|data:,$)/.test(address))).toEqual(
      [],
    );
    expect(complaints).toEqual([]);
  });

  it('is shown as text, and no string is forgotten but those that the page has no use for', async () => {
    const { tab } = await browser.open(reportPage(hostile.model, query));
    const text = (await tab.locator('html').textContent()) ?? '';
    const titles = await tab
      .locator('[title]')
      .evaluateAll((all) => all.map((each) => each.getAttribute('title')).join());
    const unseen = hostile.attacks.filter((attack) => !text.includes(attack.text) && !titles.includes(attack.text));
    expect(hostile.attacks.length).toBeGreaterThan(100);
    expect([...new Set(unseen.map(({ path }) => path))].sort()).toEqual(
      [
        // An address that a browser could run is no link.
        'next',
        // The page names a rotation that has ended by its time.
        'targets[].past[].id',
        // It reads no other.
        'targets[].consumers[].shown[].secret',
        // They repeat what the awaited consumer says.
        'targets[].rotation.awaiting[].trouble.consumer',
        'targets[].rotation.awaiting[].trouble.secret',
        // `by` says of what kind the value beside it is.
        'targets[].consumers[].shown[].shows.by',
        'targets[].rotation.awaiting[].shows.by',
      ].sort(),
    );
  });

  it('would be noticed: the policy stops a script that got in all the same, and says so', async () => {
    const { html, contentSecurityPolicy } = pageOf(1);
    const infected = html.replace(
      '<main>',
      '<main><script>alert(1)</script><img src="x" onerror="alert(2)"><p style="color:red">',
    );
    const { complaints } = await browser.open({ html: infected, contentSecurityPolicy });
    expect(complaints.filter((text) => text.includes('Content Security Policy')).length).toBeGreaterThanOrEqual(3);
    expect(complaints.filter((text) => text.startsWith('dialog'))).toEqual([]);
  });
});

describeInBrowser('accessibility', (browser) => {
  const pages: readonly (readonly [string, Page])[] = [
    ['no target', pageOf(0)],
    [
      'no target that matches',
      reportPage(aReport({ targets: [], summary: { targets: 3 } }), { ...EVERYTHING, search: 'zzz' }),
    ],
    ['seven targets', pageOf(7)],
    ['twelve targets', pageOf(12)],
    ['one target alone', ONE],
  ];
  const screens = [
    ['light', 'wide', WIDE],
    ['light', 'narrow', NARROW],
    ['dark', 'wide', WIDE],
    ['dark', 'narrow', NARROW],
  ] as const;

  describe.each(screens)('%s and %s', (colorScheme, _, viewport) => {
    it.each(pages)('axe finds nothing to say about %s, with all of it open', async (__, page) => {
      expect(await violations(browser, page, { colorScheme, viewport })).toEqual([]);
    });
  });
});

/** The policy lets no script in, so it is lifted here, and here alone. */
async function violations(browser: Opens, page: Page, options: object): Promise<string[]> {
  const shown = await browser.open(page, { ...options, bypassCSP: true });
  await openAll(shown);
  await shown.tab.evaluate(axe.source);
  return shown.tab.evaluate(async () => {
    const inPage = globalThis as unknown as { axe: typeof axe };
    const found = await inPage.axe.run();
    return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  });
}

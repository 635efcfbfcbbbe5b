import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lookAtDeadLetters } from '../../src/app/dead-letters.ts';
import { Unavailable } from '../../src/app/errors.ts';
import type { LogRecord } from '../../src/app/log.ts';
import type { DeadLettersSeen } from '../../src/app/ports.ts';
import { EVERYTHING } from '../../src/app/report/query.ts';
import { lookAtFleet, reportFor } from '../../src/app/report/report.ts';
import { type Report, reportSchema } from '../../src/app/report/schema.ts';
import { reportPage } from '../../src/views/page.ts';
import { sarifOf } from '../../src/views/sarif.ts';
import { DAY, HOUR, MINUTE, NOON } from '../support/scene.ts';
import { World } from '../support/world.ts';

const container = 'https://stkeys.blob.core.windows.net/event-dead-letters';
const some = (count: number, own: Partial<DeadLettersSeen> = {}): DeadLettersSeen => ({
  ...{ container, count, isMore: false },
  oldestAt: count === 0 ? null : NOON - 2 * HOUR,
  newestAt: count === 0 ? null : NOON - MINUTE,
  ...own,
});

let world: World;
let there: DeadLettersSeen | Unavailable;
beforeEach(async () => {
  world = await World.start();
  world.deadLetters = {
    look: () => (there instanceof Unavailable ? Promise.reject(there) : Promise.resolve(there)),
  };
});
afterEach(() => world.close());

const look = (): Promise<void> => lookAtDeadLetters({ ...world.app, openPorts: () => world.ports() });
const report = (): Promise<Report> => reportFor(EVERYTHING, world.app, world.ports());
const said = (event: string): LogRecord[] => world.log.filter((record) => record.event === event);

describe('events that could not be delivered', () => {
  it('are alerted at once and then daily, with their number, the time of the newest, and what to do', async () => {
    there = some(3);
    for (let at = 0; at < 2 * DAY; at += HOUR) {
      await look();
      world.clock.ms += HOUR;
    }
    const alert = { level: 'error', code: 'DeadLetters', count: 3, newestAt: new Date(NOON - MINUTE).toISOString() };
    expect(said('DeadLetters')).toMatchObject([alert, alert]);
    expect(said('DeadLetters')[0]?.remedy).toMatch(/^Read them, report what they say of a leak, then delete them/);
  });

  it('are alerted anew when they come back after all were removed', async () => {
    for (const count of [1, 0, 1]) {
      there = some(count);
      await look();
    }
    expect(said('DeadLetters')).toHaveLength(2);
  });

  it('are a finding of the report, with evidence, remedy and references, as long as they are there', async () => {
    there = some(1_234);
    await look();
    const { findings, summary } = reportSchema.parse(await report());
    expect(findings).toMatchObject([
      {
        code: 'DeadLetters',
        severity: 'high',
        evidence: { container, count: 1_234, newestAt: new Date(NOON - MINUTE).toISOString() },
        remediation: { azureCli: expect.stringContaining('az storage blob list') },
        references: [{ source: 'Microsoft Learn' }],
      },
    ]);
    expect(summary.attention).toMatchObject([
      {
        target: null,
        code: 'DeadLetters',
        severity: 'high',
        since: new Date(NOON - 2 * HOUR).toISOString(),
        text: expect.stringMatching(/1234 blobs of them\. The newest is of 2026-11-02T11:59:00/),
      },
      { code: 'NotObserved' },
    ]);
    there = some(0);
    await look();
    const after = await report();
    expect(after.findings).toEqual([]);
    expect(after.summary.attention.map(({ code }) => code)).toEqual(['NotObserved']);
  });

  it('are more than so many where nobody has counted them all', async () => {
    there = some(5_000, { isMore: true });
    await look();
    expect((await report()).summary.attention[0]?.text).toContain('More than 5000 blobs of them.');
  });

  it('are on the page, in SARIF, and among the numbers for a collector', async () => {
    there = some(3);
    await look();
    const found = await report();
    const page = reportPage(found, EVERYTHING).html;
    expect(page).toContain('id="installation"');
    expect(page).toContain('href="#installation"');
    expect(page).toContain('az storage blob list');
    expect(JSON.stringify(sarifOf(found, { version: '0.0.0' }))).toContain('"ruleId":"DeadLetters"');
    expect((await lookAtFleet(world.app, world.ports())).facts.deadLetters?.count).toBe(3);
  });

  it('are still shown where nobody may look any more, which is said once', async () => {
    there = some(3);
    await look();
    there = new Unavailable('Blob storage', { status: 403 });
    for (let times = 0; times < 3; times += 1) await look();
    expect(said('DeadLettersUnseen')).toMatchObject([{ level: 'warning', code: 'Unavailable' }]);
    expect((await report()).findings).toHaveLength(1);
    there = some(0);
    await look();
    there = new Unavailable('Blob storage');
    await look();
    expect(said('DeadLettersUnseen')).toHaveLength(2);
  });

  it('are not looked for where nobody has named a container', async () => {
    there = some(3);
    await look();
    world.deadLetters = null;
    await look();
    expect(said('DeadLetters')).toHaveLength(1);
    expect((await report()).findings).toEqual([]);
  });
});

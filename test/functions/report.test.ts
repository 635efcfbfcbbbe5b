import { readFileSync } from 'node:fs';
import { TableClient } from '@azure/data-tables';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report, TargetReport } from '../../src/app/report/schema.ts';
import { until } from '../local/host/running.ts';
import { anApp, post, rotationFile } from './an-app.ts';

let app: Awaited<ReturnType<typeof anApp>>;
beforeAll(async () => {
  app = await anApp({
    rotationFor: (resourceId, secret, subscription) =>
      JSON.stringify({ subscriptions: [subscription], ...JSON.parse(rotationFile(resourceId, secret)) }),
  });
  app.azure.addSignalR({ name: 'forgotten', sku: 'Free_F1' });
});
afterAll(() => app.stop());

const get = (path: string, init?: RequestInit) => app.app.get(`/api/${path}`, init);
const accepting = (accept: string): RequestInit => ({ headers: { accept } });
const report = async (query = ''): Promise<Report> => (await (await get(`report${query}`)).json()) as Report;
const looked = () => until(report, ({ summary, unmanaged }) => summary.observed === 1 && unmanaged.length > 0);

describe('GET /api/report', () => {
  it('says how old each key is, whether local auth should go, and what else is wrong', async () => {
    const { version, targets, summary } = await looked();
    expect(version).toBe(1);
    expect(summary).toMatchObject({ targets: 1, observed: 1, unmanaged: 1 });
    const [target] = targets;
    expect(target).toMatchObject({
      name: 'chat-prod',
      keys: { primary: { role: 'active', fingerprint: app.chat.fingerprints.primary } },
      localAuth: { verdict: 'MigrateFirst' },
    });
    expect(target?.localAuth.reasons.map(({ code }) => code)).toContain('PublicationCarriesKey');
    expect(target?.findings.map(({ code }) => code)).toContain('PrivateEndpointMissing');
  });

  it('is as the published schema says', async () => {
    const ajv = new Ajv2020({ strict: false });
    formats.default(ajv);
    const isValid = ajv.compile(JSON.parse(readFileSync('docs/report.schema.json', 'utf8')));
    expect({ isValid: isValid(await looked()), errors: isValid.errors }).toEqual({ isValid: true, errors: null });
  });

  it('lists what nobody manages, with what can be told without its keys', async () => {
    const { unmanaged } = await looked();
    expect(unmanaged).toMatchObject([{ name: 'forgotten', sku: 'Free_F1', localAuthDisabled: false }]);
    expect(unmanaged[0]?.findings.map(({ code }) => code)).toContain('FreeSku');
  });

  it('is a page in a browser, under a strict policy', async () => {
    const response = await get('report', accepting('text/html,*/*;q=0.8'));
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(response.headers.get('vary')).toBe('Accept');
    expect(await response.text()).toContain('chat-prod');
  });

  it('is a table, a SARIF log and metrics for those who want them', async () => {
    await looked();
    const csv = await get('report?format=csv');
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="signalr-keys.csv"');
    expect((await csv.text()).trim().split('\r\n')).toHaveLength(3);
    const sarif = (await (await get('report?format=sarif')).json()) as { version: string; runs: unknown[] };
    expect(sarif).toMatchObject({ version: '2.1.0', runs: [{ tool: { driver: { name: 'signalr-key-rotation' } } }] });
    const metrics = await get('metrics');
    expect(await metrics.text()).toContain('signalr_key_rotation_targets 1');
  });

  it('answers although a freeze of all cannot be understood, and a person lifts that', async () => {
    const rows = TableClient.fromConnectionString(app.storage.connectionString, 'ledger', {
      allowInsecureConnection: true,
    });
    await looked();
    await rows.upsertEntity({ partitionKey: 'fleet', rowKey: 'freeze', version: 1, until: '"tomorrow"' }, 'Replace');
    const codes = async () => (await report()).findings.map(({ code }) => code);
    expect(await codes()).toEqual(['FleetRowCorrupted']);
    expect((await get('freeze', { method: 'DELETE' })).status).toBe(200);
    expect(await codes()).toEqual([]);
  });

  it('selects by query, and keeps the format in the address of the next page', async () => {
    expect((await report('?verdict=DisableNow')).targets).toEqual([]);
    expect((await report('?q=chat&severity=high')).targets).toHaveLength(1);
    expect((await report('?q=&verdict=&sort=')).targets).toHaveLength(1);
  });

  it.each(['page=0', 'page=x', 'verdict=Maybe', 'sort=random', 'format=xml', `q=${'x'.repeat(201)}`])(
    'refuses ?%s and says what it takes',
    async (query) => {
      const response = await get(`report?${query}`);
      expect(response.status).toBe(400);
      const { code, errors } = (await response.json()) as { code: string; errors: { path: string }[] };
      expect(code).toBe('InvalidRequest');
      expect(errors).toMatchObject([{ path: query.split('=')[0] }]);
    },
  );
});

describe('GET /api/targets/{target}', () => {
  const target = async (query = ''): Promise<TargetReport> =>
    (await (await get(`targets/chat-prod${query}`)).json()) as TargetReport;

  it('is one element of the list', async () => {
    const { targets } = await looked();
    const { observedAt: _, ...one } = await target();
    expect(Object.keys(one)).toEqual(Object.keys(targets[0] ?? {}).filter((name) => name !== 'observedAt'));
  });

  it('looks now where it is told to, and changes nothing', async () => {
    await looked();
    const before = await target();
    app.chat.properties = { disableAadAuth: true };
    const fresh = await target('?fresh=true');
    expect(fresh.findings.map(({ code }) => code)).toContain('AadAuthDisabled');
    expect(Date.parse(fresh.observedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(before.observedAt ?? ''));
    const after = await target();
    expect(after.findings.map(({ code }) => code)).not.toContain('AadAuthDisabled');
    app.chat.properties = {};
  });

  it('says that Azure cannot be asked where it cannot', async () => {
    await looked();
    app.azure.faults.next({ match: { path: /listKeys/i }, times: 9, answer: { status: 503, body: {} } });
    const response = await get('targets/chat-prod?fresh=true');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: 'Unavailable' });
    app.azure.faults.clear();
  });

  it('is a page in a browser, with its newest receipts', async () => {
    await get('targets/chat-prod/rotate', post({ why: 'a test' }));
    await until(
      async () => (await get('targets/chat-prod', accepting('text/html'))).text(),
      (html) => html.includes('A rotation begins'),
    );
  });
});

describe('POST /api/report/refresh', () => {
  it('has every target looked at anew', async () => {
    const before = (await looked()).targets[0]?.observedAt ?? '';
    const response = await get('report/refresh', post({}));
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ targets: 1, enqueued: 1 });
    const observedAt = ({ targets }: Report): number => Date.parse(targets[0]?.observedAt ?? '');
    await until(report, (now) => observedAt(now) > Date.parse(before));
  });
});

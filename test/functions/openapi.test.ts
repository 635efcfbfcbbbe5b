import { createHmac } from 'node:crypto';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tableLedger } from '../../src/azure/table-ledger.ts';
import { transportFor } from '../../src/azure/transport.ts';
import { aRecord, aResource } from '../azure/ledger-samples.ts';
import { never } from '../azure/local-services.ts';
import { until } from '../local/host/running.ts';
import { contradiction, document, operations, successes } from './a-described-app.ts';
import { anApp, post, rotationFile, TENANT } from './an-app.ts';

const SECRET = 'a-webhook-secret-of-a-test';
const policy = {
  switchover: { tokenLifetime: 'PT1S' },
  verification: { settle: 'PT1S' },
  repositories: ['contoso/chat'],
};

let app: Awaited<ReturnType<typeof anApp>>;
beforeAll(async () => {
  app = await anApp({
    env: { LEAKS_SECRET: SECRET },
    rotationFor: (resourceId, secret, subscription) => {
      const { targets } = JSON.parse(rotationFile(resourceId, secret));
      return JSON.stringify({ subscriptions: [subscription], targets: [{ ...targets[0], ...policy }] });
    },
  });
  app.azure.addSignalR({ name: 'forgotten', sku: 'Free_F1' });
});
afterAll(() => app.stop());

/** What was answered so far, as `operation status type`. */
const seen = new Set<string>();

/** Asks, and holds the answer against the document. */
async function ask<T>(
  operation: string,
  init: RequestInit = {},
  target = 'chat-prod',
  query = '',
  of = app,
): Promise<T> {
  const { path, method } = operations.find(({ operationId }) => operationId === operation) ?? { path: '', method: '' };
  const response = await of.app.get(`${path.replace('{target}', target)}${query}`, { ...init, method });
  const type = response.headers.get('content-type')?.split(';', 1)[0] ?? '';
  const text = await response.text();
  const body = /json$/.test(type) ? JSON.parse(text) : text;
  expect(contradiction({ operation, status: response.status, type, body })).toBeNull();
  seen.add(`${operation} ${response.status} ${type}`);
  return body as T;
}

const problem = async (operation: string, init: RequestInit = {}, target = 'chat-prod', query = '') =>
  (await ask<{ code?: string }>(operation, init, target, query)).code;

const why = 'a test';
const steps = async () => (await ask<{ receipts: { step: string }[] }>('history')).receipts.map(({ step }) => step);
const awaited = () =>
  until(
    () => ask<{ phase: string; rotation: { awaiting: unknown[] } | null }>('target'),
    ({ phase, rotation }) => phase === 'await-consumers' && (rotation?.awaiting.length ?? 0) > 0,
  );

function webhook(payload: object, event = 'secret_scanning_alert'): RequestInit {
  const text = JSON.stringify(payload);
  const signature = `sha256=${createHmac('sha256', SECRET).update(text).digest('hex')}`;
  return post(text, { 'x-github-event': event, 'x-hub-signature-256': signature });
}

describe('the document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate('docs/openapi.json')).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('has each route that the bundle registers, and no other', () => {
    const registered = app.app.functions.flatMap(({ trigger, detail }) => (trigger === 'httpTrigger' ? [detail] : []));
    expect(operations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([...registered].sort());
  });

  it('is what the bundle serves', async () => {
    expect(await ask('openapi')).toEqual(document);
  });
});

describe('what is answered is what the document says', () => {
  it('of the report and of one target', async () => {
    await until(
      () => ask<{ targets: { observedAt: string | null }[]; unmanaged: unknown[] }>('report'),
      ({ targets, unmanaged }) => targets[0]?.observedAt != null && unmanaged.length > 0,
    );
    for (const format of ['html', 'csv', 'sarif']) await ask('report', {}, '', `?format=${format}`);
    for (const operation of ['health', 'metrics', 'plan', 'refresh']) await ask(operation);
    for (const query of ['?fresh=true', '?format=html']) await ask('target', {}, 'chat-prod', query);
  });

  it('of freezes', async () => {
    const order = post({ until: '2999-01-01T00:00:00Z', why });
    for (const [freeze, unfreeze] of [
      ['freeze', 'unfreeze'],
      ['freeze-all', 'unfreeze-all'],
    ] as const) {
      await ask(freeze, order);
      expect(await problem('rotate', post({ why }))).toBe('Frozen');
      await ask(unfreeze);
    }
  });

  it('of a rotation that is rolled back, and one that is retired', { timeout: 90_000 }, async () => {
    expect(await problem('rollback', post({ why }))).toBe('NothingToRollBack');
    expect(await problem('retire', post({ why, givenUp: ['web'] }))).toBe('NothingToRetire');
    await ask('rotate', post({ dryRun: true }));
    await ask('rotate', post({ why }, { 'idempotency-key': 'first' }));
    await awaited();
    await ask('plan');
    const both = { why, givenUp: ['job', 'web'] };
    await ask('retire', post({ ...both, dryRun: true }));
    expect(await problem('retire', post({ why, givenUp: ['web'] }))).toBe('InvalidRequest');
    await ask('rollback', post({ why, dryRun: true }));
    await ask('rollback', post({ why }));
    await until(steps, (all) => all.includes('roll-back'));
    await ask('rotate', post({ why }, { 'idempotency-key': 'second' }));
    await awaited();
    await ask('acks', post({ consumer: 'job', fingerprint: `sha256:${'0'.repeat(16)}` }));
    await ask('retire', post(both));
    // The rollback left nobody sure of the secondary, so it had to be retired before it could be published.
    await until(steps, (all) => all.filter((step) => step === 'publish').length === 2);
    await awaited();
    await ask('retire', post(both));
    await until(steps, (all) => all.includes('complete'), 25_000);
    expect(await problem('rotate', post({}))).toBe('AlreadyYoung');
    expect(
      await problem('acks', post({ consumer: 'job', fingerprint: app.chat.fingerprints.primary })),
    ).toBeUndefined();
  });

  it('of a compromise, and of leaks', async () => {
    const leak = (name: string, action = 'created') => ({
      action,
      alert: { number: 7, secret_type: 'azure_signalr_key', created_at: '2026-01-01T00:00:00Z' },
      repository: { full_name: name },
    });
    await ask('leaks', webhook({ zen: 'Approachable is better than simple.' }, 'ping'));
    await ask('leaks', webhook(leak('contoso/elsewhere')));
    await ask('report');
    await ask('leaks', webhook(leak('contoso/elsewhere', 'resolved')));
    await ask('leaks', webhook(leak('contoso/chat')));
    expect(await problem('leaks', post({}))).toBe('Unauthenticated');
    expect(await problem('leaks', webhook({ alert: { secret_type: 'azure_signalr_key' } }))).toBe('InvalidRequest');
    await ask('compromise', post({ slot: 'primary', why }));
  });

  it('of a compromised key: how its tip is to be answered is for the ledger alone', async () => {
    const condemned = await until(
      async () => (await ask<{ rotation: { condemned: object[] } | null }>('target')).rotation?.condemned ?? [],
      (those) => those.some((each) => 'reason' in each && each.reason === 'KeyCompromised'),
    );
    expect(condemned.flatMap(Object.keys).filter((name) => !['fingerprint', 'reason'].includes(name))).toEqual([]);
  });

  it('of an orphan that is forgotten', async () => {
    const orphan = aResource();
    const rotation = {
      ...{ id: 'r-1', reason: 'Requested' as const, startedAt: 1, condemned: [], regenerated: [], left: [] },
      ...{ participants: { publications: [], consumers: [] }, nudges: [], givenUp: [], ignoresWindows: false },
    };
    const ledger = tableLedger({ storage: app.storage, httpClient: transportFor(null) })(never);
    const wakeAt = Date.parse('2999-01-01T00:00:00Z');
    await ledger.commit(orphan, null, aRecord(orphan, { wakeAt }, { name: 'gone', rotation }), []);
    await ask('target', {}, 'gone');
    await ask('forget', post({ why, dryRun: true }), 'gone');
    await ask('forget', post({ why }), 'gone');
  });

  it.each([
    ['TargetNotFound', 'target', undefined, 'none'],
    ['InvalidRequest', 'report', undefined, '', '?page=0'],
    ['InvalidRequest', 'history', undefined, 'chat-prod', '?after=x'],
    ['InvalidRequest', 'target', undefined, 'chat-prod', '?fresh=perhaps'],
    ['InvalidRequest', 'rotate', post({ now: true })],
    ['InvalidRequest', 'compromise', post({ fingerprint: 'sha256:x' })],
    ['TooLarge', 'rotate', post({ why: 'x'.repeat(70_000) })],
    ['TooLarge', 'leaks', post('x'.repeat(1024 * 1024 + 1))],
    ['UnsupportedMediaType', 'freeze-all', post('why=x', { 'content-type': 'text/plain' })],
    ['ContainsKey', 'retire', post({ why: 'A'.repeat(84), givenUp: ['web'] })],
    ['ContainsKey', 'rotate', post({}, { 'idempotency-key': 'A'.repeat(84) })],
    ['ConsumerNotFound', 'acks', post({ consumer: 'nobody', auth: 'entra' })],
    ['Forbidden', 'acks', post({ consumer: 'web', auth: 'entra' })],
  ])('of a refusal: %s by %s', async (code, operation, init, target = 'chat-prod', query = '') => {
    expect(await problem(operation, init, target, query)).toBe(code);
  });

  it('of those who may not ask, and of a bad configuration', async () => {
    const entra = await anApp({ env: { WEBSITE_AUTH_ENABLED: 'true', AUTH_TENANT_ID: TENANT } });
    const bad = await anApp({ rotation: '{}' });
    for (const { operationId } of operations) {
      await ask(operationId, {}, 'chat-prod', '', entra);
      await ask(operationId, {}, 'chat-prod', '', bad);
    }
    await entra.stop();
    await bad.stop();
  });

  it('and all that it says was answered', () => {
    expect(successes.filter((success) => !seen.has(success))).toEqual([]);
  });
});

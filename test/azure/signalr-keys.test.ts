import { CredentialUnavailableError } from '@azure/identity';
import { afterEach, describe, expect, it } from 'vitest';
import { throttled } from '../../local/azure/faults.ts';
import { ResourceBusy, ResourceForbidden, ResourceNotFound, Unavailable } from '../../src/app/errors.ts';
import { signalRKeys } from '../../src/azure/signalr-keys.ts';
import { transportFor } from '../../src/azure/transport.ts';
import { aResource as aMissingResource } from './ledger-samples.ts';
import { errorOf, everythingAbout, localServices, never, newKey, status } from './local-services.ts';

const { azure, clock, access, open, keys, aResource, sent } = await localServices();
const regenerateKey = /\/regenerateKey$/i;

afterEach(() => {
  expect(azure.faults.pending).toBe(0);
});

describe('the keys', () => {
  it('are both listed, and cannot be printed', async () => {
    const { resource, id } = aResource();
    const { primary, secondary } = await keys.list(id);
    expect([primary.reveal(), secondary.reveal()]).toEqual([resource.keys.primary, resource.keys.secondary]);
    expect(`${primary} ${JSON.stringify({ secondary })}`).toBe('[secret] {"secondary":"[secret]"}');
  });

  it('are not made up where local auth is disabled', async () => {
    const { resource, id } = aResource();
    resource.disableLocalAuth();
    await expect(keys.list(id)).rejects.toThrow(Unavailable);
  });
});

describe('regenerating', () => {
  it('is one POST that does not wait, and an operation that can be asked about', async () => {
    const { resource, id } = aResource();
    const [before, posts] = [resource.fingerprints, sent('POST', regenerateKey)];
    const { operationUrl } = await keys.beginRegenerate(id, 'secondary');
    expect(sent('POST', regenerateKey)).toBe(posts + 1);
    expect(resource.fingerprints).toMatchObject({ primary: before.primary });
    expect(resource.fingerprints.secondary).not.toBe(before.secondary);
    expect(await keys.operation(id, String(operationUrl))).toBe('running');
    clock.pass(5_000);
    expect(await keys.operation(id, String(operationUrl))).toBe('succeeded');
    expect((await keys.list(id)).secondary.fingerprint()).toBe(resource.fingerprints.secondary);
  });

  it('does not believe the answer, which names a key that may never come', async () => {
    const { resource, id } = aResource();
    resource.nextRegenerations('unchanged');
    const before = resource.fingerprints;
    expect(Object.keys(await keys.beginRegenerate(id, 'primary'))).toEqual(['operationUrl']);
    expect((await keys.list(id)).primary.fingerprint()).toBe(before.primary);
  });

  it.each([
    ['a reset connection', 'reset' as const, { refused: false, status: null }],
    ['a lost answer', 'lose-answer' as const, { refused: false, status: null }],
    ['a 500', status(500), { refused: false, status: 500 }],
    ['a 503', status(503, { 'retry-after': '20' }), { refused: false, status: 503, retryAfter: 20_000 }],
    ['a 408', status(408), { refused: false, status: 408 }],
    ['a 429', throttled(17), { refused: true, status: 429, retryAfter: 17_000 }],
    ['a 400', status(400), { refused: true, status: 400, retryAfter: null }],
  ])('is sent once when it meets %s, and says whether it can have happened', async (_, answer, expected) => {
    const { id } = aResource();
    const posts = sent('POST', regenerateKey);
    azure.faults.next({ match: { path: regenerateKey }, answer });
    expect(await errorOf(keys.beginRegenerate(id, 'primary'))).toMatchObject({ code: 'Unavailable', ...expected });
    expect(sent('POST', regenerateKey)).toBe(posts + 1);
  });

  it('that lost its answer may have happened, and listing tells', async () => {
    const { resource, id } = aResource();
    const before = resource.fingerprints.primary;
    azure.faults.next({ match: { path: regenerateKey }, answer: 'lose-answer' });
    expect(await errorOf(keys.beginRegenerate(id, 'primary'))).toMatchObject({ refused: false });
    expect((await keys.list(id)).primary.fingerprint()).not.toBe(before);
  });

  it('that was accepted keeps its operation although nobody can ask about it yet', async () => {
    const { id } = aResource();
    azure.faults.next({ match: { path: /operationStatuses/i }, answer: status(500), times: 3 });
    const { operationUrl } = await keys.beginRegenerate(id, 'primary');
    expect(operationUrl).toMatch(/^https:\/\/management\.azure\.com\/.*\/operationStatuses\//);
    await expect(keys.operation(id, String(operationUrl))).rejects.toThrow(Unavailable);
    expect(await keys.operation(id, String(operationUrl))).toBe('running');
  });

  it('goes without an operation where the service names none, or one that is not its own', async () => {
    const { id } = aResource();
    for (const headers of [{}, { 'azure-asyncoperation': 'https://elsewhere.example/op' }]) {
      azure.faults.next({ match: { path: regenerateKey }, answer: { status: 202, headers, body: {} } });
      expect(await keys.beginRegenerate(id, 'primary')).toEqual({ operationUrl: null });
    }
  });

  it('is not begun while another operation runs', async () => {
    const { resource, id } = aResource();
    resource.regenerate('secondary');
    const before = resource.fingerprints;
    await expect(keys.beginRegenerate(id, 'primary')).rejects.toThrow(ResourceBusy);
    expect(resource.fingerprints).toEqual(before);
  });

  it('is refused to an identity that may not, and of a resource that is not there', async () => {
    const { resource, id } = aResource();
    resource.denials.forbid('regenerateKey');
    await expect(keys.beginRegenerate(id, 'primary')).rejects.toThrow(ResourceForbidden);
    await expect(keys.beginRegenerate(aMissingResource(), 'primary')).rejects.toThrow(ResourceNotFound);
  });

  it('is known not to have begun where nobody listens, no token is to be had or the invocation is over', async () => {
    const { id } = aResource();
    const deaf = signalRKeys({ ...access, httpClient: transportFor(new URL('http://127.0.0.1:1')) })(never);
    const nobody = signalRKeys({
      ...access,
      credential: { getToken: () => Promise.reject(new CredentialUnavailableError('no identity')) },
    })(never);
    for (const port of [deaf, nobody, open.keys(AbortSignal.abort())]) {
      expect(await errorOf(port.beginRegenerate(id, 'primary'))).toMatchObject({ code: 'Unavailable', refused: true });
    }
  });

  it.each(['hang' as const, 'hang-after' as const])('ends with its invocation when it meets %s', async (answer) => {
    const { id } = aResource();
    azure.faults.next({ match: { path: regenerateKey }, answer });
    const hanging = open.keys(AbortSignal.timeout(200)).beginRegenerate(id, 'primary');
    expect(await errorOf(hanging)).toMatchObject({ code: 'Unavailable', refused: false });
  });
});

describe('an operation', () => {
  it('that failed, that is unknown, that is none of ARM', async () => {
    const { resource, id } = aResource();
    resource.nextRegenerations('fails');
    const { operationUrl } = await keys.beginRegenerate(id, 'primary');
    clock.pass(5_000);
    expect(await keys.operation(id, String(operationUrl))).toBe('failed');
    expect(await keys.operation(id, String(operationUrl).replace(/[0-9a-f-]{36}\?/, 'gone?'))).toBeNull();
    const asked = azure.requests.length;
    for (const url of [
      'https://elsewhere.example/x',
      'http://management.azure.com/x',
      'https://xmanagement.azure.com/',
      '',
    ]) {
      expect(await keys.operation(id, url)).toBeNull();
    }
    expect(azure.requests).toHaveLength(asked);
  });
});

describe('an error', () => {
  it('says nothing of what was sent or answered', async () => {
    const { resource, id } = aResource();
    const planted = [resource.keys.primary, resource.keys.secondary, newKey(84, clock.now())];
    const headers = { 'x-ms-request-id': planted[2] ?? '', 'x-ms-error-code': planted[1] ?? '' };
    for (const code of [400, 401, 403, 404, 409, 418, 429, 500]) {
      const answer = {
        status: code,
        headers,
        body: {
          primaryKey: planted[0],
          error: { code: planted[2], message: planted.join(), innererror: { code: planted[0] } },
        },
      };
      azure.faults.next({ match: { method: 'POST' }, answer, times: Number.POSITIVE_INFINITY });
      for (const call of [() => keys.beginRegenerate(id, 'primary'), () => keys.list(id)]) {
        const shown = everythingAbout(await errorOf(call()));
        for (const key of planted) expect(shown).not.toContain(key);
        expect(shown).not.toContain('Bearer');
      }
      azure.faults.clear();
    }
  });
});

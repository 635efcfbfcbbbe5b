import { createHmac } from 'node:crypto';
import { createHttpHeaders, type HttpClient, type PipelineRequest } from '@azure/core-rest-pipeline';
import { afterEach, describe, expect, it } from 'vitest';
import type { SignalRResource } from '../../local/azure/signalr-resource.ts';
import { SecretValue } from '../../src/app/secret-value.ts';
import { signalRDataPlane } from '../../src/azure/data-plane.ts';
import { transportFor } from '../../src/azure/transport.ts';
import { localServices, never, newKey } from './local-services.ts';

const { azure, clock, open, dataPlane, aResource } = await localServices();

const addressOf = ({ hostName }: SignalRResource) => ({
  server: `https://${hostName}`,
  audience: `https://${hostName}`,
});
const keyOf = (text: string) => new SecretValue(text);

afterEach(() => {
  expect(azure.faults.pending).toBe(0);
});

describe('a probe', () => {
  it('is accepted with either key and refused with a random one', async () => {
    const { resource } = aResource();
    const probe = (key: string) => dataPlane.probe(addressOf(resource), keyOf(key));
    expect(await probe(resource.keys.primary)).toBe('accepted');
    expect(await probe(resource.keys.secondary)).toBe('accepted');
    expect(await probe(newKey(44, 0))).toBe('refused');
    expect(await probe(newKey(84, clock.now()))).toBe('refused');
  });

  it('is believed from a machine whose clock is a quarter of an hour wrong', async () => {
    const { resource } = aResource();
    for (const wrong of [-15, 15]) {
      const now = () => clock.now() + wrong * 60_000;
      const probing = signalRDataPlane({ httpClient: transportFor(azure.origin), now, connectionId: () => 'c' })(never);
      expect(await probing.probe(addressOf(resource), keyOf(resource.keys.primary))).toBe('accepted');
      expect(await probing.probe(addressOf(resource), keyOf(newKey(44, 0)))).toBe('refused');
    }
  });

  it('follows a regeneration when the data plane does, not when ARM says so', async () => {
    const { resource } = aResource({ timing: { operation: 1_000, newKeyAccepted: 2_000, oldKeyRefused: 4_000 } });
    const old = resource.keys.primary;
    const probes = async () => [
      await dataPlane.probe(addressOf(resource), keyOf(old)),
      await dataPlane.probe(addressOf(resource), keyOf(resource.keys.primary)),
    ];
    resource.regenerate('primary');
    expect(await probes()).toEqual(['accepted', 'refused']);
    clock.pass(3_500);
    expect(await probes()).toEqual(['accepted', 'accepted']);
    clock.pass(2_000);
    expect(await probes()).toEqual(['refused', 'accepted']);
  });

  it('asks at one address and speaks to the other', async () => {
    const { resource } = aResource({ endpointHosts: ['proxy.contoso.com'] });
    const key = keyOf(resource.keys.primary);
    const { audience } = addressOf(resource);
    expect(await dataPlane.probe({ server: 'https://proxy.contoso.com', audience }, key)).toBe('accepted');
    const asked = azure.requests.at(-1);
    expect(asked).toMatchObject({ host: 'proxy.contoso.com', method: 'HEAD' });
    const server = 'https://proxy.contoso.com';
    expect(await dataPlane.probe({ server, audience: server }, key)).toBe('refused');
  });

  it('tells a network that forbids and one that does not answer from a key that is refused', async () => {
    const { resource } = aResource();
    const probe = () => dataPlane.probe(addressOf(resource), keyOf(resource.keys.primary));
    resource.dataPlane = 'forbidden';
    expect(await probe()).toBe('forbidden');
    resource.dataPlane = 'unreachable';
    expect(await probe()).toBe('unreachable');
  });

  it('takes no 404 for a proof but the one that only the service gives', async () => {
    const { resource } = aResource();
    const answers = [
      { status: 404 },
      { status: 404, headers: { 'x-ms-error-code': 'Error.Connection.NotExisted' } },
      { status: 301, headers: { location: `https://${resource.hostName}/api/health` } },
      { status: 429 },
      { status: 500 },
      { status: 204 },
      'reset' as const,
    ];
    for (const answer of answers) {
      azure.faults.next({ match: { method: 'HEAD' }, answer });
      expect(await dataPlane.probe(addressOf(resource), keyOf(resource.keys.primary))).toBe('unreachable');
    }
    azure.faults.next({ match: { method: 'HEAD' }, answer: { status: 200 } });
    expect(await dataPlane.probe(addressOf(resource), keyOf(resource.keys.primary))).toBe('accepted');
  });

  it('never throws, and ends with its invocation', async () => {
    const { resource } = aResource();
    const key = keyOf(resource.keys.primary);
    azure.faults.next({ match: { method: 'HEAD' }, answer: 'hang' });
    expect(await open.dataPlane(AbortSignal.timeout(150)).probe(addressOf(resource), key)).toBe('unreachable');
    expect(await open.dataPlane(AbortSignal.abort()).probe(addressOf(resource), key)).toBe('unreachable');
    expect(await dataPlane.probe({ server: 'no url', audience: '' }, key)).toBe('unreachable');
    expect(await dataPlane.probe({ server: 'http://chat.example', audience: 'http://chat.example' }, key)).toBe(
      'unreachable',
    );
  });
});

it.each([
  'https://169.254.169.254',
  'https://localhost:8443',
  'https://[::ffff:127.0.0.1]',
  'https://user:word@chat.service.signalr.net',
])('a token for the key goes to no ServerEndpoint like %s, whoever wrote it into a secret', async (server) => {
  const { resource } = aResource();
  const before = azure.requests.length;
  const audience = `https://${resource.hostName}`;
  expect(await dataPlane.probe({ server, audience }, keyOf(resource.keys.primary))).toBe('unreachable');
  expect(azure.requests).toHaveLength(before);
});

describe('the token of a probe', () => {
  const sent: PipelineRequest[] = [];
  const wire: HttpClient = {
    sendRequest(request) {
      sent.push(request);
      return Promise.resolve({ request, status: 401, headers: createHttpHeaders() });
    },
  };
  const at = Date.parse('2026-11-02T08:00:00Z');
  const plane = signalRDataPlane({ httpClient: wire, now: () => at, connectionId: () => 'c-1' })(never);

  it('speaks to the documented audience, for a few minutes, signed with the text of the key', async () => {
    // Base64 to look at, and not what it decodes to.
    const key = Buffer.alloc(32, 7).toString('base64');
    await plane.probe(
      { server: 'https://proxy.contoso.com/signalr/', audience: 'https://chat.service.signalr.net' },
      keyOf(key),
    );
    const request = sent.at(-1);
    const path = '/api/hubs/keyrotation/connections/c-1';
    expect(request?.url).toBe(`https://proxy.contoso.com/signalr${path}?api-version=2022-06-01`);
    const [head = '', payload = '', signature] = String(request?.headers.get('authorization'))
      .replace('Bearer ', '')
      .split('.');
    const parsed = [head, payload].map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
    expect(parsed).toEqual([
      { alg: 'HS256', typ: 'JWT' },
      { aud: `https://chat.service.signalr.net${path}`, exp: at / 1000 + 1_200 },
    ]);
    expect(signature).toBe(createHmac('sha256', key).update(`${head}.${payload}`).digest('base64url'));
  });
});

import type { PipelineRequest } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import type { Ask, Outcome } from '../../local/azure/http.ts';
import { askOutside, isSendable, lookupElsewhere } from '../../src/azure/outside.ts';
import { transportFor } from '../../src/azure/transport.ts';
import { atAddress } from './listed-consumers.ts';
import { localServices, never, secretIdOf } from './local-services.ts';

const { azure, aVault, consumers } = await localServices();
const secret = secretIdOf(aVault());
const fingerprint = `sha256:${'a'.repeat(16)}`;
const good = { status: 200, body: { fingerprint } };
let named = 0;

/** One look at an address that answers so, and what it was asked. */
async function look(answer: (ask: Ask) => Outcome, { instances = 1, times = 1, path = '/key' } = {}) {
  named += 1;
  const host = `probe-${named}.example.com`;
  const asked: Ask[] = [];
  azure.addEndpoint(host, (ask) => {
    asked.push(ask);
    return answer(ask);
  });
  const [reading] = await consumers.ask(atAddress(`https://${host}${path}`, secret, { instances, times }));
  return { reading, asked };
}

describe('a probe', () => {
  it('asks for each instance and each time, and takes what all of them say', async () => {
    const { reading, asked } = await look(() => good, { instances: 2, times: 3 });
    expect(reading).toEqual({ secret, shows: { by: 'fingerprint', fingerprint }, trouble: null, detail: null });
    expect(asked).toHaveLength(6);
  });

  it('ends with the first answer that differs, and says what it saw', async () => {
    const other = `sha256:${'b'.repeat(16)}`;
    const answers = [good, { status: 200, body: { fingerprint: other } }];
    const { reading, asked } = await look(() => answers.shift() ?? good, { times: 5 });
    expect(reading).toMatchObject({ shows: null, trouble: null, detail: `differ: ${fingerprint}, ${other}` });
    expect(asked).toHaveLength(2);
  });

  it('takes a key and Entra for different answers', async () => {
    const answers = [{ status: 200, body: { auth: 'entra' } }];
    const { reading } = await look(() => answers.shift() ?? good, { times: 2 });
    expect(reading).toMatchObject({ shows: null, trouble: null });
  });

  it('brings nothing that says who asks, over a connection of its own', async () => {
    const { asked } = await look(() => ({ ...good, headers: { 'set-cookie': 'ARRAffinity=1' } }), {
      times: 2,
      path: '/key?of=signalr',
    });
    const [{ headers, path, query }] = asked.slice(-1) as [Ask];
    expect([path, query.get('of')]).toEqual(['/key', 'signalr']);
    expect(headers).toMatchObject({ accept: 'application/json', 'cache-control': 'no-store', connection: 'close' });
    expect(Object.keys(headers)).not.toContain('authorization');
    expect(Object.keys(headers)).not.toContain('cookie');
  });

  const json = { 'content-type': 'application/json' };
  it.each<[string, Outcome, string]>([
    ['a status other than 200', { ...good, status: 201 }, '201'],
    ['a refusal', { status: 403 }, '403'],
    ['a redirect', { status: 302, headers: { location: 'https://elsewhere.example.com/' } }, '302'],
    ['a page', { status: 200, text: '<html>', headers: { 'content-type': 'text/html' } }, 'malformed'],
    ['JSON under another name', { ...good, headers: { 'content-type': 'application/jsonp' } }, 'malformed'],
    ['no JSON', { status: 200, text: fingerprint, headers: json }, 'malformed'],
    ['a list', { status: 200, body: [fingerprint] }, 'malformed'],
    ['nothing', { status: 200, body: {} }, 'malformed'],
    ['a key', { status: 200, body: { fingerprint: 'c2VjcmV0' } }, 'malformed'],
    ['more than was agreed', { status: 200, body: { fingerprint, auth: 'entra' } }, 'malformed'],
    ['another way to sign in', { status: 200, body: { auth: 'key' } }, 'malformed'],
    ['more than 4 KiB', { status: 200, text: `${JSON.stringify({ fingerprint })}${' '.repeat(4096)}` }, 'malformed'],
  ])('does not believe %s', async (_, answer, detail) => {
    const { reading } = await look(() => answer);
    expect(reading).toEqual({ secret, shows: null, trouble: 'unreachable', detail });
  });

  it('takes as much as 4 KiB, whatever the charset is said to be', async () => {
    const text = JSON.stringify({ fingerprint }).padEnd(4096, ' ');
    const { reading } = await look(() => ({
      status: 200,
      text,
      headers: { 'content-type': 'Application/JSON ; charset=utf-8' },
    }));
    expect(reading?.shows).toEqual({ by: 'fingerprint', fingerprint });
  });

  it('passes on nothing of an address where nobody is', async () => {
    const { reading } = await look(() => 'dropped');
    expect(reading).toEqual({ secret, shows: null, trouble: 'unreachable', detail: 'ECONNRESET' });
  });
});

describe('an address', () => {
  it.each([
    'http://web.example.com/',
    'https://user@web.example.com/',
    'https://:word@web.example.com/',
    'https://localhost/',
    'https://api.localhost./',
    'https://127.0.0.1/',
    'https://0x7f.1/',
    'https://0.0.0.0/',
    'https://169.254.169.254/metadata/identity/oauth2/token',
    'https://168.63.129.16/',
    'https://[::1]/',
    'https://[::ffff:169.254.169.254]/',
    'https://[fe80::1]/',
    // The same, spelled otherwise.
    'https://2130706433/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://１２７.0.0.1/',
    'https://169.254.43518/',
    'https://0xA9FEA9FE/',
    'https://localhost%2E/',
    'https://[::]/',
    'https://[::127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::ffff:0:169.254.169.254]/',
    'https://[64:ff9b::169.254.169.254]/',
    'https://[64:ff9b:1::a9fe:a9fe]/',
    'https://[2002:a9fe:a9fe::1]/',
    'https://[2001:0:4136:e378:8000:63bf:5601:5601]/',
    // Nobody's.
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://[ff02::1]/',
  ])('like %s is never asked', async (url) => {
    expect(isSendable(new URL(url))).toBe(false);
    const before = azure.requests.length;
    const [reading] = await consumers.ask(atAddress(url, secret));
    expect(reading).toEqual({ secret, shows: null, trouble: 'unreachable', detail: 'AddressRefused' });
    expect(azure.requests).toHaveLength(before);
  });

  it.each([
    'https://web.example.com:8443/key?x=1',
    'https://10.0.0.4/',
    'https://172.16.0.4/',
    'https://192.168.0.4/',
    'https://[fd00::4]/',
    'https://[::ffff:10.0.0.4]/',
    'https://[64:ff9b::10.0.0.4]/',
    'https://[2606:4700::1111]/',
    'https://localhost.example.com/',
  ])('like %s may be asked: consumers live in private networks', (url) => {
    expect(isSendable(new URL(url))).toBe(true);
  });

  it('is connected to by the look-up that judges it', async () => {
    const agents: unknown[] = [];
    const wire = { sendRequest: async (request: PipelineRequest) => Promise.reject(agents.push(request.agent)) };
    const request = { method: 'GET', url: new URL('https://web.example.com/'), headers: {} } as const;
    await askOutside(request, transportFor(null, wire), never).catch(() => undefined);
    expect(agents).toMatchObject([{ options: { lookup: lookupElsewhere, keepAlive: false } }]);
  });

  it('is judged by what its name resolves to as it is connected to', async () => {
    const found = async (host: string, all: boolean) =>
      await new Promise((resolve) => {
        lookupElsewhere(host, { all }, (error, address) => resolve(error?.code ?? address));
      });
    expect(await found('localhost', true)).toBe('AddressRefused');
    expect(await found('localhost', false)).toBe('AddressRefused');
    // An address for a name resolves to itself, with nobody asked.
    expect(await found('192.0.2.1', false)).toBe('192.0.2.1');
    expect(await found('192.0.2.1', true)).toEqual([{ address: '192.0.2.1', family: 4 }]);
  });
});

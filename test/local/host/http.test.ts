import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundled, type Running, run, until } from './running.ts';

const withKeys = { enableAuth: { functionKey: 'f-key', masterKey: 'm-key' } };
let main: string;
let host: Running;

beforeAll(async () => {
  main = await bundled('web.ts');
  host = await run(main, { env: { FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '4096' } });
});
afterAll(() => host?.stop());

const json = async (path: string, init?: RequestInit) => (await host.get(path, init)).json();
const post = (body?: string | Uint8Array<ArrayBuffer>) => ({ method: 'POST', ...(body !== undefined && { body }) });

describe('a route', () => {
  it('is the name of the function where it has none', async () => {
    expect(await (await host.get('/api/named')).text()).toBe('by its name');
  });

  it('gives its parameters to the function, decoded but for an escaped slash', async () => {
    expect(await json('/api/targets/chat%20prod')).toEqual({ target: { target: 'chat prod' } });
    expect(await json('/api/targets/a%2Fb')).toEqual({ target: { target: 'a%2Fb' } });
  });

  it('is matched without regard to letter case and to a slash at the end', async () => {
    expect(await json('/API/Targets/chat-prod/')).toEqual({ target: { target: 'chat-prod' } });
  });

  it('with more literal parts goes before one with fewer, whatever their order in the app', async () => {
    expect(await json('/api/targets/chat-prod/acks', post())).toEqual({ acks: { target: 'chat-prod' } });
    expect(await json('/api/targets/chat-prod/rotate', post())).toEqual({
      action: { target: 'chat-prod', action: 'rotate' },
    });
  });

  it('with a constraint takes only what satisfies it', async () => {
    expect(await json('/api/pages/7')).toEqual({ page: { page: '7' } });
    expect(await json('/api/pages/seven')).toEqual({ named: { name: 'seven' } });
  });

  it('may leave out an optional parameter and take the rest of a path', async () => {
    expect(await json('/api/optional')).toEqual({ optional: {} });
    expect(await json('/api/optional/1')).toEqual({ optional: { x: '1' } });
    expect(await json('/api/files/a/b.txt')).toEqual({ files: { path: 'a/b.txt' } });
  });

  it('that nobody has answers 404 without a body, and so does a known one under another method', async () => {
    for (const [path, init] of [
      ['/api/nobody', {}],
      ['/named', {}],
      ['/api/named', { method: 'PUT' }],
      ['/api/%zz', {}],
    ] as const) {
      const answer = await host.get(path, init);
      expect([path, answer.status, await answer.text()]).toEqual([path, 404, '']);
    }
  });

  it('has the prefix of host.json', async () => {
    const bare = await run(main, { hostJson: { extensions: { http: { routePrefix: '' } } } });
    expect((await bare.get('/named')).status).toBe(200);
    await bare.stop();
  });
});

describe('a request', () => {
  it('reaches the function with its URL, query and headers', async () => {
    const seen = await json('/api/echo?a=1&b=%26&a=2', { headers: { 'x-asked': 'yes' } });
    expect(seen).toMatchObject({
      method: 'GET',
      url: `${host.url}/api/echo?a=1&b=%26&a=2`,
      query: { a: '1,2', b: '&' },
      header: 'yes',
    });
  });

  it('reaches the function with the bytes of its body, whatever its content type', async () => {
    for (const type of ['application/json', 'text/plain', 'application/octet-stream']) {
      const seen = await json('/api/echo', {
        ...post(new Uint8Array([0xff, 0x00, 0x7b])),
        headers: { 'content-type': type },
      });
      expect(seen).toMatchObject({ hex: 'ff007b', type });
    }
  });

  it('without a length comes without its body, as in Azure', async () => {
    const body = new Blob(['chunked']).stream();
    const seen = await json('/api/echo', { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect(seen).toMatchObject({ hex: '' });
  });

  it('whose body is over the limit is refused with 413', async () => {
    const answer = await host.get('/api/echo', post('x'.repeat(4097)));
    expect([answer.status, await answer.text()]).toEqual([413, '']);
    expect((await host.get('/api/echo', post('x'.repeat(4096)))).status).toBe(200);
  });

  it('may be a HEAD, where the function takes it', async () => {
    const answer = await host.get('/api/echo', { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'application/json',
      '',
    ]);
    expect((await host.get('/api/named', { method: 'HEAD' })).status).toBe(404);
  });

  it('with a Host header that makes no URL is refused with 400', async () => {
    const status = await new Promise((resolve) => {
      request(`${host.url}/api/named`, { headers: { host: 'a b' } }, (answer) => resolve(answer.statusCode)).end();
    });
    expect(status).toBe(400);
  });
});

describe('an answer', () => {
  it('has the status, headers and cookies of the function', async () => {
    const answer = await host.get('/api/answer');
    expect(answer.status).toBe(201);
    expect(answer.headers.get('x-answered')).toBe('yes');
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    const expires = 'Sun, 09 Sep 2001 01:46:40 GMT';
    expect(answer.headers.getSetCookie()).toEqual([
      'a=1',
      `b=2; Max-Age=60; Path=/; Expires=${expires}; Secure; HttpOnly; SameSite=Lax`,
    ]);
    expect(await answer.json()).toEqual({ code: 'Teapot' });
  });

  it('may be bytes', async () => {
    expect(Buffer.from(await (await host.get('/api/bytes')).arrayBuffer()).toString('hex')).toBe('00ff01');
  });

  it('is 204 when the function returns nothing', async () => {
    expect((await host.get('/api/nothing')).status).toBe(204);
  });

  it('is 500 when the function throws, and tells the log why but not the caller', async () => {
    const answer = await host.get('/api/throws');
    expect([answer.status, await answer.text()]).toEqual([500, '']);
    const told = host.logs.find(({ functionName, level }) => functionName === 'throws' && level === 'error');
    expect(told?.message).toContain('do-not-tell');
  });
});

describe('keys', () => {
  it('are not asked for by default, like Core Tools', async () => {
    expect((await host.get('/api/guarded')).status).toBe(200);
    expect((await host.get('/api/guardedMore')).status).toBe(200);
  });

  it('are asked for with enableAuth, in the query or a header, by what is not anonymous', async () => {
    const guarded = await run(main, withKeys);
    const status = async (path: string, key?: string) =>
      (await guarded.get(path, key ? { headers: { 'x-functions-key': key } } : {})).status;
    expect(await status('/api/named')).toBe(200);
    expect(await status('/api/guarded')).toBe(401);
    expect(await status('/api/guarded', 'wrong')).toBe(401);
    expect(await status('/api/guarded', 'f-key')).toBe(200);
    expect(await status('/api/guarded?code=f-key')).toBe(200);
    expect(await status('/api/guarded?code=')).toBe(401);
    expect(await status('/api/guardedMore', 'f-key')).toBe(401);
    expect(await status('/api/guardedMore', 'm-key')).toBe(200);
    expect(await (await guarded.get('/api/guarded')).text()).toBe('');
    await guarded.stop();
  });
});

describe('stopping', () => {
  it('lets the running request finish, to its last byte, and takes no other', async () => {
    const stopped = await run(main);
    const slow = stopped.get('/api/slow');
    await until(
      async () => (await (await stopped.get('/api/events')).json()) as Promise<unknown[]>,
      (events) => events.includes('slow began'),
    );
    await Promise.all([stopped.stop(), stopped.stop()]);
    expect((await (await slow).text()).length).toBe(400_000);
    await expect(stopped.get('/api/named')).rejects.toThrow();
  });
});

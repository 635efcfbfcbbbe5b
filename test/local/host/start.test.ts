import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { bundled, type Running, run } from './running.ts';

const web = bundled('web.ts');
// The port of the discard service, on which nothing listens.
const deadStorage = 'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;QueueEndpoint=http://127.0.0.1:9/a';
const started: Running[] = [];
afterEach(async () => {
  for (const host of started.splice(0)) await host.stop();
});

async function start(...[main, options]: Parameters<typeof run>): Promise<Running> {
  const host = await run(main, options);
  started.push(host);
  return host;
}

describe('an app', () => {
  it('finds the settings it was given, and the host lists what it registered', async () => {
    const host = await start(await web, { env: { GREETING: 'hello' } });
    expect(await (await host.get('/api/setting')).text()).toBe('hello');
    expect(host.functions).toContainEqual({
      name: 'acks',
      trigger: 'httpTrigger',
      detail: 'POST /api/targets/{target}/acks',
    });
  });

  it('that runs twice in one process has two states', async () => {
    const [one, other] = [await start(await web), await start(await web)];
    await one.get('/api/hooked');
    expect(await (await one.get('/api/events')).json()).toHaveLength(2);
    expect(await (await other.get('/api/events')).json()).toHaveLength(1);
  });

  it('has its hooks run: at start, around each invocation with shared data, and at the end', async () => {
    const host = await start(await web);
    expect(await (await host.get('/api/hooked')).text()).toBe('from a hook');
    const around = { hookData: { began: true }, result: { body: 'from a hook' } };
    expect(await (await host.get('/api/events')).json()).toEqual(['appStart', around]);
    await host.stop();
    expect(globalThis).toMatchObject({ terminatedWith: ['appStart', around, 'appTerminate', {}] });
  });

  it('may turn a failure into an answer in a postInvocation hook', async () => {
    const host = await start(await web);
    const answer = await host.get('/api/rescued');
    expect([answer.status, await answer.text()]).toEqual([418, 'GET']);
  });

  it('logs through its log hooks, and each record says which invocation of which function it is from', async () => {
    const host = await start(await web);
    await (await host.get('/api/slow')).text();
    const record = host.logs.find(({ category }) => category === 'Function.slow.User');
    expect(record).toMatchObject({ level: 'information', functionName: 'slow', message: 'password ***' });
    const around = host.logs.filter(({ invocationId }) => invocationId === record?.invocationId);
    expect(around.map(({ message }) => message.slice(0, 9))).toEqual(['Executing', 'password ', 'Executed ']);
  });
});

describe('a function that exceeds functionTimeout', () => {
  it('fails the host: loudly, once, and no more work is taken', async () => {
    const fatal: Error[] = [];
    const host = await start(await web, {
      hostJson: { functionTimeout: '00:00:00.2' },
      onFatal: (error) => fatal.push(error),
    });
    const answers = await Promise.all([host.get('/api/endless'), host.get('/api/endless')]);
    expect(answers.map(({ status }) => status)).toEqual([500, 500]);
    expect(fatal).toHaveLength(1);
    expect(fatal[0]?.message).toMatch(/^Timeout value of 0.2 s exceeded by function: 'Functions.endless'/);
    expect(host.failed).toBe(fatal[0]);
    expect(host.logs.filter(({ level }) => level === 'critical')).not.toEqual([]);
    expect((await host.get('/api/named')).status).toBe(503);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('a start that cannot succeed says why', () => {
  const handler = 'handler: () => undefined';
  it.each([
    [
      'a queue has no proper name',
      `app.storageQueue('q', { queueName: 'Work', connection: 'DeadStorage', ${handler} });`,
      /^The queueName of q is "Work", which Azure does not accept\.$/,
    ],
    [
      'the storage does not answer',
      `app.storageQueue('q', { queueName: 'work', connection: 'DeadStorage', ${handler} });`,
      /^The queue work of q cannot be created: ECONNREFUSED\. Is the storage running\?$/,
    ],
    ['there is no app', 'missing', /^There is no app at .*missing: build it first\.$/],
    ['the app throws when it is loaded', 'throw new Error("no ROTATION_CONFIG")', /^no ROTATION_CONFIG$/],
    ['the app registers nothing', 'console.debug', /^The app registered no function/],
    [
      'a trigger is unknown',
      `app.serviceBusQueue('tips', { queueName: 'q', connection: 'C', ${handler} });`,
      /^The function tips has the trigger "serviceBusTrigger", which the local host does not know\.$/,
    ],
    [
      'a function has an output',
      `app.timer('t', { schedule: '0 * * * * *', ${handler}, extraOutputs: [output.storageQueue({ queueName: 'q', connection: 'C' })] });`,
      /^The function t has the output "queue"/,
    ],
    [
      'a function has a retry policy',
      `app.timer('t', { schedule: '0 * * * * *', ${handler}, retry: { strategy: 'fixedDelay', maxRetryCount: 1, delayInterval: 1 } });`,
      /^The function t has a retry policy/,
    ],
    [
      'two functions have one name',
      `app.http('a', { ${handler} }); app.http('a', { ${handler} });`,
      /^There are two functions named "a"\.$/,
    ],
    [
      'a route is not understood',
      `app.http('a', { route: '{x:length(3)}', ${handler} });`,
      /^Route "api\/\{x:length\(3\)\}": the local host/,
    ],
    [
      'a schedule is none',
      `app.timer('t', { schedule: '00:05:00', ${handler} });`,
      /^"00:05:00" is not an NCRONTAB expression/,
    ],
    [
      'a setting is missing',
      `app.timer('t', { schedule: '%NO_SCHEDULE%', ${handler} });`,
      /^The schedule of t refers to the setting NO_SCHEDULE/,
    ],
    [
      'a connection is missing',
      `app.storageQueue('q', { queueName: 'work', connection: 'NoStorage', ${handler} });`,
      /^The function q needs the setting NoStorage: a storage connection string\.$/,
    ],
    [
      'the app wants streams',
      `app.setup({ enableHttpStream: true }); app.http('a', { ${handler} });`,
      /enableHttpStream/,
    ],
  ])('when %s', async (_, source, message) => {
    const main = source === 'missing' ? '/missing' : await bundled(source);
    await expect(start(main, { env: { DeadStorage: deadStorage } })).rejects.toThrow(message);
  });

  it('and leaves nothing listening', async () => {
    const port = await freePort();
    const main = await bundled(`app.storageQueue('q', { queueName: 'work', connection: 'DeadStorage', ${handler} });`);
    await expect(start(main, { port, env: { DeadStorage: deadStorage } })).rejects.toThrow();
    expect((await start(await web, { port })).url).toBe(`http://127.0.0.1:${port}`);
  });

  it('when host.json has a time that is none', async () => {
    const starting = start(await web, { hostJson: { functionTimeout: '5 minutes' } });
    await expect(starting).rejects.toThrow('host.json: functionTimeout is "5 minutes", which is not hh:mm:ss.');
  });

  it('when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(start(await web, { port })).rejects.toThrow(
      `Port ${port} is taken by another program: end it, or set PORT to a free one.`,
    );
    other.close();
  });
});

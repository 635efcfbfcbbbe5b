import pLimit from 'p-limit';
import { describe, expect, it } from 'vitest';
import { aFile, cli, type Ran, type RunOptions } from './a-command-line.ts';
import { aServer, problem } from './a-server.ts';
import { APP_COMMANDS } from './commands.ts';

const limit = pLimit(4);
/** Above what systems give away by themselves. */
const nobody = 'http://127.0.0.1:65533';

/** Every command of the app, and what it said. */
async function each(options: RunOptions, ...more: readonly string[]): Promise<(readonly [string, Ran])[]> {
  const runs = APP_COMMANDS.map((args) =>
    limit(async () => [args.join(' '), await cli([...args, ...more], options)] as const),
  );
  return Promise.all(runs);
}

describe('every command', () => {
  it('says in a sentence that nobody answers, and what to do', async () => {
    for (const [args, { code, stdout, stderr }] of await each({}, '--url', nobody)) {
      expect([args, code, stdout]).toEqual([args, 1, '']);
      expect(stderr).toBe(`Error: Nobody answers at ${nobody}.\nRun npm start, or say with --url where the app is.\n`);
    }
  });

  it('says who may ask, where nobody is known', async () => {
    const { url } = await aServer(() => ({ status: 401 }));
    for (const [args, { code, stderr }] of await each({}, '--url', url)) {
      expect([args, code]).toEqual([args, 1]);
      expect(stderr).toContain('asks who you are');
      expect(stderr).toContain('SIGNALR_KEY_ROTATION_KEY');
    }
  });

  it('shows which role is missing', async () => {
    const { url } = await aServer(() => problem(403, 'Forbidden', { detail: 'This needs the role Operator.' }));
    for (const [args, { code, stderr }] of await each({}, '--url', url)) {
      expect([args, code]).toEqual([args, 1]);
      expect(stderr).toContain('This needs the role Operator.');
      expect(stderr).toContain('Have the app role assigned to you');
    }
  });

  it('gives a server up that hangs', async () => {
    const { url } = await aServer(() => 'hang');
    const env = { SIGNALR_KEY_ROTATION_TIMEOUT: '0.3' };
    for (const [args, { code, stderr }] of await each({ env }, '--url', url)) {
      expect([args, code]).toEqual([args, 1]);
      expect(stderr).toContain('has not answered within 0.3 s');
    }
  });

  it('says the same as a problem document where it prints JSON', async () => {
    const { url } = await aServer(() => problem(404, 'TargetNotFound'));
    const refused = await cli(['plan', 'chat-prod', '--url', url, '--json']);
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stdout)).toMatchObject({ code: 'TargetNotFound', status: 404 });
    const { stdout } = await cli(['status', '--json', '--url', nobody]);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'urn:signalr-key-rotation:cli:NoServer', code: 'NoServer' });
  });
});

describe('an order that is not answered', () => {
  it('is told how to be repeated without being given twice', async () => {
    const { url, heard } = await aServer(() => 'hang');
    const env = { SIGNALR_KEY_ROTATION_TIMEOUT: '0.3' };
    const { stderr } = await cli(['compromise', 'chat-prod', '--slot', 'primary', '--url', url], { env });
    const id = heard[0]?.headers['idempotency-key'];
    expect(id).toMatch(/^[\da-f-]{36}$/);
    expect(stderr).toContain(`--id ${id}`);
  });

  it('is not given an id where that would mean more than was asked for', async () => {
    const { url, heard } = await aServer(() => 'hang');
    const env = { SIGNALR_KEY_ROTATION_TIMEOUT: '0.3' };
    const { stderr } = await cli(['rotate', 'chat-prod', '--url', url], { env });
    expect(heard[0]?.headers['idempotency-key']).toBeUndefined();
    expect(stderr).toContain('look with status before you ask again');
  });
});

describe.concurrent('what answers', () => {
  it.each([
    [
      'a page of somebody else',
      { headers: { 'content-type': 'text/html' }, body: '<h1>hello</h1>' },
      'not as this app does',
    ],
    ['no such address', { status: 404 }, 'There is no such address'],
    ['a sign-in page', { status: 302, headers: { location: 'https://login.example/' } }, 'asks who you are'],
    ['a firewall', { status: 403, body: 'Ip Forbidden' }, 'Something before the app'],
    ['an app that fails', { status: 500 }, 'failed (500)'],
    ['another form', { body: { version: 2 } }, 'a form that this version does not know'],
  ] as const)('may be %s', async (_, answer, words) => {
    const { url, heard } = await aServer(() => answer);
    const { code, stderr } = await cli(['report', '--url', url], { env: { SIGNALR_KEY_ROTATION_KEY: '' } });
    expect(code).toBe(1);
    expect(stderr).toContain(words);
    expect(heard).toHaveLength(1);
  });

  it('is shown with everything that is wrong, and code 3 where somebody has to put it right', async () => {
    const { url } = await aServer(() =>
      problem(503, 'ConfigurationInvalid', { errors: [{ path: 'targets[0].name', message: 'is missing' }] }),
    );
    const { code, stderr } = await cli(['report', '--url', url]);
    expect(code).toBe(3);
    expect(stderr).toContain('(ConfigurationInvalid)');
    expect(stderr).toContain('targets[0].name: is missing');
  });

  it('is shown with what it adds, for an ack that is superseded or a freeze', async () => {
    const current = [{ secret: 'https://kv-a.vault.azure.net/secrets/chat', version: null, fingerprint: null }];
    const { url } = await aServer(() => problem(409, 'AckOutdated', { current }));
    const { code, stderr } = await cli(['ack', 'chat-prod', 'web', '--entra', '--url', url]);
    expect(code).toBe(3);
    expect(stderr).toContain('kv-a.vault.azure.net/secrets/chat');
  });

  it('may move no cursor and hide no text', async () => {
    const { url } = await aServer(() => problem(409, 'Frozen', { detail: 'by \u001b[2J\u001b]0;x\u0007\u202eeve' }));
    const { stderr } = await cli(['rotate', 'chat-prod', '--url', url]);
    expect(stderr).toContain('by [2J]0;xeve');
    for (const control of ['\u001b', '\u0007', '\u202e']) expect(stderr).not.toContain(control);
  });

  it('may not get a key printed that somebody sent it', async () => {
    const key = `${'k3y'.repeat(14)}a=`;
    const { url } = await aServer(() => problem(409, 'Frozen', { detail: `because of AccessKey=${key};` }));
    const { said } = await cli(['rotate', 'chat-prod', '--url', url]);
    expect(said).toContain('AccessKey sha256:');
    expect(said).not.toContain(key);
  });
});

describe.concurrent('a function key', () => {
  const key = 'f-key-0123456789abcdef';

  it('comes from the environment or a file, and goes into a header', async () => {
    const { url, heard } = await aServer(() => problem(404, 'TargetNotFound'));
    await cli(['plan', 'chat-prod', '--url', url, '--key-file', aFile('key', `${key}\n`)]);
    expect(heard[0]?.headers['x-functions-key']).toBe(key);
    expect(heard[0]?.path).not.toContain(key);
  });

  it('is not sent to an app on this machine because it happens to be set', async () => {
    const { url, heard } = await aServer(() => problem(404, 'TargetNotFound'));
    await cli(['plan', 'chat-prod', '--url', url], { env: { SIGNALR_KEY_ROTATION_KEY: key } });
    expect(heard[0]?.headers['x-functions-key']).toBeUndefined();
  });

  it('is never repeated, whatever is answered', async () => {
    const { url } = await aServer(({ headers }) => ({ status: 401, body: `no ${headers['x-functions-key']}` }));
    const { said, code } = await cli(['plan', 'chat-prod', '--url', url, '--key-file', aFile('key', key)]);
    expect(code).toBe(1);
    expect(said).toContain('does not accept this function key');
    expect(said).not.toContain(key);
  });

  it.each([
    ['a file that is not there', ['--key-file', '/nowhere/key'], 1, 'cannot be read'],
    ['an empty file', ['--key-file', '/dev/null'], 2, 'holds no function key'],
    ['a key and an audience', ['--key-file', '/dev/null', '--audience', 'api://x'], 2, 'exclude each other'],
    ['an audience that is none', ['--audience', 'my app'], 2, 'The audience is not understood'],
  ] as const)('refuses %s', async (_, args, status, words) => {
    const { code, stderr } = await cli(['report', '--url', nobody, ...args]);
    expect(code).toBe(status);
    expect(stderr).toContain(words);
  });
});

describe.concurrent('the address', () => {
  it.each([
    ['nothing at all', [], 'It is not said which app is meant'],
    ['no URL', ['--url', 'my-app'], 'no http or https URL'],
    ['http over a network', ['--url', 'http://my-app.azurewebsites.net'], 'must be reached by https'],
    ['a name that looks like this machine', ['--url', 'http://127.0.0.1.example.com'], 'must be reached by https'],
    ['a query, where a key would be', ['--url', 'https://my-app.azurewebsites.net/?code=k'], 'must not carry'],
    ['a user', ['--url', 'https://me:pw@my-app.azurewebsites.net'], 'must not carry'],
    ['a path', ['--url', 'https://my-app.azurewebsites.net/app'], 'without a path'],
    ['a far one that is called local', ['--local', '--url', 'https://my-app.azurewebsites.net'], 'on this machine'],
  ] as const)('is refused: %s', async (_, args, words) => {
    const { code, stderr } = await cli(['report', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('pw');
  });

  it('may come from the environment', async () => {
    const { url, heard } = await aServer(() => problem(404, 'TargetNotFound'));
    await cli(['plan', 'chat-prod'], { env: { SIGNALR_KEY_ROTATION_URL: url } });
    expect(heard[0]).toMatchObject({ method: 'GET', path: '/api/targets/chat-prod/plan' });
  });

  it('of a host that is not there is told as such', async () => {
    const { code, stderr } = await cli(['report', '--url', 'https://nobody.invalid']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/There is no nobody\.invalid|Nobody answers at https:\/\/nobody\.invalid/);
  });
});

describe.concurrent('a command line that is not understood', () => {
  it.each([
    [['statsu'], 'Did you mean status?'],
    [['report', '--verdict', 'Maybe'], 'Allowed choices are'],
    [['report', '--page', '0', '--url', nobody], '--page is 1, 2, 3'],
    [['report', '--csv', '--sarif', '--url', nobody], 'exclude each other'],
    [['plan'], "Missing required argument 'target'"],
    [['rotate', 'chat-prod', '--give-up-after', '2h', '--url', nobody], 'needs --wait'],
    [['rotate', 'chat-prod', '--wait', '--give-up-after', 'soon', '--url', nobody], 'is no duration'],
    [['compromise', 'chat-prod', '--slot', 'third'], 'Allowed choices are'],
    [['compromise', 'chat-prod', '--slot', 'primary', '--from-stdin', '--url', nobody], 'exclude each other'],
    [['compromise', 'chat-prod', '--reported-at', 'yesterday', '--url', nobody], 'is no time'],
    [['ack', 'chat-prod', 'web', '--url', nobody], 'Say what it uses'],
    [['rollback', 'chat-prod'], "Required option '--why <text>'"],
    [['retire', 'chat-prod', '--why', 'x'], "Required option '--give-up <consumer...>'"],
    [['freeze', 'chat-prod', '--why', 'x', '--url', nobody], 'Say how long'],
    [['freeze', '--why', 'x', '--for', '2d', '--url', nobody], 'Name a target, or say --all'],
    [['unfreeze', 'chat-prod', '--all', '--url', nobody], 'Name a target, or say --all'],
    [['status', '--fresh', '--url', nobody], '--fresh is for one target'],
    [['history', 'chat-prod', '--expect', 'x', '--url', nobody], '--expect is no head'],
    [['init', '--subscription', 'mine'], '--subscription is the id'],
    [['init', '--url', nobody], '--url goes with --local'],
  ] as const)('%j ends with 2', async (args, words) => {
    const { code, stdout, stderr } = await cli([...args]);
    expect(code).toBe(2);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(words);
    expect(stdout).toBe('');
  });

  const key = `${'k3y'.repeat(14)}a=`;
  it.each([
    [['compromise', 'chat-prod', '--fingerprint', key]],
    [['connection-string', 'parse', `Endpoint=https://a.service.signalr.net;AccessKey=${key};Version=1.0;`]],
    [['ack', 'chat-prod', 'web', `--fingerprint=${key}`]],
    [['connection-string', 'edit', '--set', `AccessKey=${key}`]],
  ])('is refused where it holds a key, without repeating it', async (args) => {
    const { code, said } = await cli(args);
    expect(code).toBe(2);
    expect(said).toContain('looks like a key');
    expect(said).not.toContain(key);
  });
});

import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  acknowledge,
  type Consumer,
  fingerprintOf,
  keepAcknowledging,
  used,
} from '../../examples/acknowledge/acknowledge.ts';
import { type AppOptions, anApp, post, principal, TENANT, WEB_PRINCIPAL } from '../functions/an-app.ts';
import { until } from '../local/host/running.ts';

const TOKEN = 'a-token-of-entra';
const FUNCTION_KEY = 'a-function-key';

const stops: (() => unknown)[] = [];
afterAll(async () => {
  for (const stop of stops) await stop();
});

/** An HTTP server of the test's own. */
async function listening(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  stops.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const textOf = async (request: IncomingMessage): Promise<string> =>
  Buffer.concat(await request.toArray()).toString('utf8');

type App = Awaited<ReturnType<typeof anApp>>;

/**
 * An app with a rotation that waits for its consumers: the secret carries the secondary key, the primary one is waited
 * for. One at a time, since an app takes what another one has in the same storage for orphans.
 */
async function waitingApp(options: AppOptions, operator: Record<string, string>): Promise<App> {
  const app = await anApp(options);
  await app.app.get('/api/targets/chat-prod/rotate', post({ why: 'a test' }, operator));
  await until(
    () => targetOf(app, operator),
    ({ phase }) => phase === 'await-consumers',
    30_000,
  );
  return app;
}

interface Target {
  readonly phase: string;
  readonly rotation: { readonly awaiting: readonly { readonly consumer: string }[] } | null;
}
const targetOf = async (app: App, headers: Record<string, string>): Promise<Target> =>
  (await (await app.app.get('/api/targets/chat-prod', { headers })).json()) as Target;

const noLongerAwaited = (consumer: string, app: App, headers: Record<string, string>): Promise<unknown> =>
  until(
    () => targetOf(app, headers),
    ({ rotation }) => rotation?.awaiting.every((each) => each.consumer !== consumer) ?? false,
  );

interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The argument lists of az and curl, one a line. */
  readonly calls: string;
}

/** acknowledge.sh in a shell whose `az` is a stub and whose `curl` is the real one; both write down how they were called. */
async function script(
  args: readonly string[],
  { version = '', env = {}, shell = 'sh' }: { version?: string; env?: Record<string, string>; shell?: string } = {},
): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), 'acknowledge-'));
  stops.push(() => rmSync(folder, { recursive: true, force: true }));
  const tool = (name: string, body: string): void => {
    writeFileSync(join(folder, name), `#!/bin/sh\necho "${name} $*" >> ${join(folder, 'calls')}\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  writeFileSync(join(folder, 'version'), version);
  tool(
    'az',
    `case "$1 $2" in
       'keyvault secret') echo "$5/$(cat ${join(folder, 'version')})" ;;
       'account get-access-token') echo ${TOKEN} ;;
     esac`,
  );
  tool('curl', `PATH=\${PATH#*:} exec curl "$@"`);
  const options = { env: { PATH: `${folder}:${process.env.PATH}`, VERSION_FILE: join(folder, 'version'), ...env } };
  return new Promise((done) => {
    const words = [...shell.split(' '), resolve('examples/acknowledge/acknowledge.sh'), ...args];
    execFile(words[0] ?? 'sh', words.slice(1), options, (error, stdout, stderr) => {
      const calls = join(folder, 'calls');
      const exit = error === null ? 0 : Number(error.code);
      done({ exit, stdout, stderr, calls: existsSync(calls) ? readFileSync(calls, 'utf8') : '' });
    });
  });
}

const WEB = ['--target', 'chat-prod', '--consumer', 'web'];
const JOB = ['--target', 'chat-prod', '--consumer', 'job'];
const versionOf = (app: App): string => app.vault.current('chat')?.version ?? '';
const keyOf = (connectionString: string): string => /AccessKey=([^;]+)/.exec(connectionString)?.[1] ?? '';

const consumerOf = (app: App, more: Partial<Consumer> = {}): Consumer => ({
  app: app.app.url,
  target: 'chat-prod',
  consumer: 'job',
  connectionString: app.chat.connectionString('secondary'),
  ...more,
});

describe('with Entra', () => {
  const OPERATOR = principal(['Operator']);
  let app: App;
  /** What App Service Authentication is before the app: it takes the token and vouches for a principal. */
  let front: string;

  beforeAll(async () => {
    app = await waitingApp({ env: { WEBSITE_AUTH_ENABLED: 'True', AUTH_TENANT_ID: TENANT } }, OPERATOR);
    front = await listening(async (request, response) => {
      const isWeb = request.headers.authorization === `Bearer ${TOKEN}`;
      const vouched: Record<string, string> = isWeb ? principal(['Consumer'], { oid: WEB_PRINCIPAL }) : {};
      const answer = await app.app.get(request.url ?? '/', post(await textOf(request), vouched));
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    });
  });
  afterAll(() => app.stop());

  it('acknowledge.sh acknowledges the version that Key Vault says is current, with a token', async () => {
    const ran = await script(['--app', front, ...WEB, '--secret', app.secret, '--resource', 'api://the-app'], {
      version: versionOf(app),
    });
    expect(ran).toMatchObject({ exit: 0, stdout: '', stderr: '' });
    expect(ran.calls).toContain(`az keyvault secret show --id ${app.secret} --query id --output tsv`);
    expect(ran.calls).toContain('az account get-access-token --resource api://the-app');
    await noLongerAwaited('web', app, OPERATOR);
  });

  it('acknowledge.sh shows its token to nobody: not in an argument list, not in a traced shell', async () => {
    const args = ['--app', front, ...WEB, '--entra', '--resource', 'api://the-app'];
    const { exit, ...shown } = await script(args, { shell: 'sh -x' });
    expect(exit).toBe(0);
    expect(JSON.stringify(shown)).not.toContain(TOKEN);
  });

  it('acknowledge.ts is accepted with a token', async () => {
    const web = consumerOf(app, { app: front, consumer: 'web', token: async () => TOKEN });
    expect(await acknowledge(web)).toEqual({ is: 'accepted' });
  });
});

describe('with function keys', () => {
  const OPERATOR = { 'x-functions-key': FUNCTION_KEY };
  let keyed: App;
  beforeAll(async () => {
    keyed = await waitingApp({ functionKey: FUNCTION_KEY }, OPERATOR);
  });
  afterAll(() => keyed.stop());

  describe('acknowledge.sh', () => {
    it('acknowledges a version that it is given, with a function key', async () => {
      const ran = await script(['--app', keyed.app.url, ...JOB, '--version', versionOf(keyed)], {
        env: { FUNCTION_KEY },
      });
      expect(ran).toMatchObject({ exit: 0, stdout: '', stderr: '' });
      expect(ran.calls).not.toContain('az ');
      await noLongerAwaited('job', keyed, OPERATOR);
    });

    it.each([
      ['a fingerprint', () => ['--fingerprint', keyed.chat.fingerprints.secondary]],
      ['the use of Entra', () => ['--entra']],
      ['a version of a named secret', () => ['--secret', keyed.secret, '--version', versionOf(keyed)]],
    ])('acknowledges %s', async (_, what) => {
      const ran = await script(['--app', keyed.app.url, ...JOB, ...what()], { env: { FUNCTION_KEY } });
      expect(ran).toMatchObject({ exit: 0, stderr: '' });
    });

    it('acknowledges what was current before a restart, not what is after it', async () => {
      const whatItDoes = 'echo restarted; echo 00000000000000000000000000000000 > "$VERSION_FILE"';
      const args = ['--app', keyed.app.url, ...JOB, '--secret', keyed.secret, '--', 'sh', '-c', whatItDoes];
      const ran = await script(args, { version: versionOf(keyed), env: { FUNCTION_KEY } });
      expect(ran).toMatchObject({ exit: 0, stdout: '', stderr: 'restarted\n' });
      expect(ran.calls).toContain(versionOf(keyed));
      expect(ran.calls).not.toContain('00000000');
    });

    it('acknowledges nothing after a restart that failed', async () => {
      const ran = await script(['--app', keyed.app.url, ...JOB, '--entra', '--', 'sh', '-c', 'exit 7'], {
        env: { FUNCTION_KEY },
      });
      expect(ran).toMatchObject({ exit: 1, calls: '' });
      expect(ran.stderr).toContain('the command failed with 7');
    });

    it('exits with 3 and says what is current where a newer version is out', async () => {
      const fingerprint = keyed.chat.fingerprints.primary;
      const ran = await script(['--app', keyed.app.url, ...JOB, '--fingerprint', fingerprint], {
        env: { FUNCTION_KEY },
      });
      expect(ran.exit).toBe(3);
      expect(JSON.parse(ran.stdout)).toEqual([
        { secret: keyed.secret, version: versionOf(keyed), fingerprint: keyed.chat.fingerprints.secondary },
      ]);
      expect(ran.stderr).toContain('restart it and acknowledge again');
    });

    it.each([
      ['a wrong function key', () => [...JOB, '--entra'], { FUNCTION_KEY: 'wrong' }, '401'],
      ['no credential', () => [...JOB, '--entra'], {}, '401'],
      ['somebody else', () => [...WEB, '--entra'], { FUNCTION_KEY }, '403 Forbidden You may not acknowledge for web.'],
      [
        'a consumer that is not there',
        () => ['--target', 'chat-prod', '--consumer', 'no', '--entra'],
        { FUNCTION_KEY },
        '404 ConsumerNotFound',
      ],
    ] as const)('exits with 1 for %s, and asks once', async (_, args, env, said) => {
      const ran = await script(['--app', keyed.app.url, ...args()], { env });
      expect(ran).toMatchObject({ exit: 1, stdout: '' });
      expect(ran.stderr).toContain(said);
      expect(ran.calls.match(/^curl /gm)).toHaveLength(1);
    });

    it.each([
      ['503', 503],
      ['429', 429],
    ])('asks again after %s, when Retry-After says', async (_, status) => {
      const times: number[] = [];
      const app = await listening((_, response) => {
        times.push(Date.now());
        if (times.length === 1) response.writeHead(status, { 'retry-after': '2' }).end();
        else response.writeHead(200).end();
      });
      expect(await script(['--app', app, ...JOB, '--entra'])).toMatchObject({ exit: 0 });
      expect(times).toHaveLength(2);
      expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(1_900);
    });

    it('gives up after six times', async () => {
      let calls = 0;
      const app = await listening((_, response) => {
        calls += 1;
        response.writeHead(500, { 'retry-after': '0' }).end();
      });
      const ran = await script(['--app', app, ...JOB, '--entra']);
      expect(ran).toMatchObject({ exit: 1, stdout: '' });
      expect(ran.stderr).toContain('not accepted: 500');
      expect(calls).toBe(6);
    });

    it.each([
      ['nothing', []],
      ['an app without TLS', ['--app', 'http://app.example', ...JOB, '--entra']],
      ['an app that hides its host', ['--app', 'http://127.0.0.1:80@app.example', ...JOB, '--entra']],
      ['nothing to say', ['--app', 'https://app.example', ...JOB]],
      ['two things to say', ['--app', 'https://app.example', ...JOB, '--entra', '--version', '0'.repeat(32)]],
      [
        'a name that would break out',
        ['--app', 'https://app.example', '--target', 'a', '--consumer', 'a","b":"c', '--entra'],
      ],
      ['a version that is none', ['--app', 'https://app.example', ...JOB, '--version', 'latest']],
      ['an option that it does not know', ['--app', 'https://app.example', ...JOB, '--key', 'x']],
      ['an option without its value', ['--app']],
    ])('calls nobody with %s', async (_, args) => {
      expect(await script(args)).toMatchObject({ exit: 1, stdout: '', calls: '' });
    });

    it('says how it is used', async () => {
      const { exit, stdout } = await script(['--help']);
      expect(exit).toBe(0);
      expect(stdout).toMatch(/^Usage: acknowledge\.sh/);
    });

    it('shows its function key to nobody: not in an argument list, not in a traced shell', async () => {
      const args = ['--app', keyed.app.url, ...JOB, '--entra'];
      const { exit, ...shown } = await script(args, { env: { FUNCTION_KEY }, shell: 'sh -x' });
      expect(exit).toBe(0);
      expect(JSON.stringify(shown)).not.toContain(FUNCTION_KEY);
    });
  });

  describe('acknowledge.ts', () => {
    const job = (more: Partial<Consumer> = {}): Consumer => consumerOf(keyed, { functionKey: FUNCTION_KEY, ...more });

    it('has the fingerprint that everybody else has', () => {
      const key = keyOf(keyed.chat.connectionString('secondary'));
      expect(fingerprintOf(key)).toBe(keyed.chat.fingerprints.secondary);
      expect(used(keyed.chat.connectionString('secondary'))).toEqual({
        fingerprint: keyed.chat.fingerprints.secondary,
      });
    });

    it.each([
      ['endpoint = https://x ; accesskey = abc== ;', { fingerprint: fingerprintOf('abc==') }],
      ['Endpoint=https://x;AccessKey=abc;AuthType=azure.msi', { fingerprint: fingerprintOf('abc') }],
      ['Endpoint=https://x;AuthType=azure.msi;Version=1.0;', { auth: 'entra' }],
      ['Endpoint=https://x;AccessKey=;', { auth: 'entra' }],
    ])('reads %s', (text, expected) => {
      expect(used(text)).toEqual(expected);
    });

    it.each(['', 'nonsense', '@Microsoft.KeyVault(SecretUri=https://kv-a.vault.azure.net/secrets/chat/)'])(
      'does not take %j for the use of Entra',
      (text) => {
        expect(() => used(text)).toThrow('not a SignalR connection string');
      },
    );

    it('is accepted with the current key', async () => {
      expect(await acknowledge(job())).toEqual({ is: 'accepted' });
    });

    it('is outdated with the old one', async () => {
      const old = job({ connectionString: keyed.chat.connectionString('primary') });
      expect(await acknowledge(old)).toEqual({ is: 'outdated' });
    });

    it('is refused for somebody else, and asked to try again where nobody answers', async () => {
      expect(await acknowledge(job({ consumer: 'web' }))).toEqual({ is: 'refused', why: '403 Forbidden' });
      const busy = await listening((_, response) => void response.writeHead(429, { 'retry-after': '7' }).end());
      expect(await acknowledge(job({ app: busy }))).toEqual({ is: 'retry', after: 7_000, why: '429' });
      const noToken = job({ token: () => Promise.reject(new TypeError(`${TOKEN} is not good`)) });
      expect(await acknowledge(noToken)).toEqual({ is: 'retry', after: 30_000, why: 'TypeError' });
    });

    it('never sends a key', async () => {
      const sent: string[] = [];
      const app = await listening(async (request, response) => {
        sent.push(JSON.stringify(request.headers) + request.url + (await textOf(request)));
        response.writeHead(200).end('{}');
      });
      await acknowledge(job({ app }));
      expect(sent[0]).toContain(keyed.chat.fingerprints.secondary);
      expect(sent[0]).not.toContain(keyOf(keyed.chat.connectionString('secondary')));
    });

    it('goes on acknowledging until it is told to stop, and says when it is outdated', async () => {
      let calls = 0;
      const app = await listening((_, response) => {
        calls += 1;
        response.writeHead(calls === 1 ? 200 : 409, { 'content-type': 'application/json' });
        response.end(calls === 1 ? '{}' : '{"code":"AckOutdated"}');
      });
      const stop = new AbortController();
      const lines: string[] = [];
      keepAcknowledging(job({ app }), { every: 20, signal: stop.signal, log: (line) => lines.push(line) });
      await until(() => lines.length > 1);
      stop.abort();
      const callsThen = calls;
      await new Promise((done) => setTimeout(done, 100));
      expect(lines[0]).toBe('chat-prod is past the key that this instance uses: restart it');
      expect(calls).toBeLessThanOrEqual(callsThen + 1);
    });

    it('runs as a module of plain JavaScript once its types are stripped', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'acknowledge-'));
      stops.push(() => rmSync(folder, { recursive: true, force: true }));
      const source = readFileSync('examples/acknowledge/acknowledge.ts', 'utf8');
      writeFileSync(join(folder, 'acknowledge.mjs'), stripTypeScriptTypes(source));
      const use = `import { acknowledge } from './acknowledge.mjs';
      console.log(JSON.stringify(await acknowledge(JSON.parse(process.env.CONSUMER))));`;
      writeFileSync(join(folder, 'use.mjs'), use);
      const env = { ...process.env, CONSUMER: JSON.stringify(job()) };
      const stdout = await new Promise<string>((done) => {
        execFile(process.execPath, [join(folder, 'use.mjs')], { env }, (_, out) => done(out));
      });
      expect(JSON.parse(stdout)).toEqual({ is: 'accepted' });
    });
  });
});

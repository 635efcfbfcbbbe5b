import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anApp } from '../functions/an-app.ts';
import { until } from '../local/host/running.ts';
import { aFile, cli, everything, started } from './a-command-line.ts';

const FUNCTION_KEY = 'the-function-key-of-this-test';

/** Seconds where production has days; nobody may be kept waiting by a soak. */
const rotation = (resourceId: string, secret: string, subscription: string) =>
  JSON.stringify({
    subscriptions: [subscription],
    targets: [
      {
        name: 'chat-prod',
        resourceId,
        publications: [{ secret }],
        consumers: [{ name: 'job', evidence: 'ack' }],
        observeEvery: 'PT2S',
        verification: { within: 'PT30S', settle: 'PT1S' },
        switchover: { tokenLifetime: 'PT1S' },
      },
    ],
  });

let app: Awaited<ReturnType<typeof anApp>>;
const keys = new Set<string>();
/** Those that the world has now; taken down often enough that none is missed. */
function takeDownKeys(): void {
  for (const key of Object.values(app.chat.keys)) keys.add(key);
}
let keyFile: string;
beforeAll(async () => {
  app = await anApp({ rotationFor: rotation, functionKey: FUNCTION_KEY });
  keyFile = aFile('function.key', FUNCTION_KEY);
  takeDownKeys();
});
afterAll(async () => {
  takeDownKeys();
  // Two whole rotations.
  expect(keys.size).toBeGreaterThanOrEqual(4);
  expect(everything.length).toBeGreaterThan(30);
  const leaks = everything.filter((said) => [...keys, FUNCTION_KEY].some((key) => said.includes(key)));
  expect(leaks).toEqual([]);
  await app.stop();
});

const ask = (...args: string[]) => cli([...args, '--url', app.app.url, '--key-file', keyFile]);
const json = async <T>(...args: string[]): Promise<T> => JSON.parse((await ask(...args, '--json')).stdout) as T;

interface Target {
  readonly observedAt: string | null;
  readonly phase: string;
  readonly keys: { readonly primary: { readonly fingerprint: string } };
  readonly rotation: { readonly awaiting: readonly unknown[] } | null;
}
const target = () => json<Target>('status', 'chat-prod');
const awaited = () => until(target, ({ rotation: running }) => (running?.awaiting.length ?? 0) > 0, 30_000);

describe('against the app', () => {
  it('looks: report, status, plan and refresh', async () => {
    await until(target, ({ observedAt }) => observedAt !== null, 20_000);
    const report = await ask('report');
    expect(report.stdout).toContain('chat-prod');
    expect(report.stdout).toContain(app.chat.fingerprints.primary.slice(7, 15));
    expect(await json('report', '--search', 'nobody')).toMatchObject({ version: 1, targets: [] });
    const csv = await ask('report', '--csv');
    expect([csv.code, csv.stdout.trim().split('\r\n').length]).toEqual([0, 3]);
    expect(JSON.parse((await ask('report', '--sarif')).stdout)).toMatchObject({ version: '2.1.0' });

    const status = await ask('status', 'chat-prod', '--fresh');
    expect(status.stdout).toContain(`primary    active   ${app.chat.fingerprints.primary}`);
    expect(await json('status')).toMatchObject({ summary: { targets: 1 }, targets: [] });
    const plan = await ask('plan', 'chat-prod');
    expect([plan.code, plan.stdout.split('\n')[0]]).toEqual([0, 'chat-prod  Nothing is due.']);
    expect((await ask('refresh')).stdout).toBe('A look at 1 target is asked for.\n');
  });

  it('names a target that is not there', async () => {
    for (const args of [
      ['status', 'none'],
      ['plan', 'none'],
      ['history', 'none'],
      ['rotate', 'none', '--wait'],
    ]) {
      const { code, stderr } = await ask(...args);
      expect([args, code]).toEqual([args, 1]);
      expect(stderr).toContain('There is no target of this name. (TargetNotFound)');
    }
  });

  it('freezes and unfreezes, and says 3 where a freeze stands in the way', async () => {
    const frozen = await ask('freeze', 'chat-prod', '--for', '1h', '--why', 'a test');
    expect([frozen.code, frozen.stdout]).toEqual([0, expect.stringMatching(/^chat-prod is frozen until 2.*Z\.\n$/)]);
    const refused = await ask('rotate', 'chat-prod');
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('Frozen');
    expect(refused.stderr).toContain('a test');
    expect((await ask('unfreeze', 'chat-prod')).code).toBe(0);
    const all = ['freeze', '--all', '--until', '2999-01-01T00:00:00Z', '--why', 'a test'];
    expect((await ask(...all)).stdout).toBe('All targets are frozen until 2999-01-01T00:00:00.000Z.\n');
    expect((await ask('unfreeze', '--all')).code).toBe(0);
  });

  it('has nothing to roll back, retire or forget while nothing runs', async () => {
    const why = ['--why', 'a test'];
    expect((await ask('rollback', 'chat-prod', ...why)).stderr).toContain('NothingToRollBack');
    expect((await ask('retire', 'chat-prod', '--give-up', 'job', ...why)).stderr).toContain('NothingToRetire');
    expect((await ask('forget', 'chat-prod', ...why)).stderr).toContain('TargetNotFound');
  });

  it('plans a rotation, asks for one, and watches it to its end', async () => {
    const plan = await ask('rotate', 'chat-prod', '--force', '--dry-run');
    expect([plan.code, plan.stdout.split('\n')[0]]).toEqual([0, 'chat-prod  A rotation begins.']);
    const args = ['rotate', 'chat-prod', '--force', '--why', 'a leaver', '--wait', '--give-up-after', '2m'];
    const { ended, heard } = await started([...args, '--url', app.app.url, '--key-file', keyFile]);
    // It asks every other second, and would miss what it is to show.
    await until(
      async () => heard.stdout,
      (shown) => shown.includes('Waiting for consumers: job'),
      30_000,
    );
    takeDownKeys();
    expect((await ask('rollback', 'chat-prod', '--why', 'a test', '--dry-run')).stdout).toContain('Nothing is done');
    const retire = ['retire', 'chat-prod', '--give-up', 'job', '--why', 'a test', '--dry-run'];
    expect((await ask(...retire)).stdout).toContain('regenerated without waiting for job');
    const wrong = await ask('ack', 'chat-prod', 'job', '--fingerprint', app.chat.fingerprints.primary);
    expect([wrong.code, wrong.stderr]).toEqual([3, expect.stringContaining('AckOutdated')]);

    const ack = await cli(['ack', 'chat-prod', 'job', '--from-stdin', '--url', app.app.url, '--key-file', keyFile], {
      input: app.vault.current('chat')?.value ?? '',
    });
    expect([ack.code, ack.stdout]).toEqual([0, expect.stringContaining(app.chat.fingerprints.secondary)]);
    const { code, stdout } = await ended;
    expect([code, heard.stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/regenerate +secondary \(standby\)/);
    expect(stdout).toMatch(/await-consumers +job may still use/);
    expect(stdout).toMatch(/chat-prod is rotated: the condemned keys are gone\.\n$/);
  });

  it('needs no second one at once', async () => {
    const { code, stdout } = await ask('rotate', 'chat-prod', '--wait');
    expect([code, stdout]).toEqual([0, expect.stringContaining('younger than an hour')]);
  });

  it('shows the receipts, and proves that nobody has changed them', async () => {
    const { code, stdout } = await ask('history', 'chat-prod', '--verify');
    expect(code).toBe(0);
    expect(stdout).toMatch(/ condemn .*Requested, asked by key, “a leaver”/);
    const head = /The head is (\d+:[0-9a-f]{64})/.exec(stdout)?.[1] ?? '';
    expect((await ask('history', 'chat-prod', '--expect', head)).code).toBe(0);
    const cut = await ask('history', 'chat-prod', '--expect', `999:${'0'.repeat(64)}`);
    expect([cut.code, cut.stdout]).toEqual([3, expect.stringContaining('Broken at receipt 999')]);
    const last = await json<{ receipts: { seq: number }[] }>('history', 'chat-prod', '--last', '1');
    expect(last.receipts).toMatchObject([{ seq: Number(head.split(':')[0]) }]);
  });

  it('answers a leaked key of which only the fingerprint is sent, and goes on without whom a person gives up', async () => {
    takeDownKeys();
    const leaked = app.chat.keys.secondary;
    const args = [
      'compromise',
      'chat-prod',
      '--from-stdin',
      '--why',
      'seen in a log',
      '--wait',
      '--give-up-after',
      '2m',
      '--json',
    ];
    const { ended } = await started([...args, '--url', app.app.url, '--key-file', keyFile], { input: `${leaked}\n` });
    await awaited();
    takeDownKeys();
    const running = await ask('status');
    expect(running.stdout).toMatch(/chat-prod {2}Waiting for consumers: job/);
    const given = await ask('retire', 'chat-prod', '--give-up', 'job', '--why', 'switched off');
    expect([given.code, given.stdout]).toEqual([0, expect.stringContaining('without waiting for job')]);
    const { code, stdout, stderr } = await ended;
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { class: 'active', end: { is: 'completed' } }]);
    expect(stderr).toContain('nothing else of it is sent');
    expect(stderr).toMatch(/regenerate +.*giving up job/);
  });

  it('says what is already dead', async () => {
    const { code, stdout } = await ask('compromise', 'chat-prod', '--fingerprint', 'sha256:0123456789abcdef');
    expect([code, stdout]).toEqual([0, expect.stringContaining('in neither slot')]);
  });

  it('is examined by doctor, which lists everything that stands in the way', async () => {
    const fine = await ask('doctor');
    expect([fine.code, fine.stdout]).toEqual([0, expect.stringContaining('Nothing stands in the way.')]);
    expect(fine.stdout).toContain('You may give orders.');
    app.vault.forbid('getSecret');
    const { code, stdout } = await ask('doctor', 'chat-prod', 'none');
    app.vault.allow('getSecret');
    expect(code).toBe(3);
    expect(stdout).toContain('PublicationUnreadable');
    expect(stdout).toContain('What to do: Grant get and list');
    expect(stdout).toContain('TargetNotFound');
    expect(stdout).toContain('2 things stand in the way.');
  });

  it('lets nobody in without a key, or with a wrong one', async () => {
    const { code, stderr } = await cli(['report', '--url', app.app.url]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('asks who you are')]);
    const wrong = await cli(['report', '--url', app.app.url, '--key-file', aFile('wrong', 'not-the-key')]);
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('does not accept this function key')]);
    const examined = await cli(['doctor', '--url', app.app.url, '--json']);
    expect([examined.code, JSON.parse(examined.stdout)]).toMatchObject([3, { ok: false }]);
  });
});

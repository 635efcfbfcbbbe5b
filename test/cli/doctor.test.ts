import { describe, expect, it } from 'vitest';
import { aFile, anEmptyFolder, cli } from './a-command-line.ts';
import { aServer, type Heard, problem } from './a-server.ts';
import { aTarget } from './a-target.ts';

const VALID = JSON.stringify({ targets: [] });
const noFindings = { high: 0, medium: 0, low: 0, info: 0 };

const aReport = (attention: readonly object[] = [], targets = 1) => ({
  version: 1,
  generatedAt: '2026-11-24T10:00:00.000Z',
  summary: {
    ...{ targets, matching: targets, observed: 1, oldestObservation: null, overdue: 0, rotating: 0, held: 0, stuck: 0 },
    verdicts: { Disabled: 0, DisableNow: 0, MigrateFirst: 1, Unknown: 0 },
    ...{ findings: noFindings, unmanaged: 0, surveys: [], attention, attentionMore: 0 },
  },
  unmanaged: [],
  findings: [],
  targets: [aTarget()],
});

const clear = {
  target: 'chat-prod',
  observedAt: '2026-11-24T10:00:00.000Z',
  next: { step: 'nothing-due' },
  wakeAt: null,
  dueAt: null,
  blockers: [],
};

type Answers = Partial<Record<'health' | 'report' | 'forget' | 'plan', ReturnType<typeof problem>>>;
const anApp = (answers: Answers = {}) =>
  aServer(({ path }: Heard) => {
    if (path === '/api/health') return answers.health ?? { body: { ok: true } };
    if (path.startsWith('/api/report')) return answers.report ?? { body: aReport() };
    if (path.endsWith('/forget')) return answers.forget ?? problem(404, 'TargetNotFound');
    return answers.plan ?? { body: clear };
  });

describe.concurrent('doctor', () => {
  it('checks a file alone, as in a pull request', async () => {
    const cwd = anEmptyFolder();
    aFile('rotation.json', VALID, cwd);
    const { code, stdout } = await cli(['doctor'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('It is valid, with 0 targets.');
    expect(stdout).toContain('No address is given');
  });

  it('lists every fault of a file, with its path', async () => {
    const file = aFile('rotation.json', JSON.stringify({ targets: [{ name: 'X' }], colour: 'red' }));
    const { code, stdout } = await cli(['doctor', '--config', file, '--json']);
    expect(code).toBe(3);
    const texts = JSON.parse(stdout).checks.map(({ text }: { text: string }) => text);
    expect(texts).toContain('colour is not a known property.');
    expect(texts).toContain('targets[0].name must be 1 to 63 of a-z, 0-9 and -.');
    expect((await cli(['doctor', '--config', '/nowhere'])).stdout).toContain('It cannot be read.');
  });

  it('takes an app that does not answer for a blocker', async () => {
    const { code, stdout } = await cli(['doctor', '--url', 'http://127.0.0.1:65533']);
    expect(code).toBe(3);
    expect(stdout).toContain('NoServer: Nobody answers at http://127.0.0.1:65533.');
    expect(stdout).toContain('What to do: Run npm start');
  });

  it('lists what is wrong with the configuration of the app, one by one', async () => {
    const errors = [
      { path: 'ROTATION_CONFIG', message: 'cannot be read' },
      { path: 'AzureWebJobsStorage', message: 'is missing' },
    ];
    const { url } = await anApp({
      health: { status: 503, body: { ok: false } },
      report: problem(503, 'ConfigurationInvalid', { errors }),
    });
    const { code, stdout } = await cli(['doctor', '--url', url]);
    expect(code).toBe(3);
    expect(stdout).toContain('ConfigurationInvalid: ROTATION_CONFIG: cannot be read');
    expect(stdout).toContain('ConfigurationInvalid: AzureWebJobsStorage: is missing');
    expect(stdout).toContain('2 things stand in the way.');
  });

  it('says which role is missing, and that reading is no blocker', async () => {
    const nothing = await anApp({ report: problem(403, 'Forbidden', { detail: 'This needs the role Reader.' }) });
    expect(await cli(['doctor', '--url', nothing.url])).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('Have the app role assigned to you'),
    });
    const reader = await anApp({ forget: problem(403, 'Forbidden') });
    expect(await cli(['doctor', '--url', reader.url])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('You may read, and give no orders.'),
    });
  });

  it('lists every blocker of every target, and what is about the fleet', async () => {
    const blocker = (code: string) => ({
      code,
      meaning: `${code} holds.`,
      remedy: `Mend ${code}.`,
      detail: { secret: 'kv-a/chat' },
    });
    const plan = {
      body: { ...clear, next: { step: 'hold' }, blockers: [blocker('SecretMissing'), blocker('ResourceForbidden')] },
    };
    const paused = { target: null, code: 'FleetPaused', severity: 'high', text: 'It is paused.', since: null };
    const { url } = await anApp({ plan, report: { body: aReport([paused], 250) } });
    const { code, stdout } = await cli(['doctor', '--url', url]);
    expect(code).toBe(3);
    for (const each of ['SecretMissing', 'ResourceForbidden', 'FleetPaused']) expect(stdout).toContain(`${each}: `);
    expect(stdout).toContain('What to do: Mend SecretMissing.');
    expect(stdout).toContain('secret: kv-a/chat');
    expect(stdout).toContain('249 targets were not looked at');
    expect(stdout).toContain('3 things stand in the way.');
  });

  it('changes nothing: what it asks of orders is a dry run', async () => {
    const { url, heard } = await anApp();
    await cli(['doctor', '--url', url]);
    const orders = heard.filter(({ method }) => method !== 'GET');
    expect(orders).toMatchObject([{ path: '/api/targets/chat-prod/forget', body: { dryRun: true } }]);
  });
});

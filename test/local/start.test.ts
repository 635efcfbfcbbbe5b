import { createServer } from 'node:net';
import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { startLocalAzure } from '../../local/azure/server.ts';
import type { RunDocument, TargetDocument } from '../../local/run/document.ts';
import { runOnce } from '../../local/run/run.ts';
import type { World } from '../../local/run/world.ts';
import { adopt } from '../../local/scenarios/adopt.ts';
import {
  leakedActive,
  leakedDead,
  leakedStandby,
  leakedUnknown,
  strangerListedKeys,
} from '../../local/scenarios/compromise.ts';
import { oneRotation, ongoing, type Scenario } from '../../local/scenarios/scenario.ts';
import { laggard, rollback, stall } from '../../local/scenarios/switchover.ts';
import { threeTargets } from '../../local/scenarios/three-targets.ts';
import { Timeline } from '../../local/timeline/timeline.ts';
import { looksLikeKey } from '../../src/app/outside-text.ts';
import { until } from './host/running.ts';
import { Terminal } from './run/a-terminal.ts';
import { documentSchema } from './run/document-schema.ts';
import { aConfig, childrenOf, isAlive, npmStart } from './run/npm-start.ts';

// One file for all that builds the app: two builds at a time would take the bundle from under each other.

const noSignal = new AbortController().signal;

async function runInHere(scenario: Scenario, options: Partial<Parameters<typeof runOnce>[0]> = {}) {
  const terminal = new Terminal();
  const timeline = new Timeline(terminal, { isOnce: true });
  const worlds: World[] = [];
  const onStarted = (started: World) => void worlds.push(started);
  const common = { scenario, port: 0, configPath: null, audience: timeline, signal: noSignal, onStarted };
  const document = await runOnce({ ...common, ...options });
  timeline.summary(document);
  const [world] = worlds;
  if (!world) throw new Error('The world has not started.');
  // Whatever a scenario brings about, the app has the rights for it.
  expect(world.azure.authorisation.refusals).toEqual([]);
  return { document, world, shown: terminal.text };
}

describe('one whole run', { timeout: 120_000 }, () => {
  let document: RunDocument;
  let world: World;
  let shown: string;
  const before = new Set<string>();

  beforeAll(async () => {
    ({ document, world, shown } = await runInHere({
      ...threeTargets,
      build(azure, pace) {
        const scene = threeTargets.build(azure, pace);
        for (const { keys } of azure.resources) for (const key of Object.values(keys)) before.add(key);
        return scene;
      },
    }));
  }, 120_000);

  const targets = () => Object.fromEntries(document.targets.map((target) => [target.name, target]));
  const rotated = () => document.targets.filter(({ outcome }) => outcome === 'rotated');

  it('is told by a document of the published format', () => {
    expect(documentSchema.parse(document)).toEqual(document);
    expect(document).toMatchObject({ ok: true, reason: null });
    expect(document.targets.map(({ name, outcome, code }) => [name, outcome, code])).toEqual([
      ['chat-prod', 'rotated', null],
      ['orders-eu', 'rotated', null],
      ['status-page', 'not-due', 'NothingPublished'],
    ]);
  });

  it('replaces both keys of each due target, in the order that breaks nobody', () => {
    for (const { steps, before: was, after } of rotated()) {
      expect(steps.map(({ step, role }) => (role ? `${step} ${role}` : step))).toEqual([
        'condemn',
        'regenerate standby',
        'publish',
        'await-consumers',
        'soak',
        'regenerate outgoing',
        'confirm-dead',
        'disable-old-versions',
        'complete',
      ]);
      expect(new Set(steps.map(({ rotation }) => rotation)).size).toBe(1);
      expect(after.primary).not.toBe(was.primary);
      expect(after.secondary).not.toBe(was.secondary);
    }
  });

  it('swaps the roles, whichever slot the consumers were on', () => {
    const actives = (name: string) => [targets()[name]?.before.active, targets()[name]?.after.active];
    expect(actives('chat-prod')).toEqual(['primary', 'secondary']);
    expect(actives('orders-eu')).toEqual(['secondary', 'primary']);
    expect(actives('status-page')).toEqual([null, null]);
  });

  it('leaves one enabled version in each secret, with the active key', () => {
    for (const { publications, after } of rotated()) {
      for (const { versions } of publications) {
        expect(versions.map(({ enabled }) => enabled)).toEqual([false, true]);
        expect(versions.at(-1)?.fingerprint).toBe(after.active && after[after.active]);
      }
    }
    expect(targets()['status-page']?.publications[0]?.versions).toMatchObject([{ fingerprint: null, enabled: true }]);
  });

  it('refuses nobody, while everybody keeps calling', () => {
    const names = ({ consumers }: TargetDocument) => consumers.map(({ name }) => name);
    expect(rotated().map(names)).toEqual([
      ['web', 'worker'],
      ['gateway', 'mirror', 'billing'],
    ]);
    for (const { calls, refused } of rotated().flatMap(({ consumers }) => consumers)) {
      expect(refused).toBe(0);
      expect(calls).toBeGreaterThan(50);
    }
  });

  it('shows every step and every switch, in 80 columns', () => {
    const lines = stripVTControlCharacters(shown).split('\n');
    const words = ['condemn', 'regenerate', 'publish', 'wait', 'switched', 'soak', 'prove', 'disable', 'complete'];
    for (const word of words) expect(lines.filter((line) => line.includes(`chat-prod    ${word} `))).not.toEqual([]);
    expect(lines.filter((line) => /billing: \w{8} → \w{8}/.test(line))).toHaveLength(1);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.some((line) => /^chat-prod +■+·* .* 0 refused$/.test(line))).toBe(true);
  });

  it('never shows a key or a token', () => {
    const published = world.azure.vaults.flatMap((vault) => vault.versions('signalr').map(({ value }) => value));
    const after = world.azure.resources.flatMap(({ keys }) => Object.values(keys));
    // Each slot was regenerated once, so before and after are all the keys that there ever were.
    expect(world.azure.resources.map(({ operations }) => operations.length)).toEqual([2, 2, 0, 0]);
    // Three targets, and a resource that nobody manages.
    expect(before.size).toBe(8);
    const told = shown + JSON.stringify(document);
    for (const secret of [...before, ...after, ...published]) expect(told.includes(secret)).toBe(false);
    expect(looksLikeKey(told)).toBe(false);
  });
});

describe('the first day with what people left behind', { timeout: 120_000 }, () => {
  let document: RunDocument;
  let world: World;
  let shown: string;

  beforeAll(async () => {
    ({ document, world, shown } = await runInHere(adopt));
  }, 120_000);

  const target = (name: string): TargetDocument => {
    const found = document.targets.find((each) => each.name === name);
    if (!found) throw new Error(`The document has no ${name}.`);
    return found;
  };
  const stepsOf = (name: string) => target(name).steps.map(({ step, role }) => (role ? `${step} ${role}` : step));
  const keysIn = (name: string) => {
    const { publications, before, after } = target(name);
    const known = new Map([
      [before.primary, 'old primary'],
      [before.secondary, 'old secondary'],
      [after.active && after[after.active], 'new'],
    ]);
    return publications.map(({ versions }) => versions.map((version) => known.get(version.fingerprint) ?? 'unknown'));
  };
  const switchAndClose = [
    'publish',
    'await-consumers',
    'soak',
    'regenerate outgoing',
    'confirm-dead',
    'disable-old-versions',
    'complete',
  ];

  it('ends well, with one target held as it should be', () => {
    expect(documentSchema.parse(document)).toMatchObject({ ok: true, reason: null });
    expect(document.targets.map(({ name, outcome, code }) => [name, outcome, code])).toEqual([
      ['split-shop', 'rotated', null],
      ['dead-crm', 'rotated', null],
      ['foreign-erp', 'held', 'ForeignEndpoint'],
      ['moved-till', 'rotated', null],
      ['bare-iot', 'rotated', null],
    ]);
  });

  it('refuses nobody: not on a cached key, not at a restart, not while held', () => {
    const consumers = document.targets.flatMap((each) => each.consumers);
    expect(consumers.map(({ name }) => name)).toEqual(['web', 'jobs', 'crm', 'erp', 'stock', 'till', 'iot']);
    for (const { calls, refused } of consumers) {
      expect(refused).toBe(0);
      expect(calls).toBeGreaterThan(50);
    }
  });

  it('brings a split target together before it regenerates what its readers have left', () => {
    const waits = ['await-consumers', 'soak'];
    expect(stepsOf('split-shop')).toEqual(['align', 'condemn', ...waits, 'regenerate standby', ...switchAndClose]);
    expect(keysIn('split-shop')).toEqual([
      ['old primary', 'new'],
      ['old secondary', 'old primary', 'new'],
    ]);
  });

  it('repairs a dead key before anybody restarts', () => {
    expect(stepsOf('dead-crm')).toEqual(['repair', 'condemn', 'regenerate standby', ...switchAndClose]);
    expect(keysIn('dead-crm')).toEqual([['old primary', 'unknown', 'old primary', 'new']]);
    expect(target('dead-crm').before.active).toBeNull();
  });

  it('neither writes nor regenerates where a publication names another resource', () => {
    const { before, after, publications } = target('foreign-erp');
    expect(stepsOf('foreign-erp')).toEqual(['hold']);
    expect(publications.map(({ versions }) => versions.length)).toEqual([1, 1]);
    expect(after).toEqual(before);
  });

  it('awaits who is still on the slot that a person moved away from', () => {
    const waits = ['await-consumers', 'soak'];
    expect(stepsOf('moved-till')).toEqual(['condemn', ...waits, 'regenerate standby', ...switchAndClose]);
    expect(target('moved-till').steps[1]?.slot).toBe('primary');
    expect(keysIn('moved-till')).toEqual([['old primary', 'old secondary', 'new']]);
  });

  it('rotates a bare key as a bare key', () => {
    expect(keysIn('bare-iot')).toEqual([['old secondary', 'new']]);
    const vault = world.azure.vaults.find(({ name }) => name === 'kv-iot');
    const resource = world.azure.resources.find(({ name }) => name === 'bare-iot');
    expect(vault?.current('signalr-key')?.value).toBe(resource?.keys.primary);
  });

  it('is told in words, in 80 columns', () => {
    const lines = stripVTControlCharacters(shown).split('\n');
    const said = (pattern: RegExp) => lines.findIndex((line) => pattern.test(line));
    expect(said(/split-shop +align +primary \w{8} → kv-jobs$/)).toBeGreaterThan(0);
    expect(said(/dead-crm +repair +primary \w{8} → kv-crm$/)).toBeGreaterThan(0);
    expect(said(/foreign-erp +held +ForeignEndpoint in kv-stock: a publication$/)).toBeGreaterThan(0);
    expect(said(/foreign-erp +alert +TargetHeld ForeignEndpoint: Correct the$/)).toBeGreaterThan(0);
    const told = [/moved-till +wait +till uses/, /moved-till +restarted +till/, /moved-till +switched/].map(said);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told).not.toContain(-1);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(looksLikeKey(shown + JSON.stringify(document))).toBe(false);
  });
});

describe('a run that cannot end well', { timeout: 60_000 }, () => {
  const locked = (expected: 'rotated' | 'held'): Scenario => ({
    name: 'locked',
    about: 'A vault that the app may not read.',
    build(azure) {
      const { rotation, resources } = threeTargets.build(azure, oneRotation);
      for (const vault of azure.vaults) if (vault.name === 'kv-chat') vault.forbid('getSecret', 'rotator');
      const { defaults, targets } = rotation as { defaults: unknown; targets: unknown[] };
      return {
        rotation: { defaults, targets: targets.slice(0, 1) },
        resources: resources.slice(0, 1).map((staged) => ({ ...staged, expected })),
      };
    },
  });

  it('is given up in time, and says who is held', async () => {
    const { document, shown } = await runInHere(locked('rotated'), { giveUpAfter: 8_000 });
    expect(document).toMatchObject({
      ok: false,
      reason: 'Given up after 8 s. chat-prod is held: PublicationUnreadable.',
      targets: [{ outcome: 'held', code: 'PublicationUnreadable' }],
    });
    expect(stripVTControlCharacters(shown)).toMatch(/chat-prod +alert +TargetHeld/);
  });

  it('is fine where being held is what was to be shown', async () => {
    const { document } = await runInHere(locked('held'));
    expect(document).toMatchObject({ ok: true, reason: null, targets: [{ outcome: 'held' }] });
  });
});

describe('npm start', { timeout: 120_000 }, () => {
  it('prints the document on stdout and nothing else, the timeline on stderr', async () => {
    const { code, stdout, stderr } = await npmStart(['--once', '--json']).ended;
    expect(stderr).toContain('complete');
    expect(stdout).toBe(`${JSON.stringify(documentSchema.parse(JSON.parse(stdout)), null, 2)}\n`);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, reason: null });
    expect(code).toBe(0);
    expect(stderr).not.toContain('\x1b');
    for (const told of [stdout, stderr]) expect(looksLikeKey(told)).toBe(false);
  });

  it.each([
    ['until stopped', []],
    ['to the end', ['--once', '--json']],
  ])('%s: with a bad rotation.json lists every problem with its path, and fails', async (_, args) => {
    const path = await aConfig({
      defaults: { rotateAfter: 'P2M' },
      targets: [{ name: 'Chat', resourceId: 'chat', publications: [], surprise: 1 }],
    });
    const { code, stdout, stderr } = await npmStart(args, { ROTATION_CONFIG: path }).ended;
    expect(code).toBe(1);
    const paths = ['defaults.rotateAfter', ...['name', 'resourceId', 'publications', 'surprise'].map(inTarget)];
    for (const each of paths) expect(stderr).toContain(`\n  ${each}: `);
    if (args.length === 0) return;
    const document = documentSchema.parse(JSON.parse(stdout));
    expect(document).toMatchObject({ ok: false, targets: [] });
    for (const each of paths) expect(document.reason).toContain(each);
  });
  const inTarget = (property: string) => `targets[0].${property}`;

  it('says what a rotation.json names that does not exist locally', async () => {
    const secret = 'https://kv-other.vault.azure.net/secrets/signalr';
    const resourceId = '/subscriptions/1/resourceGroups/rg/providers/Microsoft.SignalRService/signalR/other';
    const path = await aConfig({
      targets: [{ name: 'other', resourceId, publications: [{ secret }], switchover: { unlisted: 'hold' } }],
    });
    const { code, stderr } = await npmStart([], { ROTATION_CONFIG: path }).ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/targets\[0\]\.resourceId: does not exist locally/);
    expect(stderr).toMatch(/targets\[0\]\.publications\[0\]\.secret: does not exist locally/);
  });

  it('fails when its port is taken, and leaves nothing behind', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const { code, stdout, stderr } = await npmStart(['--once', '--json'], { PORT: port }).ended;
    other.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`Port ${port} is taken`);
    expect(documentSchema.parse(JSON.parse(stdout)).reason).toContain(`Port ${port} is taken`);
  });

  it('takes a rotation.json of one’s own, and ends everything at Ctrl+C', async () => {
    const azure = await startLocalAzure();
    const { rotation } = threeTargets.build(azure, ongoing);
    await azure.close();
    const { targets, ...rest } = rotation as { targets: unknown[] };
    const running = npmStart([], { ROTATION_CONFIG: await aConfig({ ...rest, targets: targets.slice(0, 1) }) });
    await until(() => /chat-prod +condemn/.test(running.said.stdout), Boolean, 30_000);
    expect(running.said.stdout).not.toContain('orders-eu');
    const children = await childrenOf(running.pid);
    // esbuild's service may still be there beside Azurite.
    expect(children.length).toBeGreaterThan(0);
    // As npm does: the terminal's and its own.
    running.kill('SIGINT');
    running.kill('SIGINT');
    const { code, stderr } = await running.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    await until(() => !children.some(isAlive));
  });

  it('that is interrupted on its way to the end has not succeeded', async () => {
    const running = npmStart(['--once', '--json']);
    await until(() => /condemn/.test(running.said.stderr), Boolean, 30_000);
    running.kill('SIGTERM');
    const { code, stdout } = await running.ended;
    expect(code).toBe(1);
    const { ok, reason, targets } = documentSchema.parse(JSON.parse(stdout));
    expect(ok).toBe(false);
    expect(reason).toMatch(/^Interrupted by SIGTERM\./);
    expect(targets.map(({ outcome }) => outcome)).toContain('failed');
  });

  it('explains itself, and says which option it does not understand', async () => {
    const say = (option: string) => npmStart([option]).ended;
    const [help, unknown, alone] = await Promise.all([say('--help'), say('--onec'), say('--json')]);
    expect(help.code).toBe(0);
    for (const word of ['--once', '--json', 'PORT', 'ROTATION_CONFIG', 'NO_COLOR', 'adopt'])
      expect(help.stdout).toContain(word);
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toContain("'--onec'");
    expect(alone).toMatchObject({ code: 2, stdout: '' });
  });
});

async function runOfOne(scenario: Scenario) {
  const { document, shown } = await runInHere(scenario);
  const [target] = documentSchema.parse(document).targets;
  if (target === undefined) throw new Error('There is one target.');
  expect(document).toMatchObject({ ok: true, reason: null });
  for (const { calls, refused } of target.consumers) {
    expect(refused).toBe(0);
    expect(calls).toBeGreaterThan(30);
  }
  return { target, steps: target.steps.map(({ step }) => step), shown };
}

const CLOSED = ['soak', 'regenerate', 'confirm-dead', 'disable-old-versions', 'complete'];

describe('npm start -- --scenario', () => {
  it('laggard nudges a site that would look at its secret tomorrow', { timeout: 180_000 }, async () => {
    const { target, steps, shown } = await runOfOne(laggard);
    expect(target.outcome).toBe('rotated');
    expect(steps).toEqual(['condemn', 'regenerate', 'publish', 'nudge', 'await-consumers', ...CLOSED]);
    expect(shown).toContain('web is to fetch its references anew');
  });

  it('stall keeps the old key alive until the late consumer acknowledges', { timeout: 180_000 }, async () => {
    const { target, steps, shown } = await runOfOne(stall);
    expect(target.outcome).toBe('rotated');
    expect(steps).toEqual(['condemn', 'regenerate', 'publish', 'await-consumers', 'hold', ...CLOSED]);
    expect(shown).toContain('TargetHeld Stalled');
  });

  it('rollback publishes the old key again and ends the rotation', { timeout: 180_000 }, async () => {
    const { target, steps } = await runOfOne(rollback);
    expect(target).toMatchObject({ outcome: 'not-due', code: null });
    expect(steps).toEqual(['condemn', 'regenerate', 'publish', 'await-consumers', 'roll-back']);
    expect([target.before.active, target.after.active]).toEqual(['primary', 'primary']);
    expect(target.after.primary).toBe(target.before.primary);
  });

  it.each([
    ['leaked-active', leakedActive, ['regenerate', 'publish', 'await-consumers', 'regenerate']],
    ['leaked-unknown', leakedUnknown, ['regenerate', 'publish', 'await-consumers', 'regenerate']],
  ] as const)(
    '%s replaces both keys without a soak, and refuses nobody',
    { timeout: 180_000 },
    async (_, scenario, middle) => {
      const { target, steps, shown } = await runOfOne(scenario);
      expect(steps).toEqual(['condemn', ...middle, 'confirm-dead', 'disable-old-versions', 'complete']);
      expect(target.after.primary).not.toBe(target.before.primary);
      expect(target.after.active).toBe('secondary');
      expect(stripVTControlCharacters(shown)).toMatch(
        /condemn +[0-9a-f]{8} and [0-9a-f]{8}, as a compromise was\s+reported/,
      );
    },
  );

  it('leaked-standby replaces the key that nobody uses, and touches no secret', { timeout: 180_000 }, async () => {
    const { target, steps } = await runOfOne(leakedStandby);
    expect(steps).toEqual(['condemn', 'regenerate', 'confirm-dead', 'complete']);
    expect(target.after).toMatchObject({ active: 'primary', primary: target.before.primary });
    expect(target.publications[0]?.versions).toHaveLength(1);
  });

  it('leaked-dead answers with a receipt, and changes nothing', { timeout: 180_000 }, async () => {
    const { target, steps } = await runOfOne(leakedDead);
    expect(target.outcome).toBe('not-due');
    expect(steps).toEqual(['nothing-due']);
    expect(target.after).toEqual(target.before);
  });

  it('stranger-listed-keys hears of it by an event, and reports it to a person', { timeout: 180_000 }, async () => {
    const { target, steps } = await runOfOne(strangerListedKeys);
    expect(target).toMatchObject({ outcome: 'not-due', code: 'KeysListedByStranger' });
    expect(steps).toEqual([]);
    expect(target.after).toEqual(target.before);
  });
});

import { describe, expect, it } from 'vitest';
import { LedgerUnavailable } from '../../src/app/errors.ts';
import type { LeakAlert } from '../../src/app/leak-alert.ts';
import { takeLeak } from '../../src/app/leaks.ts';
import type { LogRecord } from '../../src/app/log.ts';
import { EVERYTHING } from '../../src/app/report/query.ts';
import { reportFor } from '../../src/app/report/report.ts';
import { SECOND } from '../support/scene.ts';
import { World } from '../support/world.ts';

async function aFleet(...repositories: readonly (readonly string[])[]) {
  const [own = [], ...others] = repositories;
  const policy = { unknownAge: 'report' } as const;
  const first = await World.start({ policy, resource: { name: 'chat-0' } });
  const worlds = [first];
  for (const [i] of others.entries()) {
    const place = { vaults: [`kv-${i + 1}`], resource: { name: `chat-${i + 1}` } };
    worlds.push(await World.start({ ...place, policy, beside: first }));
  }
  const named = [own, ...others];
  const targets = worlds.map(({ target }, i) => ({ ...target, repositories: named[i] ?? [] }));
  first.targets = () => targets;
  const logs: LogRecord[] = [];
  const alert = (differing: Partial<LeakAlert> = {}): LeakAlert => ({
    ...{ id: 'github:contoso/chat#7', repository: 'contoso/chat', shown: 'contoso/chat', action: 'created' },
    ...{ url: 'https://github.com/contoso/chat/security/secret-scanning/7', foundAt: first.clock.now() - SECOND },
    ...differing,
  });
  const take = (differing: Partial<LeakAlert> = {}, ports = first.ports()) =>
    takeLeak(alert(differing), { targets, log: (record) => logs.push(record) }, ports);
  const tips = async (i = 0) => {
    const { inbox } = await first.ledger.read(worlds[i]?.target.resourceId ?? first.target.resourceId);
    return inbox.filter(({ kind }) => kind === 'tip');
  };
  const attention = async () =>
    (await reportFor(EVERYTHING, first.app, first.ports())).summary.attention.filter(
      ({ code }) => code === 'LeakUnmapped',
    );
  return { worlds, logs, take, tips, attention, first };
}

describe('a leak in a repository that targets name', () => {
  it('is a suspected compromise of each of them, that nobody is trusted with', async () => {
    const { take, tips } = await aFleet(['contoso/chat'], ['contoso/*'], ['contoso/other', 'fabrikam/*']);
    expect(await take()).toEqual({ outcome: 'reported', targets: ['chat-0', 'chat-1'] });
    for (const i of [0, 1]) {
      expect(await tips(i)).toMatchObject([
        {
          ...{ id: 'github:contoso/chat#7:created', who: 'github:contoso/chat', trusted: false },
          ...{ fingerprint: null, slot: null, onTimeout: null },
          why: 'https://github.com/contoso/chat/security/secret-scanning/7',
        },
      ]);
    }
    expect(await tips(2)).toEqual([]);
  });

  it('is one, however often it is delivered; that it is reopened or public is another', async () => {
    const { take, tips } = await aFleet(['contoso/chat']);
    for (let i = 0; i < 3; i += 1) await take();
    expect(await tips()).toHaveLength(1);
    await take({ action: 'reopened' });
    await take({ action: 'publicly_leaked' });
    expect(await tips()).toHaveLength(3);
  });

  it('means the keys of when it was found', async () => {
    const { take, tips, first } = await aFleet(['contoso/chat']);
    const foundAt = first.clock.now() - 60 * SECOND;
    await take({ foundAt });
    expect(await tips()).toMatchObject([{ reportedAt: foundAt }]);
  });

  it('wakes a worker, which condemns both keys', async () => {
    const { take, first } = await aFleet(['contoso/chat']);
    await first.live(0);
    const before = (await first.record()).state.keys;
    await take();
    await first.live(SECOND);
    const { rotation } = (await first.record()).state;
    expect(rotation?.condemned.map(({ fingerprint, reason }) => [fingerprint, reason]).sort()).toEqual(
      [before.primary, before.secondary].map((key) => [key?.fingerprint, 'KeyCompromised']).sort(),
    );
  });

  it.each(['resolved', 'validated', 'assigned', 'unassigned', 'anything'])(
    'is none because it is %s',
    async (action) => {
      const { take, tips } = await aFleet(['contoso/chat']);
      expect(await take({ action })).toMatchObject({ targets: [] });
      expect(await tips()).toEqual([]);
    },
  );
});

describe('a leak in a repository that no target names', () => {
  it('alerts, and is shown to a person', async () => {
    const { take, tips, logs, attention } = await aFleet(['contoso/other'], ['fabrikam/*']);
    expect(await take()).toEqual({ outcome: 'unmapped', targets: [] });
    expect(logs).toMatchObject([
      {
        ...{ level: 'error', event: 'LeakUnmapped', repository: 'contoso/chat' },
        url: 'https://github.com/contoso/chat/security/secret-scanning/7',
      },
    ]);
    expect([...(await tips(0)), ...(await tips(1))]).toEqual([]);
    expect(await attention()).toMatchObject([
      { target: null, severity: 'high', text: expect.stringContaining('/contoso/chat/security/secret-scanning/7') },
    ]);
  });

  it('is shown once for a repository, since the first', async () => {
    const { take, attention, first } = await aFleet([]);
    await take();
    const [one] = await attention();
    first.clock.ms += 60 * SECOND;
    await take();
    await take({ id: 'github:contoso/chat#8', url: null });
    expect(await attention()).toMatchObject([{ since: one?.since, text: expect.stringContaining('2 SignalR keys') }]);
  });

  it('is shown until the alert is resolved', async () => {
    const { take, attention } = await aFleet([]);
    await take();
    expect(await take({ action: 'resolved' })).toEqual({ outcome: 'lifted', targets: [] });
    expect(await attention()).toEqual([]);
  });

  it('is shown until it is delivered again after a target names the repository', async () => {
    const { take, attention, first } = await aFleet([]);
    await take();
    const named = [{ ...first.target, repositories: ['contoso/chat'] }];
    const alert = { id: 'github:contoso/chat#7', repository: 'contoso/chat', shown: 'contoso/chat', url: null };
    const again = { ...alert, action: 'created', foundAt: null };
    await takeLeak(again, { targets: named, log: () => undefined }, first.ports());
    expect(await attention()).toEqual([]);
  });

  it('alerts although it cannot be kept, and says so to the sender', async () => {
    const { take, logs, first } = await aFleet([]);
    const away = { ...first.ports().fleet, look: () => Promise.reject(new LedgerUnavailable()) };
    await expect(take({}, { ...first.ports(), fleet: away })).rejects.toThrow(LedgerUnavailable);
    expect(logs).toMatchObject([{ event: 'LeakUnmapped' }]);
  });
});

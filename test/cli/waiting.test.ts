import { describe, expect, it } from 'vitest';
import type { TargetReport } from '../../src/app/report/schema.ts';
import { cli } from './a-command-line.ts';
import { aServer, type Heard, problem } from './a-server.ts';
import { aRotation, aTarget, someReceipts } from './a-target.ts';

const later = '2026-11-24T10:00:05.000Z';
const ended = (end: TargetReport['past'][number]['end']) => ({
  past: [{ id: 'r-1', reason: 'Requested', startedAt: later, endedAt: later, end }],
});
const held = (code: string, more: Partial<TargetReport> = {}) => ({
  observedAt: later,
  condition: { code, since: later, meaning: 'why', remedy: 'what to do' },
  ...more,
});

interface Told {
  /** What the target looks like, look by look; the last one stays. */
  readonly looks: readonly (Partial<TargetReport> | 'restarting')[];
  readonly plan?: object;
  readonly rotation?: string;
}

/** An app that takes an order, and then shows what it is told to. */
async function anApp({ looks, plan = {}, rotation }: Told) {
  let look = -1;
  return aServer(({ method, path }: Heard) => {
    if (method === 'POST') {
      look = 0;
      const answer = { request: 'q-1', target: 'chat-prod', rotation: rotation ?? null, phase: 'nothing-due' };
      return { status: 202, body: { ...answer, joined: rotation !== undefined } };
    }
    if (path.includes('/history')) {
      return {
        body: { receipts: someReceipts({ step: 'condemn', rotation: 'r-1', actor: 'key', data: {} }), next: null },
      };
    }
    if (path.endsWith('/plan')) return { body: plan };
    const shown = look < 0 ? {} : looks[Math.min(look++, looks.length - 1)];
    return shown === 'restarting' ? problem(503, 'LedgerUnavailable') : { body: aTarget(shown) };
  });
}

const rotate = async (told: Told, ...more: readonly string[]) => {
  const { url } = await anApp(told);
  return cli(['rotate', 'chat-prod', '--wait', ...more, '--url', url]);
};

describe.concurrent('rotate --wait', () => {
  it('ends with 0 where the rotation has completed, whatever happened meanwhile', async () => {
    const awaiting = [
      { consumer: 'web', secret: 'https://kv-a.vault.azure.net/secrets/chat', trouble: null, shows: null },
    ];
    const running = { phase: 'await-consumers', rotation: aRotation('r-1', awaiting) } as const;
    const { code, stdout } = await rotate({ looks: [{}, running, 'restarting', ended('completed')] });
    expect(code).toBe(0);
    expect(stdout).toContain('Waiting for consumers: web');
    expect(stdout).toContain('chat-prod is rotated');
  });

  it('ends with 0 where the whole rotation fell between two looks', async () => {
    expect((await rotate({ looks: [ended('completed')] })).code).toBe(0);
  });

  it.each([
    ['rolled back', { looks: [ended('rolled-back')] }, 'was rolled back'],
    ['forgotten', { looks: [ended('forgotten')] }, 'was forgotten'],
    ['held', { looks: [held('Stalled', { rotation: aRotation('r-1') })] }, 'is held: Stalled'],
    ['frozen', { looks: [held('Frozen')] }, 'is held: Frozen'],
    ['held by what this version does not know', { looks: [held('Enchanted')] }, 'is held: Enchanted'],
  ] as const)('ends with 3 where it is %s', async (_, told, words) => {
    const { code, stdout } = await rotate(told);
    expect([code, stdout]).toEqual([3, expect.stringContaining(words)]);
  });

  it('waits on where a condition is older than the order, or of no matter to it', async () => {
    const old = { ...held('SecretMissing'), observedAt: aTarget().observedAt };
    const { code } = await rotate({ looks: [old, held('FleetPaused'), ended('completed')] });
    expect(code).toBe(0);
  });

  it('ends with 1 where nobody wants to wait any longer, and says that it goes on', async () => {
    const { code, stdout } = await rotate({ looks: [{ rotation: aRotation('r-1') }] }, '--give-up-after', '1s');
    expect([code, stdout]).toEqual([1, expect.stringContaining('The rotation goes on by itself')]);
  });

  it('says why nothing has begun', async () => {
    const blockers = [
      { code: 'SecretMissing', meaning: 'It is not there.', remedy: 'Create it.', detail: { secret: 'x' } },
    ];
    const plan = {
      target: 'chat-prod',
      observedAt: later,
      next: { step: 'hold' },
      wakeAt: null,
      dueAt: null,
      blockers,
    };
    const { code, stdout } = await rotate({ looks: [{}], plan });
    expect(code).toBe(3);
    expect(stdout).toContain('No rotation has begun');
    expect(stdout).toContain('SecretMissing  It is not there.\n  secret: x\n  What to do: Create it.');
  });

  it('follows the rotation that it joins', async () => {
    const { code, stdout } = await rotate(
      { rotation: 'r-1', looks: [{ rotation: aRotation('r-1') }, ended('completed')] },
      '--json',
    );
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { joined: true, end: { is: 'completed', rotation: 'r-1' } }]);
  });
});

describe.concurrent('history --verify', () => {
  const receipts = someReceipts(
    { step: 'condemn', rotation: 'r-1', actor: 'key', data: { reason: 'Requested' } },
    { step: 'complete', rotation: 'r-1', actor: 'rotator', data: {} },
  );
  const verify = async (shown: readonly object[]) => {
    const { url } = await aServer(() => ({ body: { receipts: shown, next: null } }));
    return cli(['history', 'chat-prod', '--verify', '--url', url]);
  };

  it('finds a sound chain sound', async () => {
    expect(await verify(receipts)).toMatchObject({ code: 0, stdout: expect.stringContaining('Sound: 2 receipts') });
  });

  it.each([
    ['changed', receipts.map((each) => ({ ...each, actor: 'nobody' })), 1],
    ['taken out', receipts.slice(1), 2],
    ['given a member that was not there', receipts.map((each) => ({ ...each, note: 'x' })), 1],
  ] as const)('finds a receipt that was %s', async (_, shown, seq) => {
    expect(await verify(shown)).toMatchObject({ code: 3, stdout: expect.stringContaining(`Broken at receipt ${seq}`) });
  });
});

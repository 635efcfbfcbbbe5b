import { setTimeout as sleep } from 'node:timers/promises';
import { startWorld } from '../local/run/world.ts';
import { aYoungTarget, sceneOf } from '../local/scenarios/compromise.ts';
import { oneRotation, type Scenario } from '../local/scenarios/scenario.ts';
import type { Account } from '../src/app/spent.ts';

/**
 * From a report to the proven death of the key, with consumers that switch: where the time goes. Shares of one run, since
 * absolute times say more of the machine than of the app. `node bench/compromise.ts [targets]`
 */
const count = Number(process.argv[2] ?? 8);

const names = Array.from({ length: count }, (_, n) => `chat-${n}`);
const scenario: Scenario = {
  name: 'bench',
  about: 'Many targets whose key leaks at once.',
  build(azure) {
    const scenes = names.map((name) => {
      const { resource, secret } = aYoungTarget(azure, name, `kv-${name}`);
      const consumers = [{ name: 'web', evidence: 'ack' }];
      const target = { name, resourceId: resource.id, publications: [{ secret }], consumers };
      const staged = {
        resource,
        about: '',
        expected: 'rotated',
        consumers: [{ name: 'web', secret, rereads: 1_000 }],
      } as const;
      return sceneOf({ target, staged });
    });
    const files = scenes.map(({ rotation }) => rotation as { defaults: unknown; targets: unknown[] });
    const targets = files.flatMap((file) => file.targets);
    return { rotation: { ...files[0], targets }, resources: scenes.flatMap(({ resources }) => resources) };
  },
};

const world = await startWorld({
  scenario,
  pace: oneRotation,
  port: 0,
  configPath: null,
  onStarting: () => console.error(`Starting ${count} targets …`),
  log: () => undefined,
  onFatal: (error) => {
    throw error;
  },
  signal: AbortSignal.timeout(5 * 60_000),
});
try {
  await Promise.all(names.map(untilObserved));
  await Promise.all(names.map(report));
  const accounts = await Promise.all(names.map(untilComplete));
  show(accounts);
} finally {
  await world.stop();
}
process.exit(0);

async function get<T>(path: string): Promise<T> {
  return (await (await fetch(`${world.url}/api/targets/${path}`)).json()) as T;
}

async function untilObserved(name: string): Promise<void> {
  while ((await get<{ observedAt: string | null }>(name)).observedAt === null) await sleep(500);
}

async function report(name: string): Promise<void> {
  const response = await fetch(`${world.url}/api/targets/${name}/compromise`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ slot: 'primary', why: 'a benchmark' }),
  });
  if (response.status !== 202) throw new Error(`${name} was answered with ${response.status}.`);
}

async function untilComplete(name: string): Promise<Account> {
  for (;;) {
    const { receipts } = await get<{ receipts: { step: string; data: { spent: Account } }[] }>(`${name}/history`);
    const last = receipts.find(({ step }) => step === 'complete');
    if (last !== undefined) return last.data.spent;
    await sleep(500);
  }
}

function show(accounts: readonly Account[]): void {
  const parts = ['inCalls', 'waited', 'ours'] as const;
  const shares = accounts.map((account) => parts.map((part) => account[part] / account.total));
  console.log(`From the report to the proven death, ${accounts.length} targets at once: share of the whole`);
  console.log('            median     most');
  for (const [i, part] of parts.entries()) {
    const sorted = shares.map((share) => share[i] ?? 0).sort((a, b) => a - b);
    const percent = (n: number): string => `${(100 * n).toFixed(1)} %`.padStart(8);
    console.log(
      `${part.padEnd(10)} ${percent(sorted[Math.floor(sorted.length / 2)] ?? 0)} ${percent(sorted.at(-1) ?? 0)}`,
    );
  }
}

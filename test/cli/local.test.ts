import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { until } from '../local/host/running.ts';
import { npmStart } from '../local/run/npm-start.ts';
import { anEmptyFolder, cli } from './a-command-line.ts';

it('works against npm start', { timeout: 90_000 }, async () => {
  const start = npmStart([]);
  const url = await until(() => /http:\/\/127\.0\.0\.1:\d+/.exec(start.said.stdout)?.[0] ?? '', Boolean, 60_000);
  const file = `.local/azure-${new URL(url).port}.json`;
  const out = `${anEmptyFolder()}/rotation.json`;
  try {
    await until(() => existsSync(file), Boolean, 10_000);
    const [status, init] = await Promise.all([
      cli(['status', '--local', '--url', url, '--json']),
      // Where npm start runs.
      cli(['init', '--local', '--url', url, '--out', out, '--json'], { cwd: process.cwd() }),
    ]);
    expect(JSON.parse(status.stdout)).toMatchObject({ summary: { targets: 3 } });
    const { added } = JSON.parse(init.stdout) as { added: { name: string }[] };
    expect(added.map(({ name }) => name).toSorted()).toEqual(['chat-prod', 'orders-eu', 'status-page']);
  } finally {
    start.kill('SIGTERM');
    await start.ended;
  }
  expect(existsSync(file)).toBe(false);
});

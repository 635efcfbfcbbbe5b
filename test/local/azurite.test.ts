import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { TableServiceClient } from '@azure/data-tables';
import { QueueServiceClient } from '@azure/storage-queue';
import { describe, expect, it } from 'vitest';
import { startAzurite } from '../../local/azurite.ts';
import { until } from './host/running.ts';

const endpoint = (connectionString: string) => /QueueEndpoint=([^;]+)/.exec(connectionString)?.[1] ?? '';
const answers = (address: string) =>
  fetch(address).then(
    () => true,
    () => false,
  );

describe('Azurite', () => {
  it('is empty and ready when it has started, and gone when it has stopped, however often it is asked', async () => {
    const azurite = await startAzurite();
    const queues = QueueServiceClient.fromConnectionString(azurite.connectionString);
    await queues.createQueue('reconcile');
    const tables = TableServiceClient.fromConnectionString(azurite.connectionString, { allowInsecureConnection: true });
    await tables.createTable('ledger');
    expect((await tables.listTables().next()).value).toMatchObject({ name: 'ledger' });
    await Promise.all([azurite.stop(), azurite.stop()]);
    await azurite.stop();
    expect(await answers(endpoint(azurite.connectionString))).toBe(false);
  });

  it('runs beside another without sharing anything', async () => {
    const [one, other] = await Promise.all([startAzurite(), startAzurite()]);
    await QueueServiceClient.fromConnectionString(one.connectionString).createQueue('reconcile');
    const theirs = QueueServiceClient.fromConnectionString(other.connectionString).listQueues();
    expect((await theirs.next()).done).toBe(true);
    await Promise.all([one.stop(), other.stop()]);
  });

  it('stops when its signal aborts, and is not started under one that has', async () => {
    const ending = new AbortController();
    const azurite = await startAzurite({ signal: ending.signal });
    ending.abort(new Error('enough'));
    await until(async () => !(await answers(endpoint(azurite.connectionString))));
    await expect(startAzurite({ signal: ending.signal })).rejects.toThrow('enough');
    const early = new AbortController();
    const starting = startAzurite({ signal: early.signal });
    early.abort(new Error('too early'));
    await expect(starting).rejects.toThrow('too early');
  });

  it('that is not ready in time is an error, and is ended', async () => {
    await expect(startAzurite({ within: 1 })).rejects.toThrow(
      'Azurite was not ready within 0.001 s. Its stderr: (empty)',
    );
  });

  const start = `
    const { startAzurite } = await import(${JSON.stringify(new URL('../../local/azurite.ts', import.meta.url).href)});
    const azurite = await startAzurite();
    console.log(azurite.connectionString);
  `;
  const node = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));

  it.concurrent.each([
    ['is killed', 'SIGKILL'],
    ['is interrupted', 'SIGINT'],
    ['is terminated', 'SIGTERM'],
  ] as const)('ends when its parent %s', async (_, signal) => {
    const parent = spawn(node, ['--input-type=module', '-e', start], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [printed] = await once(parent.stdout, 'data');
    expect(await answers(endpoint(String(printed)))).toBe(true);
    parent.kill(signal);
    await until(async () => !(await answers(endpoint(String(printed)))));
  });

  it.concurrent.each([
    ['throws', 'setTimeout(() => { throw new Error("uncaught"); })'],
    ['exits', 'process.exit(3)'],
  ])('ends when its parent %s', async (_, ending) => {
    const running = promisify(execFile)(node, ['--input-type=module', '-e', `${start}; ${ending}`]);
    const { stdout } = await running.catch((error: { stdout: string }) => error);
    expect(endpoint(stdout)).not.toBe('');
    await until(async () => !(await answers(endpoint(stdout))));
  });
});

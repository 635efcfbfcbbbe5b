import { expect, it } from 'vitest';
import { QueueTwin } from '../support/queue-twin.ts';
import { aResource } from './ledger-samples.ts';
import { queueContract } from './queue.contract.ts';

const aClock = () => {
  let now = Date.parse('2026-11-02T08:00:00Z');
  return {
    now: () => now,
    pass(milliseconds: number) {
      now += milliseconds;
      return Promise.resolve();
    },
  };
};

queueContract('the queue in memory', () => {
  const clock = aClock();
  const queue = new QueueTwin(clock);
  return Promise.resolve({ ...clock, queue, take: () => Promise.resolve(queue.take()) });
});

it('the queue in memory tells when there will be something to do', async () => {
  const clock = aClock();
  const queue = new QueueTwin(clock);
  expect(queue.nextAt).toBeNull();
  await queue.send(aResource(), 60_000);
  await queue.send(aResource(), 1_500);
  expect(queue.nextAt).toBe(clock.now() + 2_000);
});

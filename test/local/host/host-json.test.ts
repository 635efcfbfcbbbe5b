import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readHostJson } from '../../../local/host/host-json.ts';

describe('host.json', () => {
  it('of this app looks often, waits between deliveries and gives up late', async () => {
    const ours = JSON.parse(await readFile(new URL('../../../host.json', import.meta.url), 'utf8'));
    expect(readHostJson(ours)).toEqual({
      functionTimeout: 300_000,
      routePrefix: 'api',
      queues: {
        batchSize: 8,
        newBatchThreshold: 4,
        maxPollingInterval: 2_000,
        visibilityTimeout: 30_000,
        maxDequeueCount: 10,
        base64: true,
      },
    });
  });

  it('that says nothing means what it means in Azure', () => {
    expect(readHostJson({ version: '2.0' })).toMatchObject({
      functionTimeout: 300_000,
      queues: {
        batchSize: 16,
        newBatchThreshold: 8,
        maxPollingInterval: 60_000,
        visibilityTimeout: 0,
        maxDequeueCount: 5,
      },
    });
  });

  it('may leave a function unlimited, and count in days', () => {
    expect(readHostJson({ functionTimeout: '-1' }).functionTimeout).toBe(null);
    expect(readHostJson({ functionTimeout: '1.01:00:00' }).functionTimeout).toBe(25 * 3_600_000);
  });

  it('with a batch that Azure refuses is refused', () => {
    expect(() => readHostJson({ extensions: { queues: { batchSize: 33 } } })).toThrow('Azure takes 1 to 32');
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll } from 'vitest';
import { type Azurite, startAzurite } from '../../local/azurite.ts';

/** One for each test file; its clock is the real one. */
export async function anAzurite(): Promise<Azurite> {
  const azurite = await startAzurite();
  afterAll(() => azurite.stop());
  return azurite;
}

export const realTime = {
  now: () => Date.now(),
  pass: (milliseconds: number) => sleep(milliseconds).then(() => {}),
};

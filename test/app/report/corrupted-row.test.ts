import { describe, expect, it } from 'vitest';
import { STATE } from '../../../src/azure/ledger-rows.ts';
import type { Row } from '../../../src/azure/table-row.ts';
import { aSpoiltFleet } from '../../support/a-spoilt-fleet.ts';
import { DAY } from '../../support/scene.ts';
import { World } from '../../support/world.ts';

/** The row with its state changed by hand. */
const withState = (row: Row, change: (state: Record<string, unknown>) => unknown): Row => ({
  ...row,
  state: JSON.stringify(change(JSON.parse(String(row.state)) as Record<string, unknown>)),
});

describe('a state that is JSON of another shape', () => {
  it.each([
    ['without the memory of its keys', ({ keys: _, ...rest }: Record<string, unknown>) => rest],
    ['whose memory of a publication is a list', (state: Record<string, unknown>) => ({ ...state, publications: [] })],
    [
      'whose rotation condemns nothing that is a list',
      (state: Record<string, unknown>) => ({ ...state, rotation: { ...(state.rotation as object), condemned: {} } }),
    ],
    [
      'whose evidence shows nothing that there is',
      (state: Record<string, unknown>) => ({ ...state, evidence: [{ consumer: 'web-1', shows: { by: 'magic' } }] }),
    ],
    [
      'in which a time is later than any calendar goes',
      (state: Record<string, unknown>) => ({ ...state, observedAt: 1e300 }),
    ],
  ])('%s stops its target alone, and the report still answers', async (_, change) => {
    const { rows, holdsWith } = await aSpoiltFleet();
    const row = rows.get(STATE) as Row;
    await holdsWith(STATE, withState(row, change));
  });
});

it('a target whose neighbour in the group cannot be understood waits for its turn and is not called corrupted itself', async () => {
  const world = await World.start({ group: 'eu', rereads: null });
  const other = await World.start({ beside: world, resource: { name: 'orders' }, vaults: ['kv-orders'], group: 'eu' });
  other.targets = () => [world.target, other.target];
  await world.until('publish secondary');
  world.ledger.spoil(world.resourceId, STATE, (row) => withState(row, () => null));
  await other.live(DAY);
  expect(other.log.filter(({ event }) => event === 'LedgerCorrupted')).toEqual([]);
  expect(await other.record()).toMatchObject({
    lease: null,
    state: { rotation: { regenerated: [{ slot: 'secondary' }] } },
  });
  expect(await other.steps()).not.toContain('publish secondary');
});

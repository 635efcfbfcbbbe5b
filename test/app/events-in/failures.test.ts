import { describe, expect, it } from 'vitest';
import { LedgerCorrupted, LedgerUnavailable, Unavailable } from '../../../src/app/errors.ts';
import { takeEvents } from '../../../src/app/events-in/take-events.ts';
import { acted, asEventGrid, suspected } from '../../events/azure-events.ts';
import { anIntake } from './an-intake.ts';

const tips = (...ids: readonly string[]) => ids.map((id) => asEventGrid(suspected({ target: 'chat-prod' }, { id })));

describe('a delivery', () => {
  it('fails where the ledger cannot be read or written, and is harmless to repeat', async () => {
    for (const failing of ['ledger.read', 'ledger.insertInbox']) {
      const { take, rows, hints, world } = await anIntake();
      world.mishap = (_, name) => (name === failing ? 'fail' : null);
      await expect(take(tips('a', 'b'))).rejects.toThrow(LedgerUnavailable);
      expect(await rows()).toEqual([]);
      world.mishap = () => null;
      expect(await take(tips('a', 'b'))).toEqual({ taken: 2, dropped: {} });
      await take(tips('a', 'b'));
      expect(await rows()).toHaveLength(2);
      expect(hints()).toHaveLength(2);
    }
  });

  it('that fails for one event has taken the others, and is logged', async () => {
    const { take, rows, hints, world } = await anIntake();
    let writes = 0;
    world.mishap = (_, name) => {
      if (name === 'ledger.insertInbox') writes += 1;
      return name === 'ledger.insertInbox' && writes === 2 ? 'fail' : null;
    };
    await expect(take(tips('a', 'b', 'c'))).rejects.toThrow(LedgerUnavailable);
    expect((await rows()).map((row) => row.kind === 'tip' && row.id).sort()).toEqual(['a', 'c']);
    expect(hints()).toHaveLength(1);
    expect(world.log).toMatchObject([{ event: 'EventsTaken', taken: 2 }]);
  });

  it('fails where the queue does not take the hint: a look that is wanted stands in no row', async () => {
    const { take, hints, world } = await anIntake();
    world.mishap = (_, name) => (name === 'queue.send' ? 'fail' : null);
    const event = asEventGrid(acted(world.resourceId, 'regenerateKey'));
    await expect(take(event)).rejects.toThrow(Unavailable);
    world.mishap = () => null;
    await take(event);
    expect(hints()).toHaveLength(1);
  });

  it('is not repeated for ever for a row that waits for a person: he is told by the next look', async () => {
    const { hints, rows, world } = await anIntake();
    const { app } = world;
    const corrupted = {
      ...app,
      openPorts: (signal: AbortSignal) => {
        const ports = app.openPorts(signal);
        const read = () => Promise.reject(new LedgerCorrupted(world.resourceId, 'state'));
        return { ...ports, ledger: { ...ports.ledger, read } };
      },
    };
    expect(await takeEvents(tips('a', 'b'), corrupted)).toEqual({ taken: 0, dropped: { 'ledger-corrupted': 2 } });
    expect(await rows()).toEqual([]);
    expect(hints()).toEqual([{ resource: world.resourceId, newerThan: null }]);
  });

  it('goes on after a mistake of this program, which is told', async () => {
    const { rows, world } = await anIntake();
    const { app } = world;
    let looks = 0;
    const broken = {
      ...app,
      get targets() {
        looks += 1;
        if (looks === 1) throw new TypeError('AccessKey=do-not-tell');
        return app.targets;
      },
    };
    expect(await takeEvents(tips('a', 'b'), broken)).toEqual({ taken: 1, dropped: { malformed: 1 } });
    expect(await rows()).toHaveLength(1);
    expect(world.log).toMatchObject([{ level: 'error', event: 'Defect' }, { event: 'EventsTaken' }]);
    expect(JSON.stringify(world.log)).not.toContain('do-not-tell');
  });
});

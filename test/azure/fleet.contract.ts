import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Claim, Fleet } from '../../src/app/ports.ts';
import { leakKey } from '../../src/azure/fleet-rows.ts';
import { encodeFreeze } from '../../src/azure/ledger-rows.ts';
import type { Row } from '../../src/azure/table-row.ts';
import type { Leak } from '../../src/core/leaks.ts';
import type { Instant } from '../../src/core/model.ts';
import { aFreeze, aResource } from './ledger-samples.ts';

export interface FleetUnderTest {
  readonly fleet: Fleet;
  /** The clock of the store. */
  now(): Instant;
  pass(milliseconds: number): Promise<void>;
  /** Somebody writes a row by hand, in place of what is there. */
  write(rowKey: string, row: Row): Promise<void>;
}

/** What every fleet does, whatever it is made of. */
export function fleetContract(name: string, start: () => Promise<FleetUnderTest>): void {
  describe(name, () => {
    let fleet: Fleet;
    let under: FleetUnderTest;
    /** The partition is one for all, so each test begins with an empty one. */
    beforeEach(async () => {
      under = await start();
      ({ fleet } = under);
    });

    const aClaim = (place: Claim['name'], differing: Partial<Claim> = {}): Claim => ({
      name: place,
      resource: aResource(),
      rotation: randomUUID(),
      ...differing,
    });
    const held = async () => (await fleet.look()).claims.map(({ etag, ...claim }) => claim);
    const etagOf = async (place: string) => {
      const { etag = '' } = (await fleet.look()).claims.find((claim) => claim.name === place) ?? {};
      return { etag };
    };

    it('knows nothing before anybody wrote', async () => {
      const { now, ...look } = await fleet.look();
      expect(look).toEqual({
        ...{ freeze: null, pausedSince: null, liftedAt: null },
        ...{ refreshAskedAt: null, leaks: [], claims: [], corrupted: [] },
      });
      expect(Math.abs(now - under.now())).toBeLessThan(2_000);
    });

    describe('a claim', () => {
      it('is seen by all with whom it belongs to', async () => {
        const claims = [aClaim('flight|0'), aClaim('flight|12'), aClaim('group|chat-eu')];
        for (const claim of claims) expect(await fleet.claim(claim, null)).toBe(true);
        expect(await held()).toEqual(claims);
      });

      it('of a place that is taken is refused, also to the one who has it', async () => {
        const mine = aClaim('flight|0');
        await fleet.claim(mine, null);
        expect(await fleet.claim(aClaim('flight|0'), null)).toBe(false);
        expect(await fleet.claim(mine, null)).toBe(false);
        expect(await held()).toEqual([mine]);
      });

      it.each([
        ['a free place', false],
        ['one that is taken over', true],
      ])('goes to one of five that race for %s', async (_, isTaken) => {
        if (isTaken) await fleet.claim(aClaim('flight|3'), null);
        const over = isTaken ? await etagOf('flight|3') : null;
        const racers = Array.from({ length: 5 }, () => aClaim('flight|3'));
        const won = await Promise.all(racers.map((racer) => fleet.claim(racer, over)));
        expect(won.filter(Boolean)).toHaveLength(1);
        expect(await held()).toEqual([racers[won.indexOf(true)]]);
      });

      it('is not taken over by who saw it before somebody else took it, or before it was given back', async () => {
        const [first, second] = [aClaim('group|eu'), aClaim('group|eu')];
        await fleet.claim(first, null);
        const seen = await etagOf('group|eu');
        expect(await fleet.claim(second, seen)).toBe(true);
        expect(await fleet.claim(aClaim('group|eu'), seen)).toBe(false);
        expect(await held()).toEqual([second]);
        const last = await etagOf('group|eu');
        await fleet.release(second.resource, second.rotation);
        expect(await fleet.claim(aClaim('group|eu'), last)).toBe(false);
        expect(await held()).toEqual([]);
      });
    });

    describe('giving back', () => {
      it('frees every place of the rotation, and doing it again does nothing', async () => {
        const mine = aClaim('flight|0');
        await fleet.claim(mine, null);
        await fleet.claim({ ...mine, name: 'group|eu' }, null);
        await fleet.release(mine.resource, mine.rotation);
        await fleet.release(mine.resource, mine.rotation);
        expect(await held()).toEqual([]);
        expect(await fleet.claim(aClaim('flight|0'), null)).toBe(true);
      });

      it('leaves what another rotation or another resource holds', async () => {
        const mine = aClaim('flight|0');
        const others = [
          aClaim('flight|1', { resource: mine.resource }),
          aClaim('flight|2', { rotation: mine.rotation }),
        ];
        for (const claim of [mine, ...others]) await fleet.claim(claim, null);
        await fleet.release(mine.resource, mine.rotation);
        expect(await held()).toEqual(others);
      });
    });

    it('is frozen until the freeze is replaced or lifted', async () => {
      await fleet.setFreeze(aFreeze({ scope: 'fleet' }));
      expect((await fleet.look()).freeze).toEqual(aFreeze({ scope: 'fleet' }));
      await fleet.setFreeze(aFreeze({ scope: 'fleet', until: 7, who: 'another' }));
      expect((await fleet.look()).freeze).toEqual(aFreeze({ scope: 'fleet', until: 7, who: 'another' }));
      await fleet.setFreeze(null);
      await fleet.setFreeze(null);
      expect((await fleet.look()).freeze).toBeNull();
    });

    describe('the pause', () => {
      it('begins once, and says since when by the clock of the store', async () => {
        expect(await Promise.all([fleet.pause(), fleet.pause(), fleet.pause()]).then((a) => a.sort())).toEqual([
          false,
          false,
          true,
        ]);
        const { pausedSince } = await fleet.look();
        expect(Math.abs(Number(pausedSince) - under.now())).toBeLessThan(5_000);
        await under.pass(20);
        expect(await fleet.pause()).toBe(false);
        expect((await fleet.look()).pausedSince).toBe(pausedSince);
      });

      it('ends when it is lifted, which is remembered through the next one', async () => {
        await fleet.pause();
        await under.pass(20);
        await fleet.lift();
        const { pausedSince, liftedAt } = await fleet.look();
        expect(pausedSince).toBeNull();
        expect(Math.abs(Number(liftedAt) - under.now())).toBeLessThan(5_000);
        await under.pass(20);
        expect(await fleet.pause()).toBe(true);
        const again = await fleet.look();
        expect(again.liftedAt).toBe(liftedAt);
        expect(Number(again.pausedSince)).toBeGreaterThan(Number(liftedAt));
        await under.pass(20);
        await fleet.lift();
        expect(Number((await fleet.look()).liftedAt)).toBeGreaterThan(Number(again.pausedSince));
      });

      it('leaves freeze and claims alone, and they leave it alone', async () => {
        const claim = aClaim('flight|0');
        await fleet.claim(claim, null);
        await fleet.setFreeze(aFreeze({ scope: 'fleet' }));
        await fleet.pause();
        await fleet.setFreeze(null);
        expect((await fleet.look()).pausedSince).not.toBeNull();
        await fleet.setFreeze(aFreeze({ scope: 'fleet' }));
        await fleet.lift();
        expect((await fleet.look()).freeze).not.toBeNull();
        expect(await held()).toEqual([claim]);
      });
    });

    it('says when a look at every target was last asked for, by the clock of the store', async () => {
      await fleet.askForRefresh();
      const { refreshAskedAt, ...rest } = await fleet.look();
      expect(Math.abs(Number(refreshAskedAt) - under.now())).toBeLessThan(5_000);
      expect(rest).toMatchObject({ freeze: null, pausedSince: null, liftedAt: null, claims: [] });
      await under.pass(20);
      await fleet.askForRefresh();
      expect(Number((await fleet.look()).refreshAskedAt)).toBeGreaterThan(Number(refreshAskedAt));
    });

    describe('a row that cannot be understood', () => {
      const nonsense = { version: 1, until: '"tomorrow"', resource: '"chat-prod"', id: '7' };
      const look = () => fleet.look();

      it.each(['freeze', 'flight|3', 'group|eu', 'leak|0'])(
        'is named, and hides none of the others: %s',
        async (row) => {
          const claim = aClaim('flight|0');
          await fleet.claim(claim, null);
          await fleet.askForRefresh();
          await under.write(row, nonsense);
          const seen = await look();
          expect(seen.corrupted).toEqual([row]);
          expect(seen.claims).toContainEqual(expect.objectContaining(claim));
          expect(seen.refreshAskedAt).not.toBeNull();
        },
      );

      it.each([
        ['of a later version', { version: 2 }],
        ['for one target', { scope: '"target"' }],
        ['with a time that is none', { until: '1e300' }],
        ['cut off', { why: '"the' }],
      ])('is a freeze all the same, until a person replaces or lifts it: one %s', async (_, change) => {
        const freeze = aFreeze({ scope: 'fleet' });
        const spoil = () => under.write('freeze', { ...encodeFreeze(freeze), ...change });
        await spoil();
        expect(await look()).toMatchObject({ freeze: 'corrupted', corrupted: ['freeze'] });
        await fleet.setFreeze(freeze);
        expect(await look()).toMatchObject({ freeze, corrupted: [] });
        await spoil();
        await fleet.setFreeze(null);
        expect(await look()).toMatchObject({ freeze: null, corrupted: [] });
      });

      it.each([
        ['names no resource', { resource: '"chat-prod"', rotation: '"r-1"' }],
        ['names no rotation', { resource: JSON.stringify(aResource()) }],
        ['is of a later version', { version: 2, resource: JSON.stringify(aResource()), rotation: '"r-1"' }],
      ])('is a place that is taken all the same, and not given back with others: one that %s', async (_, row) => {
        const mine = aClaim('flight|1');
        for (const name of ['flight|0', 'group|eu']) await under.write(name, { version: 1, ...row });
        await fleet.claim(mine, null);
        expect(await fleet.claim({ ...mine, name: 'flight|0' }, null)).toBe(false);
        expect(await fleet.claim({ ...mine, name: 'group|eu' }, null)).toBe(false);
        await fleet.release(mine.resource, mine.rotation);
        const none = { resource: null, rotation: null };
        expect(await held()).toEqual([
          { name: 'flight|0', ...none },
          { name: 'group|eu', ...none },
        ]);
        expect((await look()).corrupted).toEqual(['flight|0', 'group|eu']);
      });

      it('is a leak that is not shown, also when it is told again, until it is lifted', async () => {
        const leak = { id: 'github:contoso/chat#7', repository: 'contoso/chat', url: null, at: under.now() };
        await under.write(leakKey(leak.id), nonsense);
        await fleet.keepLeak({ ...leak, id: 'github:contoso/chat#8' });
        await fleet.keepLeak(leak);
        expect(await look()).toMatchObject({
          leaks: [{ id: 'github:contoso/chat#8' }],
          corrupted: [leakKey(leak.id)],
        });
        await fleet.liftLeak(leak.id);
        expect((await look()).corrupted).toEqual([]);
      });

      it('is a pause all the same, whatever stands in it', async () => {
        await under.write('paused', nonsense);
        expect((await look()).pausedSince).not.toBeNull();
        expect(await fleet.pause()).toBe(false);
        await fleet.lift();
        expect((await look()).pausedSince).toBeNull();
      });

      it('is nobody’s trouble where its kind is not known', async () => {
        await under.write('later|x', {});
        expect(await look()).toMatchObject({ freeze: null, claims: [], leaks: [], corrupted: [] });
      });
    });

    describe('a leak', () => {
      const aLeak = (differing: Partial<Leak> = {}): Leak => ({
        ...{ id: 'github:contoso/chat#7', repository: 'contoso/chat', at: under.now() },
        url: 'https://github.com/contoso/chat/security/secret-scanning/7',
        ...differing,
      });
      const shown = async () => (await fleet.look()).leaks;

      it('is kept as it was first told, however often it is repeated', async () => {
        const first = aLeak();
        await fleet.keepLeak(first);
        await fleet.keepLeak({ ...first, at: first.at + 7, url: null });
        expect(await shown()).toEqual([first]);
      });

      it('is shown until it is lifted, and the others stay', async () => {
        const [one, other] = [aLeak(), aLeak({ id: 'github:contoso/chat#8', url: null })];
        for (const leak of [one, other]) await fleet.keepLeak(leak);
        await fleet.liftLeak(one.id);
        await fleet.liftLeak(one.id);
        expect(await shown()).toEqual([other]);
        await fleet.keepLeak(one);
        expect(await shown()).toHaveLength(2);
      });

      it('is shown for 30 days', async () => {
        const day = 24 * 60 * 60_000;
        await fleet.keepLeak(aLeak({ id: 'old', at: under.now() - 30 * day - 1_000 }));
        await fleet.keepLeak(aLeak({ id: 'young', at: under.now() - 29 * day }));
        expect((await shown()).map(({ id }) => id)).toEqual(['young']);
      });

      it('gives way to newer ones beyond 50', async () => {
        const begin = under.now();
        const all = Array.from({ length: 52 }, (_, i) => aLeak({ id: `leak-${i}`, at: begin - 60_000 + i }));
        for (const leak of all) await fleet.keepLeak(leak);
        expect(await shown()).toEqual(all.slice(-50));
      });
    });
  });
}

import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Inventory, ListedResource } from '../../src/app/ports.ts';
import { type Instant, parseResourceId } from '../../src/core/model.ts';
import type { VaultSeen } from '../../src/core/posture.ts';
import { aPosture } from '../support/a-posture.ts';

export interface InventoryUnderTest {
  readonly inventory: Inventory;
  /** The clock of the store. */
  now(): Instant;
  pass(milliseconds: number): Promise<void>;
}

export function listed(
  subscription: string,
  name: string,
  own: Partial<ListedResource> = {},
  group = 'rg-chat',
): ListedResource {
  const id = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.SignalRService/signalR/${name}`;
  const resource = parseResourceId(id);
  if (resource === null) throw new Error(`${name} is no name of a resource.`);
  return { resource, name, createdAt: 1_793_000_000_000, posture: aPosture(), ...own };
}

export const vault = (subscription: string, name: string, own: Partial<VaultSeen> = {}): VaultSeen => ({
  host: `${name}.vault.azure.net`,
  resourceId: `/subscriptions/${subscription}/resourcegroups/rg/providers/microsoft.keyvault/vaults/${name}`,
  subscription,
  publicAccess: 'open',
  ...own,
});

/** What every inventory does, whatever it is made of. */
export function inventoryContract(name: string, start: () => Promise<InventoryUnderTest>): void {
  describe(name, () => {
    let inventory: Inventory;
    let under: InventoryUnderTest;
    /** Each test has subscriptions, and vaults, of its own. */
    let [mine, other]: [string, string] = ['', ''];
    beforeEach(async () => {
      under = await start();
      ({ inventory } = under);
      [mine, other] = [randomUUID(), randomUUID()];
    });

    const resourcesOf = async (subscription: string) =>
      (await inventory.resources())
        .filter(({ resource }) => resource.includes(subscription))
        .sort((a, b) => (a.resource < b.resource ? -1 : 1));
    const surveyOf = async (subscription: string) =>
      (await inventory.surveys()).surveys.filter((survey) => survey.subscription === subscription);
    const aVault = (subscription: string, own: Partial<VaultSeen> = {}) =>
      vault(subscription, `kv-${randomUUID().slice(0, 12)}`, own);
    const known = (...vaults: readonly VaultSeen[]) => inventory.vaults(vaults.map(({ host }) => host));

    it('knows nothing of a subscription that nobody surveyed', async () => {
      const { now } = await inventory.surveys();
      expect(Math.abs(now - under.now())).toBeLessThan(2_000);
      expect(await surveyOf(mine)).toEqual([]);
      expect(await resourcesOf(mine)).toEqual([]);
      expect(await inventory.vaults([`kv-${mine}.vault.azure.net`])).toEqual([]);
      expect(await inventory.vaults([])).toEqual([]);
    });

    it('gives back what a survey found, and says when that was by the clock of the store', async () => {
      const posture = aPosture({ sku: null, networkAcls: null, corsOrigins: ['*', 'https://größe.example?#/\\'] });
      const resources = [
        listed(mine, 'chat-a', { name: 'Chat-A' }),
        listed(mine, 'chat-b', { createdAt: null, posture }),
        listed(mine, 'chat-c', {}, "rg_größe(1)%41+'x"),
      ];
      const [first, second] = [aVault(mine), aVault(mine, { publicAccess: 'closed' })];
      await inventory.keep(mine, { resources, vaults: [first, second] });
      expect(await resourcesOf(mine)).toEqual(resources);
      expect(await known(second, first, second)).toEqual([second, first]);
      expect(await surveyOf(mine)).toEqual([{ subscription: mine, at: expect.any(Number), trouble: null }]);
      expect(Math.abs(Number((await surveyOf(mine))[0]?.at) - under.now())).toBeLessThan(5_000);
    });

    it('keeps what the newest survey found in place of the one before, and drops what is gone', async () => {
      const [stays, goes] = [aVault(mine), aVault(mine)];
      await inventory.keep(mine, {
        resources: [listed(mine, 'chat-a'), listed(mine, 'chat-b')],
        vaults: [stays, goes],
      });
      await under.pass(20);
      const [{ at } = { at: Number.NaN }] = await surveyOf(mine);
      const changed = listed(mine, 'chat-a', { posture: aPosture({ publicNetworkAccess: true }) });
      const closed = { ...stays, publicAccess: 'closed' } as const;
      await inventory.keep(mine, { resources: [changed, listed(mine, 'chat-new')], vaults: [closed] });
      expect(await resourcesOf(mine)).toEqual([changed, listed(mine, 'chat-new')]);
      expect(await known(stays, goes)).toEqual([closed]);
      expect(Number((await surveyOf(mine))[0]?.at)).toBeGreaterThan(at);
      await inventory.keep(mine, { resources: [], vaults: [] });
      expect(await resourcesOf(mine)).toEqual([]);
      expect(await known(stays, goes)).toEqual([]);
    });

    it('leaves alone what belongs to another subscription, whatever its id begins with', async () => {
      const longer = `${mine}0`;
      const [theirs, longers] = [aVault(other), aVault(longer)];
      await inventory.keep(other, { resources: [listed(other, 'chat-a')], vaults: [theirs] });
      await inventory.keep(longer, { resources: [listed(longer, 'chat-a')], vaults: [longers] });
      await inventory.keep(mine, { resources: [listed(mine, 'chat-a')], vaults: [aVault(mine)] });
      await inventory.keep(mine, { resources: [], vaults: [] });
      await inventory.forget(mine);
      expect(await resourcesOf(other)).toEqual([listed(other, 'chat-a')]);
      expect(await resourcesOf(longer)).toEqual([listed(longer, 'chat-a')]);
      expect(await known(theirs, longers)).toEqual([theirs, longers]);
      expect(await surveyOf(other)).toHaveLength(1);
    });

    it('follows a vault that moves to another subscription', async () => {
      const before = aVault(mine);
      await inventory.keep(mine, { resources: [], vaults: [before] });
      const after = { ...before, subscription: other };
      await inventory.keep(other, { resources: [], vaults: [after] });
      await inventory.keep(mine, { resources: [], vaults: [] });
      expect(await known(before)).toEqual([after]);
    });

    it.each(['forbidden', 'unavailable'] as const)(
      'keeps what was found before through a survey that is %s',
      async (trouble) => {
        const seen = aVault(mine);
        await inventory.keep(mine, { resources: [listed(mine, 'chat-a')], vaults: [seen] });
        await under.pass(20);
        const [{ at } = { at: Number.NaN }] = await surveyOf(mine);
        await inventory.keep(mine, trouble);
        expect(await surveyOf(mine)).toMatchObject([{ trouble }]);
        expect(Number((await surveyOf(mine))[0]?.at)).toBeGreaterThan(at);
        expect(await resourcesOf(mine)).toEqual([listed(mine, 'chat-a')]);
        expect(await known(seen)).toEqual([seen]);
        await inventory.keep(mine, { resources: [], vaults: [] });
        expect(await surveyOf(mine)).toMatchObject([{ trouble: null }]);
      },
    );

    it('takes a list whose pages overlap', async () => {
      const [twice, seen] = [listed(mine, 'chat-a'), aVault(mine)];
      await inventory.keep(mine, { resources: [twice, listed(mine, 'chat-b'), twice], vaults: [seen, seen] });
      expect(await resourcesOf(mine)).toEqual([twice, listed(mine, 'chat-b')]);
    });

    it('forgets a subscription with all that was found in it, and forgetting twice is forgetting once', async () => {
      const seen = aVault(mine);
      await inventory.keep(mine, { resources: [listed(mine, 'chat-a')], vaults: [seen] });
      await inventory.forget(mine);
      await inventory.forget(mine);
      expect(await surveyOf(mine)).toEqual([]);
      expect(await resourcesOf(mine)).toEqual([]);
      expect(await known(seen)).toEqual([]);
    });

    it('remembers of the dead letters what was last seen, and when a person was told', async () => {
      const container = 'https://st.blob.core.windows.net/event-dead-letters';
      const none = { container, count: 0, isMore: false, oldestAt: null, newestAt: null };
      const some = { container, count: 5_000, isMore: true, oldestAt: 1_793_000_000_000, newestAt: 1_793_600_000_000 };
      const all = [
        { seen: none, isBlind: false, alertedAt: null },
        { seen: some, isBlind: false, alertedAt: 1_793_600_060_000 },
        { seen: null, isBlind: true, alertedAt: null },
      ];
      expect((await inventory.deadLetters()).kept).toBeNull();
      for (const kept of all) {
        await inventory.keepDeadLetters(kept);
        const found = await inventory.deadLetters();
        expect(found.kept).toEqual(kept);
        expect(Math.abs(found.now - under.now())).toBeLessThan(2_000);
      }
    });

    it('takes resources whose rules are long, and more than one transaction holds', async () => {
      const ipRules = Array.from({ length: 1_500 }, (_, i) => ({
        value: `10.0.${i % 256}.0/24`,
        action: 'Allow' as const,
      }));
      const posture = aPosture({
        networkAcls: { defaultAction: 'Deny', publicNetwork: { allow: [], deny: [] }, privateEndpoints: [], ipRules },
      });
      const resources = Array.from({ length: 130 }, (_, i) => listed(mine, `chat-${1_000 + i}`, { posture }));
      await inventory.keep(mine, { resources, vaults: [] });
      expect(await resourcesOf(mine)).toEqual(resources);
    });
  });
}

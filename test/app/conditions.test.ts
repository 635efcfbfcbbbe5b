import { afterEach, describe, expect, it } from 'vitest';
import { CONDITIONS, type ConditionCode } from '../../src/core/codes.ts';
import type { EvidenceSource } from '../../src/core/model.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../support/scene.ts';
import { World, type WorldOptions } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

const SITE: EvidenceSource = { kind: 'app-service-reference', resourceId: '/site', setting: null, nudge: 'restart' };

/** How a target comes to each condition: every code has its row, or this file does not compile. */
const WAYS: Record<ConditionCode, { readonly options?: WorldOptions; readonly come: () => Promise<void> | void }> = {
  LocalAuthDisabled: {
    come: () => {
      stopConsumers();
      world.resource.disableLocalAuth();
    },
  },
  ManagedByAnother: {
    come: async () => {
      await world.rotated();
      world.installation = 'another';
      world.clock.ms += 2 * HOUR;
    },
  },
  Frozen: {
    come: () => world.freeze(world.clock.now() + DAY),
  },
  FleetPaused: {
    come: () => world.fleet.pause().then(() => undefined),
  },
  Orphaned: {
    come: async () => {
      await world.until('publish secondary');
      world.targets = () => [];
    },
  },
  ConfigurationChanged: {
    options: { rereads: null },
    come: async () => {
      await world.until('await-consumers primary');
      const [first] = world.target.consumers;
      if (first !== undefined) world.target = { ...world.target, consumers: [{ ...first, name: 'somebody-else' }] };
    },
  },
  ForeignEndpoint: {
    options: { text: () => 'Endpoint=https://other.service.signalr.net;AccessKey=bm90IG91cnM=;Version=1.0;' },
    come: () => undefined,
  },
  NotAConnectionString: { options: { text: () => 'to be filled in' }, come: () => undefined },
  UnrecognisedKey: { options: { format: 'access-key', text: () => 'bm90IG91cnM=' }, come: () => stopConsumers() },
  SecretMissing: { come: () => world.vaults[0]?.purge('chat') },
  SecretDeleted: { come: () => world.vaults[0]?.delete('chat') },
  SecretDisabled: { come: () => world.vaults[0]?.disable('chat') },
  PublicationUnreadable: { come: () => world.vaults[0]?.forbid('getSecret') },
  PublicationUnwritable: { come: () => world.vaults[0]?.forbid('setSecret') },
  ResourceForbidden: { come: () => world.resource.denials.forbid('listKeys') },
  ResourceNotFound: {
    come: () => world.azure?.faults.next({ match: { path: /SignalR/i }, times: 99, answer: NOT_FOUND }),
  },
  KeyUnchanged: { come: () => world.resource.nextRegenerations('unchanged', 9) },
  NewKeyRefused: { options: { timing: { newKeyAccepted: 3 * HOUR } }, come: () => undefined },
  DataPlaneUnreachable: {
    come: () => {
      world.resource.dataPlane = 'unreachable';
    },
  },
  OldKeyStillAccepted: { options: { timing: { oldKeyRefused: 3 * DAY } }, come: () => undefined },
  ConsumerPinned: {
    options: { rereads: null, evidence: SITE },
    come: () => {
      for (const consumer of world.consumers) consumer.trouble = 'pinned';
    },
  },
  ReferenceStuck: {
    options: { rereads: null, evidence: SITE },
    come: () => {
      for (const consumer of world.consumers) consumer.deafTo = ['refresh', 'restart'];
    },
  },
  TooManyTips: {
    options: { policy: { unknownAge: 'report', verification: { mode: 'required', within: MINUTE, settle: SECOND } } },
    come: async () => {
      // Tokens that were signed with a reported key are part of the leak.
      world.sparesTokens = false;
      for (const n of [1, 2, 3]) {
        await world.report();
        await world.rotated(n, HOUR);
        await world.live(2 * MINUTE);
      }
      world.log.length = 0;
      await world.report();
    },
  },
  CompromiseUnconfirmed: {
    options: { text: () => 'Endpoint=https://chat-prod.service.signalr.net;AuthType=azure.msi;Version=1.0;' },
    come: async () => {
      stopConsumers();
      await world.report({ trusted: false, who: 'event:somewhere' });
    },
  },
  Stalled: { options: { rereads: null }, come: () => undefined },
};

function stopConsumers(): void {
  for (const consumer of world.consumers) consumer.stop();
}

const NOT_FOUND = { status: 404, body: { error: { code: 'ResourceNotFound', message: 'It is not there.' } } };

describe('every condition', () => {
  it.each(Object.keys(WAYS) as ConditionCode[])('%s is reached, said once, and harms nobody', async (code) => {
    world = await World.start({ over: 'http', ...WAYS[code].options });
    await WAYS[code].come();
    await world.live(8 * DAY, async () => (await world.found())?.condition?.code === code);
    const record = await world.record();
    expect(record.condition?.code).toBe(code);
    expect(record.phase).toBe('hold');
    expect(world.violations).toEqual([]);
    await world.live(30 * MINUTE);
    const said = world.log.filter((line) => line.event === 'TargetHeld' && line.code === code);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatchObject({
      level: CONDITIONS[code].alerts ? 'error' : 'info',
      target: 'chat-prod',
      remedy: CONDITIONS[code].remedy,
    });
  });

  it('is alerted again daily while it holds', async () => {
    world = await World.start({ text: () => 'to be filled in' });
    await world.live(3 * DAY - HOUR);
    expect(world.log.filter((line) => line.event === 'TargetHeld')).toHaveLength(3);
  });
});

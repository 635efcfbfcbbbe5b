import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { takeEvents } from '../../src/app/events-in/take-events.ts';
import { reconcile } from '../../src/app/reconcile.ts';
import { hintIn } from '../../src/functions/hint-in.ts';
import { anIntake } from '../app/events-in/an-intake.ts';
import {
  acted,
  alerted,
  exportedAlert,
  graphAlerted,
  type Made,
  ofSecret,
  restAlert,
  SCHEMAS,
  suspected,
} from '../events/azure-events.ts';
import { aFingerprint } from '../support/scene.ts';
import type { Law, OpenArea } from './area.ts';
import { anOddity, anyText, spoilt, spoiltText } from './spoilt.ts';

const KEY = createHash('sha256').update('a key in an event').digest('base64');

export async function open(): Promise<OpenArea> {
  const { world, take, rows, publication } = await anIntake();
  const resource = world.resourceId;
  const kinds: readonly Made[] = [
    suspected({ target: 'chat-prod', slot: 'primary', evidence: `a log with ${KEY}`, reportedBy: 'scanner' }),
    suspected({ resourceId: resource, fingerprint: aFingerprint('leaked'), reportedAt: '2026-11-02T12:00:00Z' }),
    acted(resource, 'listKeys'),
    acted(resource, 'regenerateKey'),
    ofSecret('SecretNearExpiry', publication, 'abc'),
    ofSecret('SecretNewVersionCreated', publication, 'abc'),
    alerted(exportedAlert({ AzureResourceId: resource })),
    alerted(restAlert(resource)),
    graphAlerted({ title: 'Suspicious access', evidence: [{ resourceId: resource }] }),
  ];
  const anEvent = fc
    .constantFrom(...kinds)
    .chain((made) => fc.constantFrom(...Object.values(SCHEMAS)).map((form) => form(made)));
  const aSpoilt = anEvent.chain((event) => spoilt(event));
  const delivery: fc.Arbitrary<unknown> = fc.oneof(
    { arbitrary: aSpoilt, weight: 4 },
    { arbitrary: fc.array(fc.oneof(aSpoilt, anOddity), { maxLength: 20 }), weight: 3 },
    { arbitrary: anEvent.chain((event) => spoiltText(event)), weight: 3 },
    { arbitrary: fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)), weight: 1 },
    {
      arbitrary: fc.tuple(anEvent, fc.integer({ min: 1, max: 500 })).map(([event, times]) => Array(times).fill(event)),
      weight: 1,
    },
    { arbitrary: anyText, weight: 1 },
  );
  const empty = async () => {
    const { inbox } = await world.ledger.read(resource);
    await world.ledger.removeInbox(resource, inbox);
    world.log.length = 0;
    world.queue.take();
  };

  const taken: Law = {
    says: 'with events is taken or dropped with a reason, is no mistake of ours, and leaves no key anywhere',
    property: fc.asyncProperty(delivery, async (input) => {
      await empty();
      await takeEvents(input, world.app);
      assert.deepEqual(
        world.log.filter(({ event }) => event === 'Defect'),
        [],
      );
      const left = JSON.stringify([await rows(), world.log, world.queue.take()]);
      assert.ok(!left.includes(KEY));
      // Whatever is written can be read back, or one event would stop its target.
      await world.ledger.read(resource);
    }),
    cost: 8,
  };
  const twice: Law = {
    says: 'with events that comes twice leaves what it leaves when it comes once',
    property: fc.asyncProperty(fc.oneof(aSpoilt, fc.array(aSpoilt, { maxLength: 5 })), async (input) => {
      await empty();
      await take(input);
      const once = await rows();
      await take(input);
      assert.deepEqual(await rows(), once);
    }),
    cost: 8,
  };
  const hint = { resourceId: resource, newerThan: '2026-11-02T08:00:00.000Z' };
  const anyMessage: fc.Arbitrary<unknown> = fc.oneof(
    { arbitrary: spoilt(hint), weight: 4 },
    { arbitrary: spoiltText(hint), weight: 1 },
    { arbitrary: anOddity, weight: 1 },
    { arbitrary: fc.uint8Array().map((bytes) => Buffer.from(bytes)), weight: 1 },
    {
      arbitrary: fc
        .date({ min: new Date(0), noInvalidDate: true })
        .map((date) => ({ ...hint, newerThan: date.toISOString() })),
      weight: 1,
    },
  );
  const wanted: Law = {
    says: 'of the queue names a resource and a time, or is none of ours; and acting on it never fails',
    property: fc.asyncProperty(anyMessage, async (message) => {
      const found = hintIn(message);
      if (found === null) return;
      assert.ok(found.newerThan === null || !Number.isNaN(found.newerThan));
      world.log.length = 0;
      await reconcile(found.resource, world.app, found.newerThan);
      assert.deepEqual(
        world.log.filter(({ event }) => event === 'Defect'),
        [],
      );
    }),
    cost: 8,
  };
  return { laws: [taken, twice, wanted], close: () => world.close() };
}

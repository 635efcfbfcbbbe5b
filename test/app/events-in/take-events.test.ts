import { describe, expect, it } from 'vitest';
import { hostOf, type Sighting } from '../../../src/core/model.ts';
import {
  acted,
  alerted,
  asCloudEvent,
  asEventGrid,
  exportedAlert,
  GROUP,
  graphAlerted,
  KNOWN,
  type Made,
  ofSecret,
  restAlert,
  SCHEMAS,
  SELF,
  STRANGER,
  suspected,
} from '../../events/azure-events.ts';
import { aFingerprint, aPolicy, DAY, HOUR, MINUTE, NOON } from '../../support/scene.ts';
import { anIntake } from './an-intake.ts';

type Intake = Awaited<ReturnType<typeof anIntake>>;

const tip = (own: Record<string, unknown> = {}) => ({
  ...{ kind: 'tip', id: 'suspected-1', who: 'event:/scanners/one', why: null, fingerprint: null, slot: null },
  ...{ reportedAt: NOON, onTimeout: null, trusted: false },
  ...own,
});

async function dropped(intake: Intake, made: Made, reason: string): Promise<void> {
  expect(await intake.take(asEventGrid(made))).toEqual({ taken: 0, dropped: { [reason]: 1 } });
  expect(await intake.rows()).toEqual([]);
  expect(intake.hints()).toEqual([]);
}

describe.each(Object.entries(SCHEMAS))('in the schema of %s', (_, form) => {
  it('a suspected compromise is a tip that is not trusted, and wakes a worker', async () => {
    const { take, rows, hints, world } = await anIntake();
    const fingerprint = aFingerprint('leaked');
    const data = { target: 'chat-prod', fingerprint, evidence: 'in a public repository', reportedBy: 'scanner' };
    expect(await take(form(suspected(data)))).toEqual({ taken: 1, dropped: {} });
    expect(await rows()).toEqual([tip({ who: 'event:scanner', why: 'in a public repository', fingerprint })]);
    expect(hints()).toEqual([{ resource: world.resourceId, newerThan: null }]);
  });

  it('a regenerated key is looked at, if this app did not do it', async () => {
    const { take, rows, hints, world } = await anIntake();
    const at = NOON - MINUTE;
    await take(form(acted(world.resourceId, 'regenerateKey', { at })));
    expect(await rows()).toEqual([]);
    expect(hints()).toEqual([{ resource: world.resourceId, newerThan: at }]);
  });

  it('keys that a stranger lists are a sighting, with the address that he came from', async () => {
    const { take, rows, hints, world } = await anIntake();
    await take(form(acted(world.resourceId, 'listKeys')));
    const sighting = { code: 'KeysListedByStranger', who: STRANGER, detail: '203.0.113.7' };
    expect(await rows()).toEqual([{ kind: 'sighting', id: expect.stringContaining(STRANGER), ...sighting }]);
    // The next sweep finds the row; somebody may list keys every second.
    expect(hints()).toEqual([]);
  });

  it('a publication near its expiry is a request for a rotation', async () => {
    const { take, rows, hints, publication } = await anIntake();
    await take(form(ofSecret('SecretNearExpiry', publication, 'abc123')));
    const asked = { who: 'event:key-vault', why: null, force: false, acceptUnknownConsumers: false };
    const id = `SecretNearExpiry ${publication} abc123`;
    expect(await rows()).toEqual([{ kind: 'request', id, reason: 'SecretNearExpiry', joins: null, ...asked }]);
    expect(hints()).toHaveLength(1);
  });

  it('a version that somebody wrote is looked at', async () => {
    const { take, rows, hints, publication, world } = await anIntake();
    await take(form(ofSecret('SecretNewVersionCreated', publication, 'abc123')));
    expect(await rows()).toEqual([]);
    expect(hints()).toEqual([{ resource: world.resourceId, newerThan: NOON }]);
  });

  it('an alert of Defender for Cloud about the resource is a tip that names no key', async () => {
    const { take, rows, world } = await anIntake();
    await take(form(alerted(exportedAlert({ AzureResourceId: world.resource.id }))));
    const why = 'Keys were listed by a suspicious IP';
    const id = '2518_F2BFED55-5997-4FEA-95BD-BB7C6DDCD061';
    expect(await rows()).toEqual([tip({ id, who: 'event:defender', why })]);
  });

  it('an alert of Microsoft Graph counts where it tells of the resource', async () => {
    const { take, rows, world } = await anIntake();
    const evidence = [
      { '@odata.type': '#microsoft.graph.security.azureResourceEvidence', resourceId: world.resource.id },
    ];
    await take(form(graphAlerted({ title: 'Suspicious access', evidence })));
    expect(await rows()).toEqual([tip({ id: 'graph-1', who: 'event:graph', why: 'Suspicious access' })]);
  });

  it('one bad event of a batch does not keep the others', async () => {
    const { take, rows } = await anIntake();
    const good = suspected({ target: 'chat-prod' });
    const bad = { ...(form(suspected({ target: 'chat-prod' }, { id: 'bad' })) as object), id: 7 };
    const tally = await take([bad, null, 'text', [good], form(good)]);
    expect(tally).toEqual({ taken: 1, dropped: { malformed: 4 } });
    expect(await rows()).toEqual([tip()]);
  });
});

describe('what comes in', () => {
  const good = asCloudEvent(suspected({ target: 'chat-prod' }));
  const text = JSON.stringify(good);
  const base64 = (of: string) => Buffer.from(of).toString('base64');
  it.each([
    ['as text', text],
    ['as text with a byte order mark', `\uFEFF${text}`],
    ['as base64', base64(text)],
    ['as a batch in base64', base64(`[${text}]`)],
    ['with its data as text', { ...good, data: JSON.stringify(good.data) }],
    ['with its data in base64', { ...good, data: undefined, data_base64: base64(JSON.stringify(good.data)) }],
    ['with a time in another zone', { ...good, time: '2026-11-02T13:00:00+01:00' }],
    ['with a time without one', { ...good, time: '2026-11-02T12:00:00' }],
  ])('is read %s', async (_, input) => {
    const { take, rows } = await anIntake();
    expect(await take(input)).toEqual({ taken: 1, dropped: {} });
    expect(await rows()).toEqual([tip()]);
  });

  it.each([['!'], [''], ['null'], ['7'], ['"text"']])(
    'is counted where it is no JSON of an event: %s',
    async (input) => {
      const { take, world } = await anIntake();
      expect(await take(input)).toEqual({ taken: 0, dropped: { 'not-json': 1 } });
      expect(world.calls).toEqual([]);
    },
  );

  it('is logged once, with a count for each reason and no more of an event than type and id', async () => {
    const { take, world } = await anIntake();
    const other = suspected({ target: 'nobody', evidence: 'tell nobody' }, { id: 'other' });
    await take([asEventGrid(suspected({ target: 'chat-prod' })), asEventGrid(other), {}]);
    expect(world.log).toEqual([
      {
        ...{ level: 'info', event: 'EventsTaken', taken: 1, dropped: { 'not-ours': 1, malformed: 1 } },
        events: [
          { type: 'SignalRKeyRotation.KeyCompromiseSuspected', id: 'suspected-1', outcome: 'taken' },
          { type: 'SignalRKeyRotation.KeyCompromiseSuspected', id: 'other', outcome: 'not-ours' },
          { type: null, id: null, outcome: 'malformed' },
        ],
      },
    ]);
  });

  it('is hinted at once a delivery, with the newest look that is wanted', async () => {
    const { take, hints, world, publication } = await anIntake();
    const all = [
      acted(world.resourceId, 'regenerateKey', { at: NOON - HOUR }),
      ofSecret('SecretNewVersionCreated', publication, 'abc', { at: NOON - MINUTE }),
      acted(world.resourceId, 'regenerateKey', { at: NOON - DAY / 2 }),
      suspected({ target: 'chat-prod' }),
    ];
    await take(all.map(asEventGrid));
    expect(hints()).toEqual([{ resource: world.resourceId, newerThan: NOON - MINUTE }]);
  });

  it('never wants a look of a time that has not come', async () => {
    const { take, hints, world } = await anIntake();
    await take(asEventGrid(acted(world.resourceId, 'regenerateKey', { at: NOON + MINUTE })));
    expect(hints()).toEqual([{ resource: world.resourceId, newerThan: NOON }]);
  });
});

describe('time', () => {
  it('older than maxEventAge, or later than clocks may differ, is not looked at', async () => {
    const intake = await anIntake();
    const { settle } = intake.world.target.policy.verification;
    const { maxEventAge } = intake.world.target.policy.compromise;
    await dropped(intake, suspected({ target: 'chat-prod' }, { at: NOON - maxEventAge - 1 }), 'too-old');
    await dropped(intake, suspected({ target: 'chat-prod' }, { at: NOON + settle + 1 }), 'too-early');
    const reportedAt = new Date(NOON + settle + 1).toISOString();
    await dropped(intake, suspected({ target: 'chat-prod', reportedAt }), 'too-early');
  });

  it('is what a tip names; without it, that of the event; and never later than now', async () => {
    const { take, rows } = await anIntake();
    const reportedAt = '2026-11-01T10:00:00+01:00';
    await take(asEventGrid(suspected({ target: 'chat-prod', reportedAt }, { id: 'a' })));
    await take(asEventGrid(suspected({ target: 'chat-prod' }, { id: 'b', at: NOON - HOUR })));
    await take(asEventGrid(suspected({ target: 'chat-prod' }, { id: 'c', at: NOON + MINUTE })));
    const told = (await rows()).map((row) => (row.kind === 'tip' ? [row.id, row.reportedAt] : null));
    expect(told.sort()).toEqual([
      ['a', Date.parse(reportedAt)],
      ['b', NOON - HOUR],
      ['c', NOON],
    ]);
  });

  it('has to be there', async () => {
    const { take } = await anIntake();
    const { time: _, ...timeless } = asCloudEvent(suspected({ target: 'chat-prod' }));
    expect(await take(timeless)).toEqual({ taken: 0, dropped: { malformed: 1 } });
    expect(await take({ ...timeless, time: 'yesterday' })).toEqual({ taken: 0, dropped: { malformed: 1 } });
  });
});

describe('a suspected compromise', () => {
  it('may name the resource, in any letter case, and a slot', async () => {
    const { take, rows, world } = await anIntake();
    await take(asEventGrid(suspected({ resourceId: world.resource.id.toUpperCase(), slot: 'Secondary' })));
    expect(await rows()).toEqual([tip({ slot: 'secondary' })]);
  });

  it('goes by the fingerprint where it names a slot as well', async () => {
    const { take, rows } = await anIntake();
    const fingerprint = aFingerprint('leaked');
    await take(asEventGrid(suspected({ target: 'chat-prod', slot: 'primary', fingerprint })));
    expect(await rows()).toEqual([tip({ fingerprint })]);
  });

  it('is not lost for members that are null, or of a form that is only there for people', async () => {
    const { take, rows } = await anIntake();
    const data = { target: 'chat-prod', slot: null, fingerprint: null, evidence: { deep: [] }, reportedBy: 7 };
    await take(asEventGrid(suspected(data)));
    expect(await rows()).toEqual([tip()]);
  });

  it('that carries the key itself, or a connection string, is one of its fingerprint', async () => {
    const { take, rows, world } = await anIntake();
    const { primary, secondary } = world.resource.keys;
    await take(asEventGrid(suspected({ target: 'chat-prod', fingerprint: primary }, { id: 'a' })));
    const text = `Endpoint=https://x;AccessKey=${secondary};Version=1.0;`;
    await take(asEventGrid(suspected({ target: 'chat-prod', fingerprint: text }, { id: 'b' })));
    const named = (await rows()).map((row) => (row.kind === 'tip' ? row.fingerprint : null));
    const { fingerprints } = world.resource;
    expect(named.sort()).toEqual([fingerprints.primary, fingerprints.secondary].sort());
  });

  it.each([
    ['of no target', { slot: 'primary' }, 'malformed'],
    ['of another target', { target: 'mail-prod' }, 'not-ours'],
    ['of another resource', { resourceId: '/subscriptions/x' }, 'not-ours'],
    ['of two that do not match', { target: 'mail-prod', resourceId: 'its own' }, 'not-ours'],
    ['of a slot that does not exist', { target: 'chat-prod', slot: 'tertiary' }, 'malformed'],
    ['of what is no fingerprint', { target: 'chat-prod', fingerprint: 'sha1:abc' }, 'malformed'],
    ['of no time', { target: 'chat-prod', reportedAt: 'soon' }, 'malformed'],
    ['without data', null, 'malformed'],
    ['with a list for data', [], 'malformed'],
  ])('%s is dropped', async (_, data, reason) => {
    const intake = await anIntake();
    const own = data !== null && 'resourceId' in data && data.resourceId === 'its own';
    await dropped(intake, suspected(own ? { ...data, resourceId: intake.world.resource.id } : data), reason);
  });
});

describe('an action on the resource', () => {
  it('of this app is dropped before anybody is asked, whether itself or a group has the role', async () => {
    const intake = await anIntake();
    const { world } = intake;
    for (const verb of ['listKeys', 'regenerateKey'] as const) {
      await dropped(intake, acted(world.resourceId, verb, { by: SELF }), 'own');
      await dropped(intake, acted(world.resourceId, verb, { by: SELF, through: GROUP }), 'own');
    }
    expect(world.calls).toEqual([]);
  });

  it('is told by its name in any letter case', async () => {
    const { take, hints, world } = await anIntake();
    const operation = 'MICROSOFT.SIGNALRSERVICE/SIGNALR/REGENERATEKEY/ACTION';
    await take(asEventGrid(acted(world.resourceId, 'regenerateKey', { operation })));
    expect(hints()).toHaveLength(1);
    const other = 'Microsoft.SignalRService/SignalR/restart/action';
    expect(await take(asEventGrid(acted(world.resourceId, 'listKeys', { operation: other })))).toEqual({
      ...{ taken: 0, dropped: { 'other-action': 1 } },
    });
  });

  it('by a principal that is known, or through a group that is, is no sighting', async () => {
    const intake = await anIntake();
    intake.world.knownPrincipals = [KNOWN, GROUP];
    const { resourceId } = intake.world;
    await dropped(intake, acted(resourceId, 'listKeys', { by: KNOWN }), 'known-principal');
    await dropped(intake, acted(resourceId, 'listKeys', { by: STRANGER, through: GROUP }), 'known-principal');
    // Whoever regenerates a key has changed what consumers use, however well he is known.
    await intake.take(asEventGrid(acted(resourceId, 'regenerateKey', { by: KNOWN })));
    expect(intake.hints()).toHaveLength(1);
  });

  it('of somebody who is not named is no sighting, but a regenerated key is looked at', async () => {
    const intake = await anIntake();
    const { resourceId } = intake.world;
    await dropped(intake, acted(resourceId, 'listKeys', { by: 'x' }), 'no-principal');
    await intake.take(asEventGrid(acted(resourceId, 'regenerateKey', { by: 'x' })));
    expect(intake.hints()).toHaveLength(1);
  });

  it('is a tip as well where the policy says that a stranger is a leak', async () => {
    const policy = aPolicy();
    const compromise = { ...policy.compromise, listedByStranger: 'compromise' as const };
    const { take, rows, hints, world } = await anIntake({ policy: { compromise } });
    await take(asEventGrid(acted(world.resourceId, 'listKeys')));
    await take(asEventGrid(acted(world.resourceId, 'listKeys', { id: 'at-once-again' })));
    const id = `KeysListedByStranger ${STRANGER} ${Math.floor(NOON / HOUR)}`;
    expect(await rows()).toContainEqual(tip({ id, who: `event:${STRANGER}`, why: 'KeysListedByStranger' }));
    expect((await rows()).map(({ kind }) => kind).sort()).toEqual(['sighting', 'tip']);
    expect(hints()).toHaveLength(2);
  });

  it('again by the same stranger within the hour says nothing new', async () => {
    const intake = await anIntake();
    const { world } = intake;
    await intake.take(asEventGrid(acted(world.resourceId, 'listKeys')));
    await world.reconcile();
    world.queue.take();
    await dropped(intake, acted(world.resourceId, 'listKeys', { id: 'again' }), 'seen-lately');
    world.clock.ms += HOUR;
    await intake.take(asEventGrid(acted(world.resourceId, 'listKeys', { id: 'later', at: world.clock.now() })));
    expect(await intake.rows()).toHaveLength(1);
  });

  it('says nothing but that this app does not know itself, once, where it does not', async () => {
    const intake = await anIntake();
    const { world } = intake;
    world.selfPrincipalId = null;
    const all = (['listKeys', 'regenerateKey'] as const).map((verb) => asEventGrid(acted(world.resourceId, verb)));
    await intake.take(all);
    const sighting = { kind: 'sighting', id: 'SelfUnknown', code: 'SelfUnknown', who: null, detail: null };
    expect(await intake.rows()).toEqual([sighting]);
    expect(intake.hints()).toEqual([]);
    await world.reconcile();
    expect((await world.record()).state.sightings).toMatchObject([{ code: 'SelfUnknown' } satisfies Partial<Sighting>]);
    world.queue.take();
    await dropped(intake, acted(world.resourceId, 'listKeys'), 'self-unknown');
  });

  it('of another resource, or told by another topic than its own, is dropped', async () => {
    const intake = await anIntake();
    const { resourceId } = intake.world;
    const other = resourceId.replace('chat-prod', 'mail-prod') as typeof resourceId;
    await dropped(intake, acted(other, 'listKeys'), 'not-ours');
    for (const source of ['', '/', '/subscriptions', '/subscriptions/other', '/topics/mine', resourceId.slice(0, -1)]) {
      await dropped(intake, acted(resourceId, 'listKeys', { source }), 'other-topic');
    }
    const group = resourceId.split('/').slice(0, 5).join('/').toUpperCase();
    await intake.take(asEventGrid(acted(resourceId, 'listKeys', { source: `${group}/` })));
    expect(await intake.rows()).toHaveLength(1);
  });
});

describe('a secret', () => {
  it('near its expiry is asked for once a version, whatever the event is called', async () => {
    const { take, rows, publication } = await anIntake();
    await take(asEventGrid(ofSecret('SecretNearExpiry', publication, 'abc', { id: 'a' })));
    await take(asEventGrid(ofSecret('SecretExpired', publication, 'abc', { id: 'b' })));
    expect(await rows()).toHaveLength(1);
  });

  it('is told by its parts where there is no id', async () => {
    const { take, rows, publication } = await anIntake();
    await take(asEventGrid(ofSecret('SecretNearExpiry', publication, 'abc', { parts: true })));
    expect(await rows()).toMatchObject([{ id: `SecretNearExpiry ${publication} abc` }]);
  });

  it('whose version the ledger knows is not looked at again, nor asked for once it is superseded', async () => {
    const intake = await anIntake();
    const { world, publication } = intake;
    await world.reconcile();
    world.queue.take();
    const [first] = world.vaults[0]?.versions('chat') ?? [];
    const old = first?.version ?? '';
    await dropped(intake, ofSecret('SecretNewVersionCreated', publication, old), 'known-version');
    world.vaults[0]?.set('chat', world.resource.connectionString('secondary'));
    await world.reconcile(world.clock.now() + MINUTE);
    world.queue.take();
    await dropped(intake, ofSecret('SecretNearExpiry', publication, old), 'superseded-version');
    expect(world.calls.filter((call) => call === 'keys.list').length).toBeGreaterThan(0);
  });

  it('whose expiry is further off than what asks for a rotation is left alone, or each publication would ask for the next', async () => {
    const intake = await anIntake();
    const { publication } = intake;
    const until = (at: number) => ({
      data: { Id: `https://${hostOf(publication)}/secrets/chat/abc`, EXP: String(at / 1000) },
    });
    await dropped(intake, ofSecret('SecretNearExpiry', publication, 'abc', until(NOON + 60 * DAY)), 'not-near-expiry');
    await intake.take(asEventGrid(ofSecret('SecretNearExpiry', publication, 'abc', until(NOON + DAY))));
    expect(await intake.rows()).toMatchObject([{ reason: 'SecretNearExpiry' }]);
  });

  it('that is no publication, or told by another topic than its vault, is dropped', async () => {
    const intake = await anIntake();
    const { publication } = intake;
    const other = publication.replace('/chat', '/mail') as typeof publication;
    await dropped(intake, ofSecret('SecretNearExpiry', other, 'abc'), 'not-ours');
    await dropped(intake, ofSecret('SecretNearExpiry', publication, 'abc', { source: '/topics/mine' }), 'other-topic');
    await dropped(intake, ofSecret('SecretNearExpiry', publication, ''), 'malformed');
    await dropped(intake, ofSecret('SecretNearExpiry', publication, 'abc', { data: {} }), 'malformed');
  });
});

describe('an alert', () => {
  it('may come as it is, without an event around it, in either form', async () => {
    const { take, rows, world } = await anIntake();
    await take(exportedAlert({ AzureResourceId: world.resource.id }));
    await take(restAlert(world.resource.id));
    expect(await rows()).toHaveLength(2);
  });

  it('that is exported again is the same, and one that is dealt with is none', async () => {
    const { take, rows, world } = await anIntake();
    const alert = exportedAlert({ AzureResourceId: world.resource.id });
    await take(asEventGrid(alerted(alert, { id: 'a' })));
    await take(asEventGrid(alerted({ ...alert, Status: 'InProgress' }, { id: 'b' })));
    expect(await rows()).toHaveLength(1);
    const resolved = asEventGrid(alerted({ ...alert, SystemAlertId: 'other', Status: 'Resolved' }, { id: 'c' }));
    expect(await take(resolved)).toEqual({ taken: 0, dropped: { resolved: 1 } });
  });

  it('names the resource as an entity, and perhaps the slot', async () => {
    const { take, rows, world } = await anIntake();
    const Entities = [
      { Type: 'ip', Address: '203.0.113.7' },
      { Type: 'azure-resource', ResourceId: world.resource.id },
    ];
    const alert = exportedAlert({}, { Entities, ExtendedProperties: { KeyType: 'Secondary' } });
    await take(asEventGrid(alerted(alert)));
    expect(await rows()).toMatchObject([{ kind: 'tip', slot: 'secondary', fingerprint: null }]);
  });

  it('about something else is none of ours, and so is one of Graph that names the alert alone', async () => {
    const intake = await anIntake();
    const machine = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm';
    await dropped(intake, alerted(exportedAlert({ AzureResourceId: machine })), 'not-ours');
    await dropped(intake, graphAlerted({}), 'not-ours');
    await dropped(intake, alerted({ something: 'else' }), 'unknown-type');
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import type { Slot } from '../../src/core/model.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../support/scene.ts';
import { aResource as aMissingResource } from './ledger-samples.ts';
import { errorOf, localServices, never, status } from './local-services.ts';

const services = await localServices();
const { azure, clock, monitor, aResource, sent } = services;

afterEach(() => {
  expect(azure.faults.pending).toBe(0);
});

/** Past the time until the activity log shows what has happened. */
const untilLogged = () => clock.pass(3 * MINUTE);

describe('the diagnostic settings of a resource', () => {
  it('tell which categories and groups go somewhere', async () => {
    const logs = { ConnectivityLogs: true, MessagingLogs: false };
    const { resource, id } = aResource({ diagnosticSettings: [{ name: 'to-workspace', logs }] });
    expect(await monitor.diagnostics(id)).toEqual([{ name: 'to-workspace', logs: ['ConnectivityLogs'] }]);
    resource.diagnosticSettings = [{ name: 'all', logs: { allLogs: true, audit: true } }];
    expect(await monitor.diagnostics(id)).toEqual([{ name: 'all', logs: ['allLogs', 'audit'] }]);
  });

  it('are none at first', async () => {
    expect(await monitor.diagnostics(aResource().id)).toEqual([]);
  });

  it('are unknown where the app may not see them, or the resource is gone', async () => {
    const { resource, id } = aResource();
    resource.denials.forbid('readDiagnostics');
    expect(await monitor.diagnostics(id)).toBeNull();
    expect(await monitor.diagnostics(aMissingResource())).toBeNull();
  });

  it('are read whatever form they come in', async () => {
    const value = [null, { properties: { logs: [{ enabled: true }, { category: 7, enabled: true }, 'x'] } }];
    azure.faults.next({ match: { path: /diagnosticSettings$/ }, answer: { status: 200, body: { value } } });
    const unnamed = { name: 'unnamed', logs: [] };
    expect(await monitor.diagnostics(aResource().id)).toEqual([unnamed, unnamed]);
  });

  it('are asked for again when the service stumbles, and given up in the end', async () => {
    const { id } = aResource();
    azure.faults.next({ match: { path: /diagnosticSettings$/ }, answer: status(503) });
    expect(await monitor.diagnostics(id)).toEqual([]);
    azure.faults.next({ match: { path: /diagnosticSettings$/ }, times: 3, answer: status(503) });
    expect(await errorOf(monitor.diagnostics(id))).toMatchObject({ code: 'Unavailable', status: 503 });
  });
});

describe('the regenerations of a resource', () => {
  it('are known from when to when, of which key, whoever did it', async () => {
    const { resource, id } = aResource({ timing: { operation: 5 * SECOND } });
    const since = clock.now();
    resource.regenerate('secondary', 'somebody@example.com');
    clock.pass(HOUR);
    await services.keys.beginRegenerate(id, 'primary');
    clock.pass(5 * SECOND);
    untilLogged();
    expect(await monitor.regenerations(id, since)).toEqual([
      { slot: 'secondary', from: since, to: since + 5 * SECOND },
      { slot: 'primary', from: since + HOUR, to: since + HOUR + 5 * SECOND },
    ]);
  });

  it('are those of this resource, whatever the case of its id', async () => {
    const since = clock.now();
    const { resource, id } = aResource({ name: 'Chat-Mixed-Case' });
    const neighbour = aResource();
    for (const each of [resource, neighbour.resource]) each.regenerate('primary');
    clock.pass(MINUTE);
    untilLogged();
    expect(await monitor.regenerations(id, since)).toHaveLength(1);
  });

  it('are found under names that would say something else in a query', async () => {
    const { resource, id } = aResource({ resourceGroup: "r&d's+1" });
    const since = clock.now();
    resource.regenerate('primary');
    clock.pass(MINUTE);
    untilLogged();
    expect(await monitor.regenerations(id, since)).toHaveLength(1);
  });

  it('do not show what failed, what still runs, or what the log does not have yet', async () => {
    const { resource, id } = aResource({ timing: { operation: 10 * MINUTE } });
    const since = clock.now();
    resource.nextRegenerations('fails');
    resource.regenerate('primary');
    clock.pass(10 * MINUTE);
    resource.regenerate('secondary');
    clock.pass(9 * MINUTE);
    expect(await monitor.regenerations(id, since)).toEqual([]);
    clock.pass(3 * MINUTE);
    expect(await monitor.regenerations(id, since)).toEqual([]);
    clock.pass(MINUTE);
    expect(await monitor.regenerations(id, since)).toMatchObject([{ slot: 'secondary' }]);
  });

  it('show one that succeeded without changing the key, as the service says so', async () => {
    const { resource, id } = aResource();
    const since = clock.now();
    resource.nextRegenerations('unchanged');
    resource.regenerate('primary');
    clock.pass(MINUTE);
    untilLogged();
    expect(await monitor.regenerations(id, since)).toMatchObject([{ slot: 'primary' }]);
  });

  it('are of an unknown key where the log keeps no bodies', async () => {
    const { resource, id } = aResource();
    resource.logsRequestBodies = false;
    const since = clock.now();
    resource.regenerate('primary');
    clock.pass(MINUTE);
    untilLogged();
    expect(await monitor.regenerations(id, since)).toMatchObject([{ slot: null, from: since }]);
  });

  it('count from when they ended, with their whole time', async () => {
    const { resource, id } = aResource({ timing: { operation: 10 * MINUTE } });
    const began = clock.now();
    resource.regenerate('primary');
    clock.pass(10 * MINUTE);
    const ended = clock.now();
    untilLogged();
    expect(await monitor.regenerations(id, ended - MINUTE)).toEqual([{ slot: 'primary', from: began, to: ended }]);
    expect(await monitor.regenerations(id, ended + 1)).toEqual([]);
  });

  it('go as far back as the log does, however far it is asked', async () => {
    const { resource, id } = aResource();
    resource.regenerate('primary');
    clock.pass(DAY);
    resource.regenerate('secondary');
    clock.pass(89 * DAY - 2 * HOUR);
    expect(await monitor.regenerations(id, 0)).toMatchObject([{ slot: 'primary' }, { slot: 'secondary' }]);
    clock.pass(HOUR + MINUTE);
    expect(await monitor.regenerations(id, 0)).toMatchObject([{ slot: 'secondary' }]);
    clock.pass(DAY);
    expect(await monitor.regenerations(id, 0)).toEqual([]);
  });

  it('are read to the last page', async () => {
    const { resource, id } = aResource();
    const since = clock.now();
    for (let done = 0; done < 70; done += 1) {
      resource.regenerate(done % 2 === 0 ? 'primary' : 'secondary');
      clock.pass(MINUTE);
    }
    untilLogged();
    const before = sent('GET', /eventtypes/);
    const found = (await monitor.regenerations(id, since)) ?? [];
    expect(sent('GET', /eventtypes/)).toBe(before + 2);
    expect(found.map(({ slot }) => slot)).toEqual(
      Array.from({ length: 70 }, (_, done): Slot => (done % 2 === 0 ? 'primary' : 'secondary')),
    );
    expect(found.map(({ to }) => to)).toEqual(found.map(({ to }) => to).toSorted((a, b) => a - b));
  });

  it('are not followed to another host', async () => {
    const body = { value: [], nextLink: 'https://management.azure.com.example/next' };
    azure.faults.next({ match: { path: /eventtypes/ }, answer: { status: 200, body } });
    expect(await errorOf(monitor.regenerations(aResource().id, 0))).toMatchObject({ code: 'Unavailable' });
  });

  it('are unknown where the app may not see the log', async () => {
    const { resource, id } = aResource();
    resource.denials.forbid('readActivityLog');
    expect(await monitor.regenerations(id, 0)).toBeNull();
  });

  it('are none of the future, which nobody is asked about', async () => {
    const before = azure.requests.length;
    expect(await monitor.regenerations(aResource().id, clock.now() + DAY)).toEqual([]);
    expect(azure.requests).toHaveLength(before);
  });

  it('are not to be had while the service is throttled, or once the invocation is over', async () => {
    const { id } = aResource();
    azure.faults.next({ match: { path: /eventtypes/ }, answer: status(429, { 'retry-after': '45' }) });
    expect(await errorOf(monitor.regenerations(id, 0))).toMatchObject({ code: 'Unavailable', retryAfter: 45_000 });
    const over = services.open.monitor(AbortSignal.abort());
    expect(await errorOf(over.regenerations(id, 0))).toMatchObject({ code: 'Unavailable', refused: true });
    expect(await services.open.monitor(never).regenerations(id, 0)).toEqual([]);
  });
});

describe('entries of the activity log', () => {
  const at = (minute: number) => `2026-11-02T08:${String(minute).padStart(2, '0')}:00.1234567Z`;
  const timeOf = (minute: number) => Date.parse(`2026-11-02T08:${String(minute).padStart(2, '0')}:00.123Z`);
  const entry = (word: string, minute: number, more: Record<string, unknown> = {}) => ({
    operationName: { value: 'MICROSOFT.SIGNALRSERVICE/SIGNALR/REGENERATEKEY/ACTION' },
    operationId: 'o-1',
    correlationId: 'c-1',
    status: { value: word, localizedValue: 'übersetzt' },
    eventTimestamp: at(minute),
    ...more,
  });

  /** What is made of a log that says that to the letter. */
  async function madeOf(...value: readonly unknown[]) {
    azure.faults.next({ match: { path: /eventtypes/ }, answer: { status: 200, body: { value } } });
    return await monitor.regenerations(aResource().id, 0);
  }

  it('belong together by their operation, in whatever order they come', async () => {
    expect(await madeOf(entry('Succeeded', 3), entry('Started', 1), entry('Accepted', 2))).toEqual([
      { slot: null, from: timeOf(1), to: timeOf(3) },
    ]);
  });

  it('of two operations stay apart, though one script did both', async () => {
    const second = { operationId: 'o-2' };
    const log = [
      entry('Succeeded', 9, second),
      entry('Started', 7, second),
      entry('Succeeded', 3),
      entry('Started', 1),
    ];
    expect(await madeOf(...log)).toMatchObject([
      { from: timeOf(1), to: timeOf(3) },
      { from: timeOf(7), to: timeOf(9) },
    ]);
  });

  it('belong together by what caused them, where the operation is not told', async () => {
    const unnamed = { operationId: '' };
    expect(await madeOf(entry('Succeeded', 3, unnamed), entry('Started', 1, unnamed))).toMatchObject([
      { from: timeOf(1), to: timeOf(3) },
    ]);
  });

  it('tell the key in any case, and none where the body is none, or tells of both', async () => {
    const body = (text: unknown) => ({ properties: { requestBody: text } });
    const slotOf = async (...bodies: readonly unknown[]) => {
      const found = await madeOf(entry('Succeeded', 3), ...bodies.map((text) => entry('Started', 1, body(text))));
      return found?.[0]?.slot;
    };
    expect(await slotOf('{"keyType":"SECONDARY"}')).toBe('secondary');
    expect(await slotOf('{"keyType":"Salt"}')).toBeNull();
    expect(await slotOf('{"keyType":')).toBeNull();
    expect(await slotOf({ keyType: 'Primary' })).toBeNull();
    expect(await slotOf('{"keyType":"Primary"}', '{"keyType":"Secondary"}')).toBeNull();
  });

  it('of other operations, of other resources and of no form at all are passed over', async () => {
    const others = [
      entry('Succeeded', 3, { operationName: { value: 'Microsoft.SignalRService/SignalR/listKeys/action' } }),
      entry('Succeeded', 3, { resourceId: aMissingResource() }),
      entry('Succeeded', 3, { eventTimestamp: 'yesterday' }),
      entry('Succeeded', 3, { status: 'Succeeded' }),
      ...[null, 'x', {}, [], 7],
    ];
    expect(await madeOf(...others)).toEqual([]);
  });
});

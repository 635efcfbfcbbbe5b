import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SignalRResource } from '../../../local/azure/signalr-resource.ts';
import { aLocalAzure, type World } from './a-local-azure.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let world: World;
let chat: SignalRResource;
beforeEach(async () => {
  world = await aLocalAzure();
  chat = world.azure.addSignalR({ name: 'chat-prod' });
});
afterEach(() => world.azure.close());

async function ask(address: string) {
  const token = await world.azure.credential().getToken('https://management.azure.com/.default');
  const answer = await world.ask('GET', address, { authorization: `Bearer ${token?.token}` });
  return { status: answer.status, body: JSON.parse(answer.bodyAsText ?? '') };
}

describe('the diagnostic settings of a resource', () => {
  const settings = (apiVersion = '2021-05-01-preview') =>
    ask(
      `https://management.azure.com${chat.id}/providers/Microsoft.Insights/diagnosticSettings?api-version=${apiVersion}`,
    );

  it('are none, until somebody sends logs somewhere', async () => {
    expect(await settings()).toEqual({ status: 200, body: { value: [] } });
    chat.diagnosticSettings = [{ name: 'to-logs', logs: { allLogs: true, MessagingLogs: false } }];
    const logs = [
      { category: null, categoryGroup: 'allLogs', enabled: true },
      { category: 'MessagingLogs', categoryGroup: null, enabled: false },
    ];
    expect((await settings()).body.value).toMatchObject([{ name: 'to-logs', properties: { logs } }]);
  });

  it('are for who has the role, and for an api-version that the provider knows', async () => {
    expect(await settings('2024-03-01')).toMatchObject({
      status: 400,
      body: { error: { code: 'NoRegisteredProviderFound' } },
    });
    chat.denials.forbid('readDiagnostics');
    const refused = await settings();
    expect(refused).toMatchObject({ status: 403, body: { error: { code: 'AuthorizationFailed' } } });
    expect(refused.body.error.message).toContain('Microsoft.Insights/diagnosticSettings/read');
  });
});

describe('the activity log', () => {
  const log = ({ from = world.clock.now() - DAY, to = world.clock.now(), resource = chat.id, select = '' } = {}) =>
    logBy(
      `eventTimestamp ge '${timeOf(from)}' and eventTimestamp le '${timeOf(to)}' and resourceUri eq '${resource}'`,
      select,
    );
  const logBy = (filter: string, select = '', subscription = chat.subscriptionId) => {
    const query = new URLSearchParams({ 'api-version': '2015-04-01', $filter: filter });
    if (select !== '') query.set('$select', select);
    const path = `/subscriptions/${subscription}/providers/microsoft.insights/eventtypes/management/values`;
    return ask(`https://management.azure.com${path}?${query}`);
  };
  const timeOf = (at: number) => new Date(at).toISOString();
  const words = ({ body }: { body: { value: { status: { value: string } }[] } }) =>
    body.value.map(({ status }) => status.value);

  it('tells how a regeneration began, was accepted and ended, newest first, with who did it and of which key', async () => {
    chat.regenerate('secondary', 'somebody@example.com');
    world.clock.pass(10 * MINUTE);
    const { body } = await log();
    expect(words({ body })).toEqual(['Succeeded', 'Accepted', 'Started']);
    expect(new Set(body.value.map(({ correlationId }: { correlationId: string }) => correlationId)).size).toBe(1);
    expect(body.value[2]).toMatchObject({
      caller: 'somebody@example.com',
      eventName: { value: 'BeginRequest' },
      operationName: { value: 'Microsoft.SignalRService/SignalR/regenerateKey/action' },
      properties: { requestbody: '{"keyType":"Secondary"}' },
      resourceId: chat.id,
    });
  });

  it('shows what failed as failed, and what left the key alone as succeeded', async () => {
    chat.nextRegenerations('fails');
    chat.regenerate('primary');
    world.clock.pass(MINUTE);
    chat.nextRegenerations('unchanged');
    chat.regenerate('primary');
    world.clock.pass(10 * MINUTE);
    expect(words(await log())).toEqual(['Succeeded', 'Accepted', 'Started', 'Failed', 'Accepted', 'Started']);
  });

  it('lags', async () => {
    const quick = world.azure.addSignalR({ name: 'quick', timing: { logged: 0 } });
    for (const each of [chat, quick]) each.regenerate('primary');
    world.clock.pass(2 * MINUTE);
    expect([words(await log()).length, words(await log({ resource: quick.id })).length]).toEqual([0, 3]);
    world.clock.pass(MINUTE);
    expect(words(await log())).toEqual(['Started']);
  });

  it('keeps 90 days, and is not to be asked about more', async () => {
    chat.regenerate('primary');
    world.clock.pass(90 * DAY + MINUTE);
    expect(words(await log({ from: world.clock.now() - 90 * DAY }))).toEqual([]);
    expect(await log({ from: world.clock.now() - 90 * DAY - 1 })).toMatchObject({
      status: 400,
      body: { code: 'BadRequest', message: 'The start time cannot be more than 90 days in the past.' },
    });
  });

  it('gives what was asked for of the time, the resource and the fields', async () => {
    const other = world.azure.addSignalR({ name: 'other' });
    chat.regenerate('primary');
    world.clock.pass(10 * MINUTE);
    expect(words(await log({ to: world.clock.now() - 10 * MINUTE }))).toEqual(['Started']);
    expect(words(await log({ resource: other.id }))).toEqual([]);
    const { body } = await log({ resource: chat.id.toUpperCase(), select: 'eventTimestamp,status' });
    expect(Object.keys(body.value[0]).sort()).toEqual(['eventTimestamp', 'status']);
  });

  it('comes in pages of 200', async () => {
    for (let done = 0; done < 67; done += 1) {
      chat.regenerate('primary');
      world.clock.pass(10_000);
    }
    world.clock.pass(10 * MINUTE);
    const { body } = await log();
    expect(body.value).toHaveLength(200);
    expect((await ask(body.nextLink)).body).toMatchObject({
      value: [{ status: { value: 'Started' } }],
      nextLink: null,
    });
  });

  it('takes no other filter', async () => {
    const range = `eventTimestamp ge '${timeOf(world.clock.now() - DAY)}' and eventTimestamp le '${timeOf(world.clock.now())}'`;
    for (const filter of ['', range, `${range} and caller eq 'me'`, `${range} and resourceUri eq '${chat.id}' and x`]) {
      expect(await logBy(filter)).toMatchObject({ status: 400, body: { code: 'BadRequest' } });
    }
  });

  it('is for who has the role, in a subscription that is there', async () => {
    expect(await logBy('', '', 'nowhere')).toMatchObject({
      status: 404,
      body: { error: { code: 'SubscriptionNotFound' } },
    });
    chat.denials.forbid('readActivityLog');
    expect(await log()).toMatchObject({ status: 403, body: { error: { code: 'AuthorizationFailed' } } });
  });
});

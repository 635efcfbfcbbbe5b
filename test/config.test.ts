import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseRotationFile } from '../src/config.ts';
import { CLOUDS } from '../src/core/clouds.ts';
import { loadSettings } from '../src/settings.ts';
import { DAY, HOUR, MINUTE } from './support/scene.ts';

const RESOURCE = '/subscriptions/s1/resourceGroups/g/providers/Microsoft.SignalRService/signalR/chat-prod';
const SECRET = 'https://kv-a.vault.azure.net/secrets/chat';
const production = { development: false };

const aTarget = (own: Record<string, unknown> = {}) => ({
  name: 'chat-prod',
  resourceId: RESOURCE,
  publications: [{ secret: SECRET }],
  consumers: [{ name: 'web', evidence: 'ack' }],
  ...own,
});
const parse = (file: unknown, options = production) => parseRotationFile(JSON.stringify(file), options);
const faultsOf = (file: unknown, options = production) => {
  const parsed = parse(file, options);
  return parsed.ok ? [] : parsed.faults;
};
const faultsOfTarget = (own: Record<string, unknown>) => faultsOf({ targets: [aTarget(own)] });

describe('rotation.json', () => {
  it('is read with the defaults of the design', () => {
    const parsed = parse({ targets: [aTarget()] });
    expect(parsed.ok && parsed.value.targets[0]).toMatchObject({
      name: 'chat-prod',
      resourceId: RESOURCE.toLowerCase(),
      publications: [{ secret: SECRET, required: true }],
      consumers: [{ name: 'web', reads: [SECRET], evidence: { kind: 'ack', principalId: null } }],
      policy: {
        rotateAfter: 60 * DAY,
        maxKeyAge: 90 * DAY,
        observeEvery: HOUR,
        verification: { mode: 'required', within: 10 * MINUTE, settle: 5 * MINUTE },
        switchover: { unlisted: null, maxWait: 7 * DAY, tokenLifetime: HOUR, lookback: 30 * DAY },
      },
    });
  });

  it("lets a target's own policy override the defaults property by property", () => {
    const parsed = parse({
      defaults: { rotateAfter: 'P10D', switchover: { maxWait: 'P2D', tokenLifetime: 'PT2H' } },
      targets: [aTarget({ switchover: { maxWait: 'P3D' } })],
    });
    expect(parsed.ok && parsed.value.targets[0]?.policy).toMatchObject({
      rotateAfter: 10 * DAY,
      switchover: { maxWait: 3 * DAY, tokenLifetime: 2 * HOUR },
    });
  });

  it('names its own SHA-256, so that receipts tell which file was in force', () => {
    const parsed = parse({ targets: [aTarget()] });
    expect(parsed.ok && parsed.value.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is shipped with an example that is valid', () => {
    const text = readFileSync('rotation.example.json', 'utf8');
    expect(parseRotationFile(text, production)).toMatchObject({ ok: true });
  });
});

describe('subscriptions', () => {
  const [a, b] = ['AAAAAAAA-0000-0000-0000-000000000001', 'bbbbbbbb-0000-0000-0000-000000000002'];
  const faultsIn = (subscriptions: unknown) => faultsOf({ targets: [aTarget()], subscriptions });

  it('are ids, read in lower case; without any nothing is listed', () => {
    const parsed = parse({ targets: [aTarget()], subscriptions: [a, b] });
    expect(parsed.ok && parsed.value.subscriptions).toEqual([a.toLowerCase(), b]);
    const none = parse({ targets: [aTarget()] });
    expect(none.ok && none.value.subscriptions).toEqual([]);
  });

  it('are refused where one is no id, or is there twice, compared without case', () => {
    expect(faultsIn([b, 'production'])).toEqual([
      { path: 'subscriptions[1]', message: 'must be the id of a subscription' },
    ]);
    expect(faultsIn([a, b, a.toLowerCase()])).toEqual([
      { path: 'subscriptions[2]', message: 'is the same subscription as subscriptions[0]' },
    ]);
    expect(faultsIn('all')).toMatchObject([{ path: 'subscriptions' }]);
    const many = Array.from({ length: 1_001 }, (_, i) => `00000000-0000-0000-0000-${String(i).padStart(12, '0')}`);
    expect(faultsIn(many)).toMatchObject([{ path: 'subscriptions' }]);
    expect(faultsIn(many.slice(1))).toEqual([]);
  });
});

describe('known principals', () => {
  const [a, b] = ['AAAAAAAA-0000-0000-0000-000000000001', 'bbbbbbbb-0000-0000-0000-000000000002'];

  it('are object ids, read in lower case, each once; without any whoever lists keys is a stranger', () => {
    const named = parse({ targets: [aTarget()], knownPrincipals: [a, b, a.toLowerCase()] });
    expect(named.ok && named.value.knownPrincipals).toEqual([a.toLowerCase(), b]);
    const none = parse({ targets: [aTarget()] });
    expect(none.ok && none.value.knownPrincipals).toEqual([]);
  });

  it('are refused where one is no object id', () => {
    expect(faultsOf({ targets: [aTarget()], knownPrincipals: [a, 'ann@contoso.com'] })).toEqual([
      { path: 'knownPrincipals[1]', message: 'must be the object id of an identity' },
    ]);
  });
});

describe('repositories', () => {
  it('are read in lower case, each once; without any no leak is a target’s', () => {
    const named = parse({
      targets: [aTarget({ repositories: ['Contoso/Chat.Web', 'contoso/chat.web', 'Fabrikam/*'] })],
    });
    expect(named.ok && named.value.targets[0]?.repositories).toEqual(['contoso/chat.web', 'fabrikam/*']);
    const none = parse({ targets: [aTarget()] });
    expect(none.ok && none.value.targets[0]?.repositories).toEqual([]);
  });
});

describe('receivers of events', () => {
  const notified = (notify: unknown) => faultsOf({ targets: [aTarget()], notify }).map(({ path }) => path);

  it('are an https webhook and the endpoint of an Event Grid topic, and nothing else', () => {
    const topic = 'https://rotations.westeurope-1.eventgrid.azure.net/api/events';
    expect(notified({ webhook: 'https://hooks.contoso.com/rotations', topic })).toEqual([]);
    expect(notified({ webhook: 'http://hooks.contoso.com/rotations' })).toEqual(['notify.webhook']);
    expect(notified({ topic: 'https://eventgrid.azure.net.example.com/api/events' })).toEqual(['notify.topic']);
  });
});

describe('consumers that have to be asked', () => {
  it('are read with their defaults', () => {
    const site = '/subscriptions/S1/resourceGroups/g/providers/Microsoft.Web/sites/web/slots/blue';
    const app = '/subscriptions/s1/resourceGroups/g/providers/Microsoft.App/containerApps/jobs';
    const consumers = [
      { name: 'web', evidence: 'app-service-reference', resourceId: site },
      { name: 'jobs', evidence: 'container-app', resourceId: app },
      { name: 'api', evidence: 'probe', url: 'https://api.contoso.com/key' },
    ];
    const parsed = parse({ targets: [aTarget({ consumers })] });
    expect(parsed.ok && parsed.value.targets[0]?.consumers.map(({ evidence }) => evidence)).toEqual([
      { kind: 'app-service-reference', resourceId: site.toLowerCase(), setting: null, nudge: 'refresh' },
      { kind: 'container-app', resourceId: app.toLowerCase() },
      { kind: 'probe', url: 'https://api.contoso.com/key', instances: 1, times: 3 },
    ]);
  });
});

describe('a bad rotation.json', () => {
  it('that is not JSON says so', () => {
    expect(parseRotationFile('{ targets: [', production)).toEqual({
      ok: false,
      faults: [{ path: '', message: 'is not JSON' }],
    });
  });

  it('names an unknown property at every depth', () => {
    expect(faultsOf({ targets: [aTarget({ compromise: { colour: 1 } })], colour: 1 }).map(({ path }) => path)).toEqual([
      'targets[0].compromise.colour',
      'colour',
    ]);
    expect(faultsOfTarget({ publications: [{ secret: SECRET, slot: 'primary' }] })[0]?.path).toBe(
      'targets[0].publications[0].slot',
    );
  });

  it.each(['P1M', 'P1Y', '1 day', 'P', 'PT', 'P1DT', '-P1D', 'P1.5D', 'PT5m'])(
    'refuses the duration %s',
    (rotateAfter) => {
      expect(faultsOfTarget({ rotateAfter })).toMatchObject([{ path: 'targets[0].rotateAfter' }]);
    },
  );

  it('refuses a time after which no calendar has a day, with which a target would never get past its first look', () => {
    for (const observeEvery of ['P36526D', 'P99999999W']) {
      expect(faultsOfTarget({ observeEvery })).toEqual([
        { path: 'targets[0].observeEvery', message: 'is longer than 100 years' },
      ]);
    }
    expect(faultsOfTarget({ observeEvery: 'P36525D' })).toEqual([]);
  });

  it('refuses two publications of one secret, compared without case', () => {
    const publications = [{ secret: SECRET }, { secret: SECRET.replace('kv-a', 'KV-A') }];
    expect(faultsOfTarget({ publications })).toContainEqual({
      path: 'targets[0].publications[1].secret',
      message: 'is the same secret as targets[0].publications[0].secret',
    });
  });

  it('refuses two names for one resource, compared without case', () => {
    const other = aTarget({
      name: 'other',
      resourceId: RESOURCE.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions'),
      publications: [{ secret: `${SECRET}2` }],
    });
    expect(faultsOf({ targets: [aTarget(), other] })).toEqual([
      { path: 'targets[1].resourceId', message: 'is the same resource as targets[0].resourceId' },
    ]);
  });

  it('refuses two targets of one name and two consumers of one name', () => {
    const other = aTarget({ resourceId: `${RESOURCE}2`, publications: [{ secret: `${SECRET}2` }] });
    expect(faultsOf({ targets: [aTarget(), other] })[0]?.path).toBe('targets[1].name');
    const consumers = [
      { name: 'web', evidence: 'ack' },
      { name: 'web', evidence: 'elapsed', after: 'P1D' },
    ];
    expect(faultsOfTarget({ consumers })[0]?.path).toBe('targets[0].consumers[1].name');
  });

  it('needs unlisted where no listed consumer reads a publication', () => {
    const publications = [{ secret: SECRET }, { secret: `${SECRET}2` }];
    const consumers = [{ name: 'web', evidence: 'ack', reads: [SECRET] }];
    expect(faultsOfTarget({ consumers: [] })).toMatchObject([{ path: 'targets[0].switchover.unlisted' }]);
    expect(faultsOfTarget({ publications, consumers })).toMatchObject([{ path: 'targets[0].switchover.unlisted' }]);
    expect(faultsOfTarget({ publications, consumers, switchover: { unlisted: 'PT25H' } })).toEqual([]);
    expect(faultsOfTarget({ consumers: [], switchover: { unlisted: 'hold' } })).toEqual([]);
  });

  it('refuses a consumer that reads what is no publication', () => {
    const consumers = [{ name: 'web', evidence: 'ack', reads: [SECRET, 'https://kv-a.vault.azure.net/secrets/other'] }];
    expect(faultsOfTarget({ consumers })).toMatchObject([{ path: 'targets[0].consumers[0].reads' }]);
  });

  it('refuses a policy under which every rotation is overdue', () => {
    expect(faultsOfTarget({ rotateAfter: 'P83D' })).toMatchObject([{ path: 'targets[0].maxKeyAge' }]);
    expect(faultsOfTarget({ rotateAfter: 'P82D' })).toEqual([]);
  });

  it('refuses rotation more often than daily outside development', () => {
    const file = { targets: [aTarget({ rotateAfter: 'PT1M', maxKeyAge: 'P9D' })] };
    expect(faultsOf(file)).toMatchObject([{ path: 'targets[0].rotateAfter' }]);
    expect(faultsOf(file, { development: true })).toEqual([]);
  });

  it.each([
    ['a versioned secret', { publications: [{ secret: `${SECRET}/0123` }] }, 'targets[0].publications[0].secret'],
    [
      'a secret over http',
      { publications: [{ secret: SECRET.replace('https', 'http') }] },
      'targets[0].publications[0].secret',
    ],
    ['a resource of another kind', { resourceId: RESOURCE.replace('signalR', 'webPubSub') }, 'targets[0].resourceId'],
    ['a name with capitals', { name: 'Chat' }, 'targets[0].name'],
    ['no publication', { publications: [] }, 'targets[0].publications'],
    [
      'a probe over http',
      { consumers: [{ name: 'web', evidence: 'probe', url: 'http://web.contoso.com/key' }] },
      'targets[0].consumers[0].url',
    ],
    [
      'a probe with a password',
      { consumers: [{ name: 'web', evidence: 'probe', url: 'https://a:b@web.contoso.com/key' }] },
      'targets[0].consumers[0].url',
    ],
    [
      'a site that is none',
      { consumers: [{ name: 'web', evidence: 'app-service-reference', resourceId: RESOURCE }] },
      'targets[0].consumers[0].resourceId',
    ],
    [
      'a container app that is none',
      { consumers: [{ name: 'web', evidence: 'container-app', resourceId: RESOURCE }] },
      'targets[0].consumers[0].resourceId',
    ],
    [
      'an unknown time zone',
      { windows: [{ days: ['mon'], from: '01:00', to: '02:00', timeZone: 'Mars/Base' }] },
      'targets[0].windows[0].timeZone',
    ],
    [
      'a time that is none',
      { windows: [{ days: ['mon'], from: '24:00', to: '02:00', timeZone: 'UTC' }] },
      'targets[0].windows[0].from',
    ],
    ['a repository that is none', { repositories: ['chat'] }, 'targets[0].repositories[0]'],
    ['all repositories', { repositories: ['*/*'] }, 'targets[0].repositories[0]'],
    ['an unknown evidence', { consumers: [{ name: 'web', evidence: 'hope' }] }, 'targets[0].consumers[0].evidence'],
  ])('refuses %s', (_, own, path) => {
    expect(faultsOfTarget(own).map((fault) => fault.path)).toContain(path);
  });

  it('lists every problem at once, of form and of meaning', () => {
    const faults = faultsOf({
      targets: [aTarget({ name: 'UPPER' }), aTarget({ consumers: [] }), 'no target'],
      defaults: { observeEvery: 'soon' },
    });
    expect(faults.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        'targets[0].name',
        'targets[1].resourceId',
        'targets[1].switchover.unlisted',
        'targets[2]',
        'defaults.observeEvery',
      ]),
    );
  });
});

describe('settings', () => {
  const file = JSON.stringify({ targets: [aTarget()] });

  it('say which file is missing', () => {
    const loaded = loadSettings({ ROTATION_CONFIG: '/nowhere/rotation.json' });
    expect(loaded).toMatchObject({
      ok: false,
      faults: [{ path: 'ROTATION_CONFIG', message: expect.stringContaining('/nowhere/rotation.json') }],
    });
  });

  it('tell callers apart by Entra roles where App Service Authentication is on, and then need the tenant', () => {
    const on = { WEBSITE_AUTH_ENABLED: 'True', AUTH_TENANT_ID: 'T1' };
    expect(loadSettings(on, () => file)).toMatchObject({
      ok: true,
      authentication: { mode: 'entra', tenantId: 't1' },
    });
    expect(loadSettings({ WEBSITE_AUTH_ENABLED: 'True' }, () => file)).toMatchObject({
      ok: false,
      faults: [{ path: 'AUTH_TENANT_ID' }],
    });
    expect(loadSettings({}, () => file)).toMatchObject({
      ok: true,
      authentication: { mode: 'host-key' },
    });
  });

  it('say which identity is our own, in lower case, or nothing', () => {
    const id = 'AAAAAAAA-0000-0000-0000-000000000001';
    expect(loadSettings({ SELF_PRINCIPAL_ID: id }, () => file)).toMatchObject({ selfPrincipalId: id.toLowerCase() });
    for (const unset of [{}, { SELF_PRINCIPAL_ID: '' }]) {
      expect(loadSettings(unset, () => file)).toMatchObject({ ok: true, selfPrincipalId: null });
    }
    for (const wrong of ['rotator', `${id}0`, id.replaceAll('-', '')]) {
      const faults = [{ path: 'SELF_PRINCIPAL_ID' }];
      expect(loadSettings({ SELF_PRINCIPAL_ID: wrong }, () => file)).toMatchObject({ ok: false, faults });
    }
  });

  it('say which cloud it is, by the name that the Azure CLI and Bicep have for it, or the public one', () => {
    const inCloud = (cloud: string, vaults: string) => {
      const secret = `https://kv-chat.${vaults}/secrets/signalr`;
      const file = JSON.stringify({ targets: [aTarget({ publications: [{ secret }] })] });
      return loadSettings({ AZURE_CLOUD: cloud }, () => file);
    };
    expect(inCloud('', 'vault.azure.net')).toMatchObject({ ok: true, cloud: { name: 'AzureCloud' } });
    for (const { name, vaults } of Object.values(CLOUDS)) {
      expect(inCloud(name, vaults)).toMatchObject({ ok: true, cloud: { name } });
    }
    expect(inCloud('AzureGermanCloud', 'vault.microsoftazure.de')).toMatchObject({
      ok: false,
      faults: [{ path: 'AZURE_CLOUD', message: 'must be one of AzureCloud, AzureChinaCloud, AzureUSGovernment' }],
    });
  });

  it('refuse a vault or topic that is in another cloud, and say which setting is meant', () => {
    const topic = 'https://rotations.westeurope-1.eventgrid.azure.net/api/events';
    const file = JSON.stringify({ targets: [aTarget()], notify: { topic } });
    expect(loadSettings({}, () => file)).toMatchObject({ ok: true });
    expect(loadSettings({ AZURE_CLOUD: 'AzureChinaCloud' }, () => file)).toMatchObject({
      ok: false,
      faults: [
        {
          path: 'targets[0].publications[0].secret',
          message:
            'is no secret of a vault of AzureChinaCloud (*.vault.azure.cn): correct it, or the setting AZURE_CLOUD',
        },
        {
          path: 'notify.topic',
          message: 'is no topic of AzureChinaCloud (*.eventgrid.azure.cn): correct it, or the setting AZURE_CLOUD',
        },
      ],
    });
  });

  it.each([
    'https://vault.azure.net/secrets/chat',
    'https://kv.vault.azure.net.example.com/secrets/chat',
    'https://kvvault.azure.net/secrets/chat',
  ])('are not taken in by a host that only looks like a vault: %s', (secret) => {
    const file = JSON.stringify({ targets: [aTarget({ publications: [{ secret }] })] });
    expect(loadSettings({}, () => file)).toMatchObject({
      ok: false,
      faults: [{ path: 'targets[0].publications[0].secret' }],
    });
  });

  describe('for webhooks of secret scanning', () => {
    const loaded = (LEAKS_SECRET?: string) => loadSettings({ LEAKS_SECRET }, () => file);

    it('have no secret unless one is set', () => {
      for (const unset of [undefined, '']) expect(loaded(unset)).toMatchObject({ ok: true, leaksSecret: null });
    });

    it('have one that does not print', () => {
      const settings = loaded('sixteen characters');
      expect(settings.leaksSecret?.export().toString()).toBe('sixteen characters');
      expect(`${inspect(settings, { depth: 9 })}${JSON.stringify(settings)}`).not.toContain('sixteen');
    });

    it.each([
      ['that is too short', 'fifteen letters'],
      [
        'that is a reference nobody resolved',
        '@Microsoft.KeyVault(SecretUri=https://kv-a.vault.azure.net/secrets/leaks)',
      ],
    ])('refuse one %s, and repeat none of it', (_, secret) => {
      const settings = loaded(secret);
      expect(settings).toMatchObject({ ok: false, leaksSecret: null, faults: [{ path: 'LEAKS_SECRET' }] });
      expect(JSON.stringify(settings)).not.toContain(secret);
    });
  });
});

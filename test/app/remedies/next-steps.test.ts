import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PublicationRecord } from '../../../src/app/ports.ts';
import { DISABLING_DELETES_KEYS, type LocalAuthSituation, nextSteps } from '../../../src/app/remedies/next-steps.ts';
import type { StepReport } from '../../../src/app/report/schema.ts';
import { parse } from '../../../src/connection-string/parse.ts';
import { type LocalAuth, REASONS, type Reason, type ReasonCode, type Verdict } from '../../../src/core/local-auth.ts';
import type { SecretId } from '../../../src/core/model.ts';
import type { CredentialKind } from '../../../src/core/posture.ts';
import { aHostileSubject, aSubject, HOSTILE, secretId } from './a-subject.ts';
import { AZ_COMMANDS } from './az-commands.ts';
import { readBicep } from './bicep-reader.ts';
import { azCallsIn, complaintsOf } from './shell.ts';
import { expectArmKnows, expectSoundHcl } from './templates.ts';

const chat = secretId('https://kv-a.vault.azure.net/secrets/chat');
const jobs = secretId('https://kv-b.vault.azure.net/secrets/jobs');
const AT = Date.UTC(2026, 10, 24, 12);

const aPublication = (secret: SecretId, credential: CredentialKind | null, own: Partial<PublicationRecord> = {}) => ({
  secret,
  text:
    credential === null
      ? null
      : {
          credential,
          endpoint: credential === 'raw-key' ? null : 'https://chat.service.signalr.net',
          clientEndpoint: null,
          serverEndpoint: null,
        },
  code: credential === null ? ('SecretDisabled' as const) : null,
  version: null,
  fingerprint: null,
  expiresAt: null,
  ...own,
});

const aSituation = (own: Partial<LocalAuthSituation> = {}): LocalAuthSituation => ({
  subject: aSubject({ secrets: [] }),
  publications: [],
  resource: { aadAuthDisabled: false, identity: null },
  target: 'chat-prod',
  consumers: ['web'],
  ...own,
});

const because = (code: ReasonCode, detail: Reason['detail'] = {}): Reason => ({ code, detail });
const titlesOf = (steps: readonly StepReport[]): readonly string[] => steps.map(({ title }) => title);

const CHOOSE = 'Take the connection string for an identity assigned by the system';
const OTHERWISE = 'Where that identity is not to be had: take another';
const GRANT = 'Grant the role';
const WRITE = 'Write it into the secrets';
const RESTART = 'Restart the app servers';
const ACK = 'Have each consumer acknowledge';
const MOVE = [CHOOSE, OTHERWISE, GRANT, WRITE, RESTART, ACK];
const DISABLE = 'Disable local authentication';
const KEEP = 'Keep it disabled';
const TAKE_OUT = 'Take the target out of rotation.json';

describe.each<
  [
    verdict: Verdict,
    when: string,
    reasons: readonly Reason[],
    own: Partial<LocalAuthSituation>,
    steps: readonly string[],
  ]
>([
  ['Disabled', 'nothing is left over', [because('LocalAuthDisabled')], {}, []],
  [
    'Disabled',
    'a secret still publishes a deleted key',
    [because('LocalAuthDisabled'), because('PublishesDeletedKey', { secrets: [chat] })],
    { publications: [aPublication(chat, 'access-key'), aPublication(jobs, 'azure.msi')] },
    ['Take the deleted keys out of the secrets'],
  ],
  [
    'Disabled',
    'a bare key is left over',
    [because('PublishesDeletedKey', { secrets: [chat] })],
    { publications: [aPublication(chat, 'raw-key')] },
    ['Change the code of those who read a bare key'],
  ],
  ['DisableNow', 'everybody is shown', [because('EverybodyUsesEntra')], {}, [DISABLE, KEEP, TAKE_OUT]],
  [
    'DisableNow',
    'some rests on a reference alone',
    [because('EverybodyUsesEntra'), because('ShownByReferenceAlone', { consumers: ['web'] })],
    {},
    ['Make sure of those who are shown by a reference or by time alone', DISABLE, KEEP, TAKE_OUT],
  ],
  [
    'MigrateFirst',
    'a publication carries a key',
    [because('PublicationCarriesKey', { secrets: [chat] })],
    { publications: [aPublication(chat, 'access-key')] },
    MOVE,
  ],
  [
    'MigrateFirst',
    'a publication has both a key and an AuthType',
    [because('PublicationIsAmbiguous', { secrets: [chat] })],
    { publications: [aPublication(chat, 'both')] },
    MOVE,
  ],
  [
    'MigrateFirst',
    'Entra is refused as well',
    [because('EntraRefused'), because('PublicationCarriesKey', { secrets: [chat] })],
    { publications: [aPublication(chat, 'access-key')], resource: { aadAuthDisabled: true, identity: null } },
    ['Enable Entra authentication', ...MOVE],
  ],
  [
    'MigrateFirst',
    'a publication is a bare key',
    [because('PublicationIsKey', { secrets: [chat] })],
    { publications: [aPublication(chat, 'raw-key')] },
    [GRANT, 'Change the code of those who read a bare key', RESTART, ACK],
  ],
  [
    'MigrateFirst',
    'a rotation is under way',
    [because('RotationInProgress')],
    { publications: [aPublication(chat, 'azure.msi')] },
    ['Let the rotation end'],
  ],
  [
    'MigrateFirst',
    'tokens are alive',
    [because('TokensAlive', { at: AT })],
    { publications: [aPublication(chat, 'azure.msi')] },
    ['Let the tokens run out'],
  ],
  [
    'MigrateFirst',
    'a consumer still shows a key',
    [because('ConsumerUsesKey', { consumers: ['web'], secrets: [chat] })],
    { publications: [aPublication(chat, 'azure.msi')] },
    [ACK],
  ],
  [
    'MigrateFirst',
    'everything is in the way',
    [
      because('EntraRefused'),
      because('PublicationCarriesKey', { secrets: [chat] }),
      because('PublicationNotRead', { secrets: [jobs] }),
      because('ConsumerUsesKey', { consumers: ['web'], secrets: [chat] }),
      because('UnlistedReaders', { secrets: [jobs] }),
      because('TokensAlive', { at: AT }),
      because('UpstreamSignedWithKey'),
      because('RotationInProgress'),
    ],
    {
      publications: [aPublication(chat, 'access-key'), aPublication(jobs, null)],
      resource: { aadAuthDisabled: true, identity: null },
    },
    [
      'Enable Entra authentication',
      CHOOSE,
      OTHERWISE,
      GRANT,
      WRITE,
      RESTART,
      `Make readable what ${jobs} holds`,
      ACK,
      'List the readers that nobody listed',
      'Let the tokens run out',
      'Let the upstream ask for a token',
      'Let the rotation end',
    ],
  ],
  [
    'Unknown',
    'a publication cannot be read',
    [because('PublicationNotRead', { secrets: [jobs] })],
    { publications: [aPublication(jobs, null)] },
    [`Make readable what ${jobs} holds`],
  ],
  [
    'Unknown',
    'a consumer never showed anything',
    [because('ConsumerShowsNothing', { consumers: ['web'], secrets: [chat] })],
    { publications: [aPublication(chat, 'azure.msi')] },
    [ACK],
  ],
  [
    'Unknown',
    'readers are unlisted',
    [because('UnlistedReaders', { secrets: [chat] })],
    { publications: [aPublication(chat, 'azure')] },
    ['List the readers that nobody listed'],
  ],
  [
    'Unknown',
    'upstream calls are signed with a key',
    [because('UpstreamSignedWithKey')],
    {},
    ['Let the upstream ask for a token'],
  ],
  ['Unknown', 'nobody has looked', [], {}, []],
])('%s, where %s', (verdict, _, reasons, own, titles) => {
  const steps = nextSteps({ verdict, reasons }, aSituation(own));

  it('has these steps in this order', () => expect(titlesOf(steps)).toEqual(titles));

  it('has four ways for each', () => {
    for (const step of steps) expectFourWays(step);
  });
});

function expectFourWays({ text, portal, azureCli, bicep, terraform }: StepReport): void {
  expect(text).toMatch(/\S.{20,}/);
  expect(portal.length).toBeGreaterThan(0);
  for (const way of [azureCli, bicep, terraform]) expect(way.trim()).not.toBe('');
  expect(complaintsOf(azureCli)).toBe('');
  for (const call of azCallsIn(azureCli)) {
    const command = call
      .slice(
        0,
        call.findIndex((word) => word.startsWith('--')),
      )
      .join(' ');
    expect(Object.keys(AZ_COMMANDS)).toContain(command);
  }
  expectArmKnows(bicep);
  expectSoundHcl(terraform);
}

const migrate = (own: Partial<LocalAuthSituation>, ...reasons: readonly Reason[]): readonly StepReport[] =>
  nextSteps({ verdict: 'MigrateFirst', reasons }, aSituation(own));

const stepIn = (steps: readonly StepReport[], title: string): StepReport => {
  const step = steps.find((each) => each.title === title);
  if (!step) throw new Error(`No step is called ${title}: ${titlesOf(steps).join('; ')}`);
  return step;
};

const ZEROS = '00000000-0000-0000-0000-000000000000';

describe('the connection string to move to', () => {
  const steps = migrate({ publications: [aPublication(chat, 'access-key'), aPublication(jobs, 'azure.msi')] });

  it('is first the one for an identity assigned by the system, for keyed publications alone', () => {
    expect(stepIn(steps, CHOOSE).connectionStrings).toEqual([
      { secret: chat, value: 'Endpoint=https://chat.service.signalr.net;AuthType=azure.msi;Version=1.0;' },
    ]);
  });

  it('is else one for a user-assigned identity, a certificate or a secret', () => {
    const endpoint = 'Endpoint=https://chat.service.signalr.net';
    expect(stepIn(steps, OTHERWISE).connectionStrings.map(({ value }) => value)).toEqual([
      `${endpoint};AuthType=azure.msi;ClientId=${ZEROS};Version=1.0;`,
      `${endpoint};AuthType=azure.app;ClientId=${ZEROS};ClientCert=<absolute path of the certificate>;TenantId=${ZEROS};Version=1.0;`,
      `${endpoint};AuthType=azure.app;ClientId=${ZEROS};ClientSecret=<client secret of the application>;TenantId=${ZEROS};Version=1.0;`,
    ]);
  });

  it('explains its placeholders, and the name under which a certificate is read', () => {
    const { text } = stepIn(steps, OTHERWISE);
    expect(text).toMatch(/zeros are placeholders: ClientId is the client id/);
    expect(text).toMatch(/ClientCertPath, as the documents call it, is not read/);
  });

  it("is told by Azure's own generator as well", () => {
    expect(stepIn(steps, CHOOSE).portal.join(' ')).toContain('Connection strings');
  });

  it('keeps the endpoints of a gateway, and says that paths are not known', () => {
    const text = {
      credential: 'access-key' as const,
      endpoint: 'https://chat.service.signalr.net:8443',
      clientEndpoint: 'https://gateway.example.com',
      serverEndpoint: 'http://inside:8080',
    };
    const step = stepIn(migrate({ publications: [aPublication(chat, null, { text, code: null })] }), CHOOSE);
    expect(step.connectionStrings).toEqual([
      {
        secret: chat,
        value:
          'Endpoint=https://chat.service.signalr.net:8443;AuthType=azure.msi;ClientEndpoint=https://gateway.example.com;ServerEndpoint=http://inside:8080;Version=1.0;',
      },
    ]);
    expect(step.text).toMatch(/path or a query, keep it/);
  });

  it('is written with the same value by each way', () => {
    const { azureCli, bicep, terraform } = stepIn(steps, WRITE);
    const value = 'Endpoint=https://chat.service.signalr.net;AuthType=azure.msi;Version=1.0;';
    expect(azCallsIn(azureCli)).toEqual([
      ['keyvault', 'secret', 'set', '--vault-name', 'kv-a', '--name', 'chat', '--value', value, '--output', 'none'],
    ]);
    for (const way of [bicep, terraform]) expect(way).toContain(value);
  });

  it('never has a key in it, and is read as passwordless by both generations of the SDK', () => {
    for (const step of steps) {
      for (const { value } of step.connectionStrings) {
        const { credential, olderCredential } = parse(value);
        expect(credential.kind).not.toBe('access-key');
        expect(olderCredential).toEqual(credential);
      }
    }
  });
});

describe('a bare key', () => {
  const steps = migrate({ publications: [aPublication(chat, 'raw-key')] });

  it('has no connection string: the code has to change', () => {
    expect(steps.flatMap(({ connectionStrings }) => connectionStrings)).toEqual([]);
    const { text } = stepIn(steps, 'Change the code of those who read a bare key');
    expect(text).toContain(chat);
    expect(text).toMatch(/cannot be replaced by a passwordless string/);
  });
});

describe('the role', () => {
  it.each([
    ['Default', 'SignalR App Server', '420fcaa2-552c-430f-98ca-3264be4806c7'],
    ['Serverless', 'SignalR REST API Owner', 'fd53cd77-2268-407a-8f46-7e7863d0f521'],
    ['Classic', 'SignalR App Server', '420fcaa2-552c-430f-98ca-3264be4806c7'],
  ] as const)('of a consumer in %s mode is %s', (serviceMode, name, role) => {
    const publications = [aPublication(chat, 'access-key')];
    const { text, azureCli, bicep, terraform } = stepIn(
      migrate({ subject: aSubject({ serviceMode }), publications }),
      GRANT,
    );
    expect(text).toContain(name);
    expect(terraform).toContain(`role_definition_name = "${name}"`);
    for (const way of [azureCli, bicep]) expect(way).toContain(role);
  });

  it('is granted to each consumer, on this resource alone', () => {
    const publications = [aPublication(chat, 'access-key')];
    const { azureCli } = stepIn(migrate({ publications, consumers: ['web', 'jobs'] }), GRANT);
    const grants = azCallsIn(azureCli).filter(([first]) => first === 'role');
    expect(grants.map((call) => call[call.indexOf('--assignee-object-id') + 1])).toEqual([
      '<object id of the identity of web>',
      '<object id of the identity of jobs>',
    ]);
    for (const call of grants) expect(call.at(-1)).toMatch(/signalR\/Chat-Prod$/);
  });
});

describe('what consumers do', () => {
  const publications = [aPublication(chat, 'access-key')];

  it('is to restart, since the SDK takes up no change of key or AuthType by itself', () => {
    const { text, azureCli } = stepIn(migrate({ publications }), RESTART);
    expect(text).toMatch(/neither a changed key nor a changed AuthType/);
    expect(azureCli).toContain('az webapp restart');
  });

  it('is to acknowledge that they use Entra', () => {
    const { azureCli } = stepIn(migrate({ publications }), ACK);
    const [call] = azCallsIn(azureCli);
    expect(call).toContain('https://<host of the rotation app>/api/targets/chat-prod/acks');
    expect(call?.at(-1)).toBe('{"consumer":"web","auth":"entra"}');
  });

  it('is said of whom the reasons name, where nobody listed them', () => {
    const reasons = [because('ConsumerUsesKey', { consumers: ['jobs'], secrets: [chat] })];
    const { consumers: _, target: __, ...rest } = aSituation({ publications });
    const { azureCli, text } = stepIn(nextSteps({ verdict: 'MigrateFirst', reasons }, rest), ACK);
    expect(azureCli).toContain('{"consumer":"jobs","auth":"entra"}');
    expect(azureCli).toContain('targets/<target>/acks');
    expect(text).toContain(`Last shown with a key: jobs (${chat}).`);
  });

  it('says until when tokens live', () => {
    expect(stepIn(migrate({}, because('TokensAlive', { at: AT })), 'Let the tokens run out').text).toContain(
      '2026-11-24T12:00:00.000Z',
    );
  });
});

describe('an upstream', () => {
  const upstream = (identity: string | null) =>
    stepIn(
      migrate({ resource: { aadAuthDisabled: false, identity } }, because('UpstreamSignedWithKey')),
      'Let the upstream ask for a token',
    );

  it('gets an identity', () => expect(upstream(null).azureCli).toContain('{"identity":{"type":"SystemAssigned"}}'));
  it('keeps the one that it has', () => expect(upstream('UserAssigned').azureCli).not.toContain('SystemAssigned'));
});

describe('disabling', () => {
  const steps = nextSteps({ verdict: 'DisableNow', reasons: [because('EverybodyUsesEntra')] }, aSituation());

  it('is told four ways, each with the warning', () => {
    const { text, azureCli, bicep, terraform, portal } = stepIn(steps, DISABLE);
    expect(text).toContain(DISABLING_DELETES_KEYS);
    expect(portal.join(' ')).toMatch(/Keys\..*Access Key select Disable/);
    expect(azureCli).toContain('{"disableLocalAuth":true}');
    expect(bicep).toContain('disableLocalAuth: true');
    expect(terraform).toMatch(/local_auth_enabled += false/);
    for (const way of [azureCli, bicep, terraform]) expect(way).toContain('Deletes both access keys for good.');
  });

  it('is kept so by the policy, with the effect Deny', () => {
    const { azureCli, bicep, terraform } = stepIn(steps, KEEP);
    for (const way of [azureCli, bicep, terraform]) {
      expect(way).toContain('f70eecba-335d-4bbc-81d5-5b17b03d498f');
      expect(way).toContain('Deny');
    }
  });

  it.each<Verdict>(['Disabled', 'MigrateFirst', 'Unknown'])('is no step of %s, whatever the reasons', (verdict) => {
    const reasons = (Object.keys(REASONS) as ReasonCode[]).map((code) =>
      because(code, { secrets: [chat], consumers: ['web'] }),
    );
    const own = { publications: [aPublication(chat, 'access-key'), aPublication(jobs, 'raw-key')] };
    for (const { azureCli, bicep, terraform } of nextSteps({ verdict, reasons }, aSituation(own))) {
      expect(`${azureCli}${bicep}${terraform}`).not.toMatch(/disableLocalAuth|local_auth_enabled/);
    }
  });

  it('says what cannot be undone', () => {
    expect(DISABLING_DELETES_KEYS).toMatch(/deletes both access keys for good/);
    expect(DISABLING_DELETES_KEYS).toMatch(/cannot be renewed/);
    expect(DISABLING_DELETES_KEYS).toMatch(/makes new keys/);
  });
});

describe('whatever the strings that come from outside', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(HOSTILE, '<script>', 'https://a;AccessKey=x', ''),
  );
  const anyLocalAuth: fc.Arbitrary<LocalAuth> = fc.record({
    verdict: fc.constantFrom<Verdict>('Disabled', 'DisableNow', 'MigrateFirst', 'Unknown'),
    reasons: fc.array(
      fc.record({
        code: fc.constantFrom(...(Object.keys(REASONS) as ReasonCode[])),
        detail: fc.record(
          { consumers: fc.array(anything, { maxLength: 2 }), secrets: fc.constant([chat]) },
          { requiredKeys: [] },
        ),
      }),
      { maxLength: 6 },
    ),
  });
  const anyText = fc.record({
    credential: fc.constantFrom<CredentialKind>('access-key', 'raw-key', 'both', 'azure.msi'),
    endpoint: fc.option(anything),
    clientEndpoint: fc.option(anything),
    serverEndpoint: fc.option(anything),
  });

  it('the steps are safe to copy, and what is to be written is a connection string without a key', () => {
    fc.assert(
      fc.property(anyLocalAuth, anyText, (localAuth, text) => {
        const publications = [aPublication(chat, null, { text, code: null })];
        const { consumers: _, ...rest } = aSituation({ subject: aHostileSubject(), publications });
        const steps = nextSteps(localAuth, rest);
        expect(complaintsOf(steps.map(({ azureCli }) => azureCli).join('\n'))).toBe('');
        for (const step of steps) {
          for (const way of [step.azureCli, step.bicep, step.terraform]) expect(way).not.toBe('');
          readBicep(step.bicep);
          expectSoundHcl(step.terraform);
          for (const { value } of step.connectionStrings) expect(parse(value).credential.kind).not.toBe('access-key');
        }
      }),
      { numRuns: 60 },
    );
  });
});

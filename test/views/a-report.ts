import { findingReports } from '../../src/app/report/finding-report.ts';
import type { FindingReport, Report, StepReport, TargetReport, UnmanagedReport } from '../../src/app/report/schema.ts';
import { CLOUDS } from '../../src/core/clouds.ts';
import { type FindingCode, SEVERITIES } from '../../src/core/finding-codes.ts';
import { REASONS, type ReasonCode } from '../../src/core/local-auth.ts';
import { parseResourceId, parseSecretId, type ResourceId } from '../../src/core/model.ts';
import type { ReceiptShown } from '../../src/views/receipts.ts';

/** Reports as the page gets them, with texts as long as real ones. `NOW` is when they are made. */

export const NOW = '2026-07-30T08:15:00.000Z';
const DAY = 24 * 3_600_000;

/** A time so many days before `NOW`; after it where negative. */
export const daysAgo = (days: number): string => new Date(Date.parse(NOW) - days * DAY).toISOString();

type KeyReport = TargetReport['keys']['primary'];
type ReasonReport = TargetReport['localAuth']['reasons'][number];

export const fingerprint = (seed: number): string =>
  `sha256:${(0x9f86d081884c + seed * 7919).toString(16).padStart(16, '3').slice(0, 16)}`;

export const aKey = (own: Partial<KeyReport> = {}): KeyReport => ({
  role: 'active',
  fingerprint: fingerprint(1),
  madeAfter: daysAgo(41),
  madeBefore: daysAgo(41),
  basis: 'recorded',
  dueAt: daysAgo(-19),
  overdueSince: null,
  age: '41 days: this app made it on 2026-06-19',
  ...own,
});

/** An age that is an interval, so many days at least and at most; null where nobody knows. */
export function aKeyAged(atLeast: number | null, atMost: number | null, own: Partial<KeyReport> = {}): KeyReport {
  const overdue = atMost !== null && atMost >= 90;
  const due = atLeast === null ? null : daysAgo(atLeast - 60);
  const words =
    atLeast === null && atMost === null
      ? 'unknown: nothing tells when it was made'
      : atLeast === null
        ? `at most ${atMost} days: the resource was made on ${daysAgo(atMost ?? 0).slice(0, 10)}`
        : atMost === null
          ? `at least ${atLeast} days: a secret carried it on ${daysAgo(atLeast).slice(0, 10)}`
          : `between ${atLeast} and ${atMost} days: the key itself says May 2026`;
  return aKey({
    madeAfter: atMost === null ? null : daysAgo(atMost),
    madeBefore: atLeast === null ? null : daysAgo(atLeast),
    basis: atMost === null ? (atLeast === null ? null : 'published') : 'embedded',
    dueAt: due,
    overdueSince: overdue ? daysAgo(atMost - 90) : null,
    age: words,
    ...own,
  });
}

const CLI = (name: string): string =>
  [
    'az signalr network-rule update \\',
    `  --name ${name} --resource-group rg-${name} \\`,
    '  --public-network --allow ClientConnection --deny ServerConnection RESTAPI Trace',
    '',
    `az signalr network-rule list --name ${name} --resource-group rg-${name} --query '{default:defaultAction}'`,
  ].join('\n');

const BICEP = (name: string): string =>
  [
    "resource signalr 'Microsoft.SignalRService/signalR@2024-03-01' = {",
    `  name: '${name}'`,
    '  location: location',
    "  sku: { name: 'Standard_S1', capacity: 1 }",
    '  properties: {',
    '    networkACLs: {',
    "      defaultAction: 'Deny'",
    "      publicNetwork: { allow: ['ClientConnection'] }",
    "      privateEndpoints: [{ name: '<connection name>', allow: ['ServerConnection', 'RESTAPI'] }]",
    '    }',
    '  }',
    '}',
  ].join('\n');

const TERRAFORM = (name: string): string =>
  [
    'resource "azurerm_signalr_service_network_acl" "this" {',
    '  signalr_service_id = azurerm_signalr_service.this.id',
    '  default_action     = "Deny"',
    '  public_network { allowed_request_types = ["ClientConnection"] }',
    '  private_endpoint {',
    `    id                    = azurerm_private_endpoint.${name.replaceAll('-', '_')}.id`,
    '    allowed_request_types = ["ServerConnection", "RESTAPI"]',
    '  }',
    '}',
  ].join('\n');

const remedyFor = (name: string) => ({
  portal: [
    `Open the SignalR resource ${name} in the Azure portal.`,
    'Under Settings choose Networking, then Network access control.',
    'For the public network leave only ClientConnection ticked; for each private endpoint tick ServerConnection and RESTAPI.',
    'Save.',
  ],
  azureCli: CLI(name),
  bicep: BICEP(name),
  terraform: TERRAFORM(name),
});

const SECRET = 'https://kv-chat.vault.azure.net/secrets/azure--signalr--connectionstring--chat--primary';

const DETAILS: Partial<Record<FindingCode, Record<string, unknown>>> = {
  KeyOverdue: { keys: [{ slot: 'primary', fingerprint: fingerprint(1) }] },
  LocalAuthEnabled: { disableLocalAuth: false },
  PublicNetworkAccess: { publicNetworkAccess: 'Enabled' },
  NetworkAclDefaultAllow: { defaultAction: 'Allow' },
  PublicRestApi: { defaultAction: 'Allow', publicNetwork: { allow: null, deny: null } },
  PublicServerConnection: { defaultAction: 'Allow', publicNetwork: { allow: null, deny: null } },
  PublicTrace: { defaultAction: 'Allow', publicNetwork: { allow: null, deny: null } },
  PublicClientConnection: { defaultAction: 'Allow', publicNetwork: { allow: null, deny: null } },
  DiagnosticLogsOff: { diagnosticSettings: [] },
  ResourceLogsOff: { off: ['MessagingLogs', 'HttpRequestLogs'] },
  CorsAllowsAll: { allowedOrigins: ['*'] },
};

/** A finding with the remedy that the app gives for it, since its length is what the size of a page is made of. */
export function aFinding(code: FindingCode, name = 'chat-prod', own: Partial<FindingReport> = {}): FindingReport {
  const secret = parseSecretId(SECRET);
  const isOfSecrets = /Secret|PublishesDeadKey|Vault|KeyShared|Ambiguous|Written/.test(code);
  const secrets = isOfSecrets && secret !== null ? [secret] : [];
  const versions = code.startsWith('SecretWith') ? ['3a0a9c1d5c3f4f6e8e5b7a2b4c6d8e0f'] : [];
  const detail = DETAILS[code] ?? {};
  const of = {
    name,
    resourceId: resourceIdOf(name),
    location: 'westeurope',
    serviceMode: 'Default',
    cloud: CLOUDS.AzureCloud,
  } as const;
  const [found] = findingReports([{ code, secrets, versions, detail }], of);
  if (found === undefined) throw new Error(`A finding makes a report: ${code}`);
  return { ...found, ...own };
}

function resourceIdOf(name: string): ResourceId {
  const group = `/subscriptions/6f1f2c8e-52a6-4c3a-9f1e-0d1c2b3a4f5e/resourcegroups/rg-${name}`;
  const id = parseResourceId(`${group}/providers/microsoft.signalrservice/signalr/${name}`);
  if (id === null) throw new Error(`No name of a resource: ${name}`);
  return id;
}

/** What a resource shows that nobody ever hardened. */
export const FIFTEEN = [
  'KeyOverdue',
  'PublicRestApi',
  'PublicServerConnection',
  'LocalAuthEnabled',
  'VaultPublicAccess',
  'PrivateEndpointMissing',
  'PublicNetworkAccess',
  'NetworkAclDefaultAllow',
  'DiagnosticLogsOff',
  'CorsAllowsAll',
  'SecretWithoutExpiry',
  'ResourceLogsOff',
  'PublicTrace',
  'PublicClientConnection',
  'ClientCertificatesOff',
] as const satisfies readonly FindingCode[];

export const aReason = (code: ReasonCode, detail: ReasonReport['detail'] = {}): ReasonReport => ({
  code,
  ...REASONS[code],
  detail,
});

export const aStep = (own: Partial<StepReport> = {}, name = 'chat-prod'): StepReport => ({
  title: 'Write the connection string without a key',
  text: 'Publish this value; it names the identity instead of a key and holds nothing secret.',
  connectionStrings: [
    {
      secret: SECRET,
      value: `Endpoint=https://${name}.service.signalr.net;AuthType=azure.msi;ClientId=11111111-1111-1111-1111-111111111111;Version=1.0;`,
    },
  ],
  ...remedyFor(name),
  ...own,
});

export function aTargetReport(own: Partial<TargetReport> = {}): TargetReport {
  const name = own.name ?? 'chat-prod';
  return {
    name,
    resourceId: resourceIdOf(name),
    location: 'westeurope',
    sku: 'Standard_S1',
    observedAt: daysAgo(0.02),
    phase: 'nothing-due',
    condition: null,
    keys: { primary: aKey(), secondary: aKey({ role: 'standby', fingerprint: fingerprint(2) }) },
    policy: { rotateAfterDays: 60, maxKeyAgeDays: 90 },
    publications: [
      {
        secret: SECRET,
        endpoint: { name: 'chat', type: 'primary' },
        credential: 'access-key',
        slot: 'primary',
        code: null,
        expiresAt: daysAgo(-49),
      },
      {
        secret: 'https://kv-jobs.vault.azure.net/secrets/chat-connection-string',
        endpoint: null,
        credential: 'azure.msi',
        slot: null,
        code: null,
        expiresAt: null,
      },
    ],
    consumers: [
      {
        name: 'web',
        evidence: 'app-service-reference',
        reads: [SECRET],
        shown: [{ secret: SECRET, at: daysAgo(0.02), shows: { by: 'version', version: '3a0a9c1d5c3f4f6e' } }],
      },
      {
        name: 'nightly-report',
        evidence: 'elapsed',
        reads: ['https://kv-jobs.vault.azure.net/secrets/chat-connection-string'],
        shown: [],
      },
    ],
    localAuth: {
      verdict: 'MigrateFirst',
      reasons: [
        aReason('PublicationCarriesKey', { secrets: [SECRET] }),
        aReason('ConsumerShowsNothing', { consumers: ['nightly-report'], at: daysAgo(3) }),
        aReason('ShownByReferenceAlone', { consumers: ['web'], secrets: [SECRET] }),
      ],
      warning: 'Disabling local authentication deletes both access keys for good; enabling it again makes new ones.',
      steps: [
        aStep({ title: 'Grant SignalR App Server to the identity of web', connectionStrings: [] }, name),
        aStep({}, name),
        aStep({
          title: 'Restart the consumers: the .NET SDK reads its credential as it starts',
          connectionStrings: [],
        }),
        aStep({ title: 'Disable local authentication', connectionStrings: [] }, name),
      ],
    },
    findings: [aFinding('PublicServerConnection', name), aFinding('LocalAuthEnabled', name)],
    rotation: null,
    past: [
      { id: 'r-1', reason: 'KeyTooOld', startedAt: daysAgo(163), endedAt: daysAgo(161), end: 'completed' },
      { id: 'r-2', reason: 'Requested', startedAt: daysAgo(102), endedAt: daysAgo(101.9), end: 'rolled-back' },
      { id: 'r-3', reason: 'KeyTooOld', startedAt: daysAgo(43), endedAt: daysAgo(41), end: 'completed' },
    ],
    ...own,
  };
}

export const STALLED: NonNullable<TargetReport['condition']> = {
  code: 'Stalled',
  since: daysAgo(2.3),
  meaning: 'Consumers are not shown to have switched within maxWait. Their key stays alive until they are.',
  remedy:
    'Restart the consumers named here and have them acknowledge. Or roll back, or give them up by name: POST …/retire.',
};

export const aRotation = (
  own: Partial<NonNullable<TargetReport['rotation']>> = {},
): NonNullable<TargetReport['rotation']> => ({
  id: '5d9f3c1a-7b2e-4c9d-8a1f-3e5b7d9f1a2c',
  reason: 'KeyTooOld',
  startedAt: daysAgo(9.3),
  condemned: [
    { fingerprint: fingerprint(1), reason: 'KeyTooOld' },
    { fingerprint: fingerprint(2), reason: 'KeyTooOld' },
  ],
  regenerated: [{ slot: 'secondary', from: fingerprint(2), to: fingerprint(3), at: daysAgo(9.2) }],
  awaiting: [
    { consumer: 'web', secret: SECRET, trouble: null, shows: { by: 'version', version: '0c4f8a…' }, expectedAt: null },
    {
      consumer: 'orders-worker',
      secret: SECRET,
      trouble: { consumer: 'orders-worker', secret: SECRET, is: 'pinned', detail: null },
      shows: null,
      expectedAt: null,
    },
  ],
  givenUp: [],
  ...own,
});

export const anUnmanaged = (own: Partial<UnmanagedReport> = {}): UnmanagedReport => {
  const name = own.name ?? 'legacy-hub';
  return {
    name,
    resourceId: `/subscriptions/6f1f2c8e-52a6-4c3a-9f1e-0d1c2b3a4f5e/resourcegroups/rg-old/providers/microsoft.signalrservice/signalr/${name}`,
    subscription: '6f1f2c8e-52a6-4c3a-9f1e-0d1c2b3a4f5e',
    location: 'northeurope',
    sku: 'Free_F1',
    createdAt: daysAgo(900),
    localAuthDisabled: false,
    findings: [aFinding('LocalAuthEnabled', name), aFinding('FreeSku', name), aFinding('PublicRestApi', name)],
    ...own,
  };
};

/** Targets of every kind that the page has to show, in turn, each with `findings` findings. */
export function aFleet(size: number, findings = 15): TargetReport[] {
  const names = ['chat-prod', 'orders-eu', 'game-lobby', 'dashboard', 'support-desk', 'iot-telemetry', 'auction-live'];
  return Array.from({ length: size }, (_, index) => {
    const name = index < names.length ? (names[index] ?? '') : `${names[index % names.length]}-${index}`;
    const found = FIFTEEN.slice(0, findings).map((code) => aFinding(code, name));
    return aTargetReport({ name, findings: found, ...KINDS[index % KINDS.length]?.() });
  });
}

const KINDS: readonly (() => Partial<TargetReport>)[] = [
  () => ({
    phase: 'hold',
    condition: STALLED,
    rotation: aRotation(),
    keys: {
      primary: aKeyAged(78, 98, { role: 'outgoing' }),
      secondary: aKey({
        madeAfter: daysAgo(9.2),
        madeBefore: daysAgo(9.2),
        age: '9 days: this app made it on 2026-07-21',
        fingerprint: fingerprint(3),
        dueAt: daysAgo(-51),
      }),
    },
  }),
  () => ({
    keys: {
      primary: aKeyAged(425, 456),
      secondary: aKeyAged(425, 456, { role: 'standby', fingerprint: fingerprint(5) }),
    },
    past: [],
  }),
  () => ({ phase: 'await-consumers', rotation: aRotation({ startedAt: daysAgo(0.6) }) }),
  () => ({
    keys: { primary: aKeyAged(null, 30), secondary: aKeyAged(20, null, { role: 'standby' }) },
    localAuth: {
      verdict: 'Unknown',
      reasons: [aReason('ConsumerShowsNothing', { consumers: ['web'] })],
      warning: null,
      steps: [],
    },
  }),
  () => ({
    findings: [],
    localAuth: {
      verdict: 'DisableNow',
      reasons: [aReason('EverybodyUsesEntra')],
      warning: 'Disabling deletes both access keys for good.',
      steps: [aStep({ title: 'Disable local authentication', connectionStrings: [] })],
    },
  }),
  () => ({
    keys: { primary: aKeyAged(null, null, { role: null }), secondary: aKeyAged(null, null, { role: null }) },
    localAuth: { verdict: 'Disabled', reasons: [aReason('LocalAuthDisabled')], warning: null, steps: [] },
    findings: [aFinding('CorsAllowsAll')],
    past: [],
  }),
  () => ({
    observedAt: null,
    findings: [],
    keys: {
      primary: aKeyAged(null, null, { role: null, fingerprint: null, age: 'not looked at yet' }),
      secondary: aKeyAged(null, null, { role: null, fingerprint: null, age: 'not looked at yet' }),
    },
    publications: [],
    consumers: [],
    localAuth: { verdict: 'Unknown', reasons: [], warning: null, steps: [] },
    past: [],
  }),
];

/** @param own `targets` are what the page shows; the summary speaks of them unless it is given too */
export function aReport(own: Partial<Omit<Report, 'summary'>> & { summary?: Partial<Report['summary']> } = {}): Report {
  const targets = own.targets ?? [aTargetReport()];
  const unmanaged = own.unmanaged ?? [];
  return {
    version: 1,
    generatedAt: NOW,
    ...own,
    targets,
    unmanaged,
    findings: own.findings ?? [],
    summary: { ...summaryOf(targets, unmanaged), ...own.summary },
  };
}

function summaryOf(targets: readonly TargetReport[], unmanaged: readonly UnmanagedReport[]): Report['summary'] {
  const many = (is: (target: TargetReport) => boolean): number => targets.filter(is).length;
  const isOverdue = ({ keys }: TargetReport): boolean =>
    keys.primary.overdueSince !== null || keys.secondary.overdueSince !== null;
  const attention = targets.flatMap((target): Report['summary']['attention'] => {
    const { name, condition, keys } = target;
    if (condition !== null) {
      return [
        { target: name, code: condition.code, severity: 'high', text: condition.meaning, since: condition.since },
      ];
    }
    const text = 'A key is older than is allowed, and no rotation runs.';
    const since = keys.primary.overdueSince;
    return isOverdue(target) ? [{ target: name, code: 'KeyOverdue', severity: 'high', text, since }] : [];
  });
  const findings = targets.flatMap((target) => target.findings);
  const verdicts = (is: TargetReport['localAuth']['verdict']): number =>
    many(({ localAuth }) => localAuth.verdict === is);
  return {
    targets: targets.length,
    matching: targets.length,
    observed: many(({ observedAt }) => observedAt !== null),
    oldestObservation: targets.find(({ observedAt }) => observedAt !== null)?.observedAt ?? null,
    overdue: many(isOverdue),
    rotating: many(({ rotation }) => rotation !== null),
    held: many(({ condition }) => condition !== null),
    stuck: many(({ condition }) => condition?.code === 'Stalled'),
    verdicts: {
      Disabled: verdicts('Disabled'),
      DisableNow: verdicts('DisableNow'),
      MigrateFirst: verdicts('MigrateFirst'),
      Unknown: verdicts('Unknown'),
    },
    findings: Object.fromEntries(
      SEVERITIES.map((each) => [each, findings.filter(({ severity }) => severity === each).length]),
    ) as Report['summary']['findings'],
    unmanaged: unmanaged.length,
    surveys: [{ subscription: '6f1f2c8e-52a6-4c3a-9f1e-0d1c2b3a4f5e', at: daysAgo(0.1), trouble: null }],
    attention: attention.slice(0, 20),
    attentionMore: Math.max(0, attention.length - 20),
  };
}

export const someReceipts = (count: number): ReceiptShown[] =>
  Array.from({ length: count }, (_, index) => ({
    seq: 40 + index,
    at: daysAgo(9.3 - index * 0.05),
    step: (['condemn', 'regenerate', 'publish', 'nudge', 'await-consumers'] as const)[index % 5] ?? 'hold',
    actor: index === 0 ? '5b1f2c8e-52a6-4c3a-9f1e-0d1c2b3a4f5e' : 'rotator',
    rotation: '5d9f3c1a-7b2e-4c9d-8a1f-3e5b7d9f1a2c',
  }));

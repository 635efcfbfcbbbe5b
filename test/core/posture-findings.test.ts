import { describe, expect, it } from 'vitest';
import type { DiagnosticSetting, NetworkAcls, ResourcePosture } from '../../src/core/posture.ts';
import { letThrough, postureFindings } from '../../src/core/posture-findings.ts';
import { aPosture } from '../support/a-posture.ts';

const sent: readonly DiagnosticSetting[] = [{ name: 'to-workspace', logs: ['allLogs'] }];

const codesOf = (own: Partial<ResourcePosture>, diagnostics: readonly DiagnosticSetting[] | null = sent): string[] =>
  postureFindings(aPosture(own), diagnostics).map(({ code }) => code);

const acls = (own: Partial<NetworkAcls>): NetworkAcls => ({
  defaultAction: 'Deny',
  publicNetwork: { allow: [], deny: null },
  privateEndpoints: [{ name: 'pe-chat', allow: ['ServerConnection', 'RESTAPI'], deny: null }],
  ipRules: [],
  ...own,
});

/** What is so, and what is found. */
const found: readonly [string, Partial<ResourcePosture>, readonly string[]][] = [
  ['nothing is wrong', {}, []],
  ['local auth is on', { localAuthDisabled: false }, ['LocalAuthEnabled']],
  ['Entra is refused', { aadAuthDisabled: true }, ['AadAuthDisabled']],
  ['the tier is Free', { sku: { name: 'Free_F1', tier: 'Free' }, privateEndpoints: [] }, ['FreeSku']],
  ['there is no private endpoint', { privateEndpoints: [] }, ['PrivateEndpointMissing']],
  [
    'a private endpoint waits for approval',
    {
      privateEndpoints: [
        { name: 'pe-chat', endpointId: null, status: 'Approved' },
        { name: 'pe-2', endpointId: null, status: 'Pending' },
      ],
    },
    ['PrivateEndpointNotApproved'],
  ],
  ['public access is on and lets nothing through', { publicNetworkAccess: true }, ['PublicNetworkAccess']],
  [
    'public access is on and no rule is set',
    { publicNetworkAccess: true, networkAcls: null },
    [
      'PublicNetworkAccess',
      'NetworkAclDefaultAllow',
      'PublicClientConnection',
      'PublicServerConnection',
      'PublicRestApi',
      'PublicTrace',
      'PrivateEndpointOpen',
    ],
  ],
  [
    'only clients come from the public network',
    { publicNetworkAccess: true, networkAcls: acls({ publicNetwork: { allow: ['ClientConnection'], deny: null } }) },
    ['PublicNetworkAccess', 'PublicClientConnection'],
  ],
  [
    'rules for the public network say nothing while it is closed',
    { networkAcls: acls({ publicNetwork: { allow: ['RESTAPI'], deny: null } }) },
    [],
  ],
  [
    'a private endpoint has no rule of its own and the rest is denied',
    { networkAcls: acls({ privateEndpoints: [] }) },
    ['PrivateEndpointShut'],
  ],
  [
    'a private endpoint lets everything through',
    {
      networkAcls: acls({
        privateEndpoints: [
          { name: 'pe-chat', allow: ['ClientConnection', 'ServerConnection', 'RESTAPI', 'Trace'], deny: null },
        ],
      }),
    },
    ['PrivateEndpointOpen'],
  ],
  [
    'an IP rule lets the world in',
    { publicNetworkAccess: true, networkAcls: acls({ ipRules: [{ value: '0.0.0.0/0', action: 'Allow' }] }) },
    ['PublicNetworkAccess', 'IpRuleOpen'],
  ],
  [
    'IP rules are left over from a migration',
    { publicNetworkAccess: true, networkAcls: acls({ ipRules: [{ value: '203.0.113.0/24', action: 'Allow' }] }) },
    ['PublicNetworkAccess', 'IpRulesRemain'],
  ],
  [
    'an IP rule denies',
    { publicNetworkAccess: true, networkAcls: acls({ ipRules: [{ value: '0.0.0.0/0', action: 'Deny' }] }) },
    ['PublicNetworkAccess'],
  ],
  [
    'IP rules say nothing while public access is closed',
    { networkAcls: acls({ ipRules: [{ value: '0.0.0.0/0', action: 'Allow' }] }) },
    [],
  ],
  [
    'a category of resource logs is off',
    { resourceLogs: ['ConnectivityLogs', 'HttpRequestLogs'] },
    ['ResourceLogsOff'],
  ],
  ['resource logs are not configured', { resourceLogs: null }, []],
  ['every origin may connect', { corsOrigins: ['*'] }, ['CorsAllowsAll']],
  ['origins are not given', { corsOrigins: null }, ['CorsAllowsAll']],
  ['clients need no certificate', { clientCertificates: false }, ['ClientCertificatesOff']],
  [
    'an upstream is called without a token',
    { serviceMode: 'Serverless', upstreams: [{ auth: 'None' }] },
    ['UpstreamWithoutIdentity'],
  ],
  [
    'an upstream wants a token and the resource has no identity',
    { serviceMode: 'Serverless', upstreams: [{ auth: 'ManagedIdentity' }], identity: null },
    ['UpstreamWithoutIdentity'],
  ],
  ['an upstream is called with a token', { serviceMode: 'Serverless', upstreams: [{ auth: 'ManagedIdentity' }] }, []],
];

describe('the posture of a resource', () => {
  it.each(found)('%s', (_, own, codes) => {
    expect(codesOf(own).toSorted()).toEqual([...codes].sort());
  });

  it.each([
    ['no setting sends logs', [], ['DiagnosticLogsOff']],
    ['a setting sends metrics only', [{ name: 'metrics', logs: [] }], ['DiagnosticLogsOff']],
    ['settings could not be seen', null, []],
  ] as const)('%s', (_, diagnostics, codes) => {
    expect(codesOf({}, diagnostics)).toEqual(codes);
  });

  /** Each finding, by what was seen. */
  const evidence: readonly [string, Partial<ResourcePosture>, Readonly<Record<string, unknown>>][] = [
    ['LocalAuthEnabled', { localAuthDisabled: false }, { disableLocalAuth: false }],
    ['AadAuthDisabled', { aadAuthDisabled: true }, { disableAadAuth: true }],
    ['FreeSku', { sku: { name: 'Free_F1', tier: 'Free' } }, { sku: 'Free_F1' }],
    ['PrivateEndpointMissing', { privateEndpoints: [] }, {}],
    ['PublicNetworkAccess', { publicNetworkAccess: true }, { publicNetworkAccess: 'Enabled' }],
    ['NetworkAclDefaultAllow', { networkAcls: null }, { defaultAction: 'Allow' }],
    ['ResourceLogsOff', { resourceLogs: ['MessagingLogs'] }, { off: ['ConnectivityLogs', 'HttpRequestLogs'] }],
    ['CorsAllowsAll', { corsOrigins: null }, { allowedOrigins: ['*'] }],
    ['CorsAllowsAll', { corsOrigins: ['*', 'https://a'] }, { allowedOrigins: ['*', 'https://a'] }],
    ['ClientCertificatesOff', { clientCertificates: false }, {}],
    [
      'UpstreamWithoutIdentity',
      { serviceMode: 'Serverless', upstreams: [{ auth: 'ManagedIdentity' }, { auth: 'None' }] },
      { identity: 'SystemAssigned' },
    ],
    [
      'PublicServerConnection',
      { publicNetworkAccess: true, networkAcls: null },
      { defaultAction: 'Allow', publicNetwork: { allow: null, deny: null } },
    ],
    [
      'PrivateEndpointNotApproved',
      { privateEndpoints: [{ name: 'pe-2', endpointId: null, status: 'Rejected' }] },
      { privateEndpoints: [{ name: 'pe-2', endpointId: null, status: 'Rejected' }] },
    ],
    [
      'PrivateEndpointOpen',
      { networkAcls: null },
      {
        privateEndpoints: [{ name: 'pe-chat', lets: ['ClientConnection', 'ServerConnection', 'RESTAPI', 'Trace'] }],
      },
    ],
    [
      'PrivateEndpointShut',
      { networkAcls: acls({ privateEndpoints: [{ name: 'pe-chat', allow: ['RESTAPI'], deny: null }] }) },
      { missing: ['ServerConnection'], privateEndpoints: [{ name: 'pe-chat', lets: ['RESTAPI'] }] },
    ],
    [
      'IpRuleOpen',
      {
        publicNetworkAccess: true,
        networkAcls: acls({
          ipRules: [
            { value: '10.0.0.0/8', action: 'Allow' },
            { value: '203.0.113.0/9', action: 'Allow' },
            { value: 'Internet', action: 'Allow' },
            { value: 'AzureSignalR', action: 'Allow' },
            { value: 'tag10.0.0.0/8', action: 'Allow' },
            { value: '203.0.113.7', action: 'Allow' },
          ],
        }),
      },
      {
        ipRules: [
          { value: '10.0.0.0/8', action: 'Allow' },
          { value: 'Internet', action: 'Allow' },
        ],
      },
    ],
    [
      'IpRulesRemain',
      { publicNetworkAccess: true, networkAcls: acls({ ipRules: [{ value: '203.0.113.0/24', action: 'Allow' }] }) },
      { ipRules: [{ value: '203.0.113.0/24', action: 'Allow' }] },
    ],
  ];

  it.each(evidence)('is %s with what was seen: %j', (code, own, detail) => {
    const findings = postureFindings(aPosture(own), sent);
    expect(findings.find((finding) => finding.code === code)).toEqual({ code, secrets: [], versions: [], detail });
  });

  it('tells which settings were seen that send no logs', () => {
    const settings = [{ name: 'metrics', logs: [] }];
    expect(postureFindings(aPosture(), settings)[0]?.detail).toEqual({ diagnosticSettings: settings });
  });

  it.each<[string, Partial<ResourcePosture>, string]>([
    [
      'another endpoint has a rule',
      { privateEndpoints: [{ name: 'pe-new', endpointId: null, status: 'Approved' }] },
      'PrivateEndpointShut',
    ],
    ['the tier is not told', { sku: null }, ''],
    [
      'one of two endpoints lets servers in',
      {
        privateEndpoints: ['pe-chat', 'pe-2'].map((name) => ({ name, endpointId: null, status: 'Approved' })),
      },
      '',
    ],
    [
      'an endpoint that waits has no rule',
      {
        privateEndpoints: [
          { name: 'pe-2', endpointId: null, status: 'Pending' },
          { name: 'pe-chat', endpointId: null, status: 'Approved' },
        ],
        networkAcls: {
          ...acls({}),
          defaultAction: 'Allow',
          privateEndpoints: [{ name: 'pe-chat', allow: null, deny: ['Trace'] }],
        },
      },
      'PrivateEndpointNotApproved,NetworkAclDefaultAllow',
    ],
    [
      'IP rules remain and no private endpoint is approved',
      {
        privateEndpoints: [],
        publicNetworkAccess: true,
        networkAcls: acls({ ipRules: [{ value: '203.0.113.0/24', action: 'Allow' }] }),
      },
      'PrivateEndpointMissing,PublicNetworkAccess',
    ],
    ['a server calls no upstream', { upstreams: [{ auth: 'None' }] }, ''],
    ['a serverless resource has no upstream', { serviceMode: 'Serverless', identity: null }, ''],
  ])('where %s', (_, own, codes) => {
    expect(codesOf(own).join()).toBe(codes);
  });

  it('names what it was seen in', () => {
    const networkAcls = acls({ publicNetwork: { allow: ['RESTAPI'], deny: null } });
    const [, rest] = postureFindings(aPosture({ publicNetworkAccess: true, networkAcls }), sent);
    expect(rest).toEqual({
      code: 'PublicRestApi',
      secrets: [],
      versions: [],
      detail: { defaultAction: 'Deny', publicNetwork: { allow: ['RESTAPI'], deny: null } },
    });
  });
});

describe('what a network rule lets through', () => {
  it.each([
    ['Deny', { allow: ['RESTAPI'], deny: null }, ['RESTAPI']],
    ['Deny', { allow: null, deny: null }, []],
    ['Deny', { allow: ['RESTAPI', 'Trace'], deny: ['Trace'] }, ['RESTAPI']],
    ['Allow', { allow: null, deny: null }, ['ClientConnection', 'ServerConnection', 'RESTAPI', 'Trace']],
    ['Allow', { allow: null, deny: ['ClientConnection', 'Trace'] }, ['ServerConnection', 'RESTAPI']],
    ['Allow', { allow: ['RESTAPI'], deny: null }, ['ClientConnection', 'ServerConnection', 'RESTAPI', 'Trace']],
  ] as const)('by default %s, with %j', (defaultAction, rules, types) => {
    expect(letThrough(rules, defaultAction)).toEqual(types);
  });
});

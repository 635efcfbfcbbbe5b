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

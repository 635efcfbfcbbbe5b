import type { Cloud } from '../../core/clouds.ts';
import type { Reference } from './remedy.ts';
import type { RemediedCode } from './topics.ts';

const policy = (id: string, title: string): Reference => ({
  source: 'Azure Policy',
  id,
  title,
  url: `https://portal.azure.com/#view/Microsoft_Azure_Policy/PolicyDetailBlade/definitionId/%2Fproviders%2FMicrosoft.Authorization%2FpolicyDefinitions%2F${id}`,
});
const mcsb = (id: string, page: string, title: string): Reference => ({
  source: 'MCSB',
  id,
  title,
  url: `https://learn.microsoft.com/security/benchmark/azure/mcsb-${page}`,
});
const learn = (path: string, title: string): Reference => ({
  source: 'Microsoft Learn',
  id: null,
  title,
  url: `https://learn.microsoft.com/azure/${path}`,
});
const cwe = (id: number, title: string): Reference => ({
  source: 'CWE',
  id: `CWE-${id}`,
  title,
  url: `https://cwe.mitre.org/data/definitions/${id}.html`,
});
const attack = (id: string, title: string): Reference => ({
  source: 'MITRE ATT&CK',
  id,
  title,
  url: `https://attack.mitre.org/techniques/${id}/`,
});
const psRule = (id: string, rule: string, title: string): Reference => ({
  source: 'PSRule for Azure',
  id,
  title,
  url: `https://azure.github.io/PSRule.Rules.Azure/en/rules/${rule}/`,
});

// Azure Policy, category SignalR.
const LOCAL_AUTH_OFF = policy(
  'f70eecba-335d-4bbc-81d5-5b17b03d498f',
  'Azure SignalR Service should have local authentication methods disabled',
);
const TURN_LOCAL_AUTH_OFF = policy(
  '702133e5-5ec5-4f90-9638-c78e22f13b39',
  'Configure Azure SignalR Service to disable local authentication',
);
const PRIVATE_LINK = policy('2393d2cf-a342-44cd-a2e2-fe0188fd1234', 'Azure SignalR Service should use private link');
const PUBLIC_ACCESS_OFF = policy(
  '21a9766a-82a5-4747-abb5-650b6dbba6d0',
  'Azure SignalR Service should disable public network access',
);
const TURN_PUBLIC_ACCESS_OFF = policy(
  '62a3ae95-8169-403e-a2d2-b82141448092',
  'Modify Azure SignalR Service resources to disable public network access',
);
const SKU = policy(
  '464a1620-21b5-448d-8ce6-d4ac6d1bc49a',
  'Azure SignalR Service should use a Private Link enabled SKU',
);
const DIAGNOSTICS = policy(
  'd9f1f9a9-8795-49f9-9e7b-e11db14caeb2',
  'Azure SignalR Service should enable diagnostic logs',
);
const CONFIGURE_ENDPOINTS = policy(
  'ef45854f-b33f-49a3-8041-9057e915d88f',
  'Configure private endpoints to Azure SignalR Service',
);
const CONFIGURE_ZONES = policy(
  'b0e86710-7fb7-4a6c-a064-32e9b829509e',
  'Configure private DNS zones for private endpoints that connect to Azure SignalR Service',
);

const NS_2 = mcsb(
  'NS-2',
  'network-security#ns-2-secure-cloud-native-services-with-network-controls',
  'Secure cloud native services with network controls',
);
const IM_1 = mcsb('IM-1', 'identity-management', 'Use centralized identity and authentication system');
const IM_3 = mcsb('IM-3', 'identity-management', 'Manage application identities securely and automatically');
const IM_8 = mcsb('IM-8', 'identity-management', 'Restrict the exposure of credentials and secrets');
const DP_6 = mcsb('DP-6', 'data-protection', 'Use a secure key management process');
const LT_3 = mcsb('LT-3', 'logging-threat-detection', 'Enable logging for security investigation');

const CHANNEL = cwe(923, 'Improper Restriction of Communication Channel to Intended Endpoints');
const REMOTE_SERVICES = attack('T1021', 'Remote Services');
const UNSECURED_CREDENTIALS = attack('T1552', 'Unsecured Credentials');
const ZERO_TRUST: Reference = {
  source: 'NIST',
  id: 'SP 800-207',
  title: 'Zero Trust Architecture',
  url: 'https://csrc.nist.gov/pubs/sp/800/207/final',
};
const KEY_MANAGEMENT: Reference = {
  source: 'NIST',
  id: 'SP 800-57 Part 1',
  title: 'Recommendation for Key Management: General',
  url: 'https://csrc.nist.gov/pubs/sp/800/57/pt1/r5/final',
};

const KEY_ROTATION = learn('azure-signalr/signalr-howto-key-rotation', 'Rotate access keys');
const CONNECTION_STRING = learn('azure-signalr/concept-connection-string', 'Connection strings');
const DISABLE_LOCAL_AUTH = learn('azure-signalr/howto-disable-local-auth', 'Disable local authentication');
const ENTRA = learn(
  'azure-signalr/signalr-concept-authorize-azure-active-directory',
  'Authorize with Microsoft Entra ID',
);
const MANAGED_IDENTITY = learn(
  'azure-signalr/signalr-howto-authorize-managed-identity',
  'Authorize with managed identities',
);
const OWN_IDENTITY = learn('azure-signalr/howto-use-managed-identity', 'Managed identities of a SignalR resource');
const UPSTREAM = learn('azure-signalr/concept-upstream', 'Upstream endpoints');
const NETWORK_ACCESS = learn('azure-signalr/howto-network-access-control', 'Configure network access control');
const PRIVATE_ENDPOINTS = learn('azure-signalr/howto-private-endpoints', 'Use private endpoints');
const BASELINE = learn('azure-signalr/security-baseline', 'Security baseline for Azure SignalR Service');
const PRIVATE_LINK_DOCS = learn('private-link/', 'Azure Private Link');
const RESOURCE_LOGS = learn('azure-signalr/signalr-howto-diagnostic-logs', 'Resource logs of Azure SignalR Service');
const ARM = learn('templates/microsoft.signalrservice/signalr', 'Properties of Microsoft.SignalRService/signalR');
const VAULT_NETWORK = learn('key-vault/general/network-security', 'Network security of Azure Key Vault');
const VAULT_ROLES = learn('key-vault/general/rbac-guide', 'Access to Key Vault by roles');
const VAULT_RECOVERY = learn('key-vault/general/key-vault-recovery', 'Recovery of a vault and what is in it');
const ABOUT_SECRETS = learn('key-vault/secrets/about-secrets', 'About Key Vault secrets');
const SECRET_ROTATION = learn('key-vault/secrets/tutorial-rotation-dual', 'Rotation with two sets of credentials');
const REFERENCES = learn('app-service/app-service-key-vault-references', 'Key Vault references of App Service');

const NETWORK = [NS_2, CHANNEL, REMOTE_SERVICES, ZERO_TRUST, NETWORK_ACCESS] as const;
const KEY_AGE = [DP_6, KEY_MANAGEMENT, UNSECURED_CREDENTIALS, KEY_ROTATION] as const;

const REFERENCES_OF = {
  NothingPublished: [LOCAL_AUTH_OFF, DP_6, KEY_ROTATION, DISABLE_LOCAL_AUTH],
  KeyOverdue: KEY_AGE,
  KeyAgeUnknown: KEY_AGE,
  LocalAuthEnabled: [
    LOCAL_AUTH_OFF,
    TURN_LOCAL_AUTH_OFF,
    IM_1,
    UNSECURED_CREDENTIALS,
    ZERO_TRUST,
    DISABLE_LOCAL_AUTH,
    MANAGED_IDENTITY,
  ],
  AadAuthDisabled: [IM_1, ZERO_TRUST, ENTRA, ARM],
  KeysListedByStranger: KEY_AGE,
  SelfUnknown: [KEY_MANAGEMENT, ZERO_TRUST],
  StandbyLeaked: KEY_AGE,
  AmbiguousAuth: [IM_3, CONNECTION_STRING, MANAGED_IDENTITY],
  WrittenByOther: [IM_8, DP_6, ABOUT_SECRETS],
  PublishesDeadKey: [DP_6, KEY_ROTATION],
  SecretWithoutExpiry: [
    policy('98728c90-32c7-4049-8429-847dc0f4fe37', 'Key Vault secrets should have an expiration date'),
    DP_6,
    ABOUT_SECRETS,
  ],
  SecretNearExpiry: [DP_6, ABOUT_SECRETS, SECRET_ROTATION],
  KeyShared: [IM_8, UNSECURED_CREDENTIALS, REFERENCES, MANAGED_IDENTITY],
  VaultPublicAccess: [NS_2, CHANNEL, ZERO_TRUST, VAULT_NETWORK],
  ConsumerPinned: [DP_6, REFERENCES],
  FreeSku: [
    SKU,
    psRule('AZR-000182', 'Azure.SignalR.SLA', 'Use SKUs that include an SLA'),
    {
      source: 'Checkov',
      id: 'CKV_AZURE_196',
      title: 'Ensure that SignalR uses a paid SKU for its SLA',
      url: 'https://www.checkov.io/5.Policy%20Index/terraform.html',
    },
    NS_2,
    PRIVATE_ENDPOINTS,
  ],
  PrivateEndpointMissing: [
    PRIVATE_LINK,
    CONFIGURE_ENDPOINTS,
    CONFIGURE_ZONES,
    NS_2,
    CHANNEL,
    REMOTE_SERVICES,
    ZERO_TRUST,
    PRIVATE_ENDPOINTS,
    NETWORK_ACCESS,
    BASELINE,
    PRIVATE_LINK_DOCS,
    RESOURCE_LOGS,
  ],
  PrivateEndpointNotApproved: [PRIVATE_LINK, NS_2, CHANNEL, PRIVATE_ENDPOINTS, PRIVATE_LINK_DOCS],
  PublicNetworkAccess: [PUBLIC_ACCESS_OFF, TURN_PUBLIC_ACCESS_OFF, ...NETWORK, BASELINE],
  NetworkAclDefaultAllow: [PUBLIC_ACCESS_OFF, ...NETWORK],
  PublicRestApi: NETWORK,
  PublicServerConnection: NETWORK,
  PublicTrace: NETWORK,
  PublicClientConnection: NETWORK,
  PrivateEndpointOpen: [NS_2, CHANNEL, ZERO_TRUST, NETWORK_ACCESS],
  PrivateEndpointShut: [NS_2, NETWORK_ACCESS, PRIVATE_ENDPOINTS],
  IpRuleOpen: NETWORK,
  IpRulesRemain: NETWORK,
  DiagnosticLogsOff: [DIAGNOSTICS, LT_3, cwe(778, 'Insufficient Logging'), RESOURCE_LOGS],
  ResourceLogsOff: [DIAGNOSTICS, LT_3, cwe(778, 'Insufficient Logging'), RESOURCE_LOGS],
  CorsAllowsAll: [cwe(942, 'Permissive Cross-domain Policy with Untrusted Domains'), ARM, BASELINE],
  ClientCertificatesOff: [ZERO_TRUST, ARM],
  UpstreamWithoutIdentity: [
    psRule('AZR-000181', 'Azure.SignalR.ManagedIdentity', 'Use managed identities for SignalR Services'),
    IM_3,
    OWN_IDENTITY,
    UPSTREAM,
  ],
  ForeignEndpoint: [CONNECTION_STRING, IM_8],
  NotAConnectionString: [CONNECTION_STRING, IM_8],
  UnrecognisedKey: [SECRET_ROTATION, KEY_ROTATION],
  SecretMissing: [ABOUT_SECRETS, KEY_ROTATION],
  SecretDeleted: [VAULT_RECOVERY, ABOUT_SECRETS],
  SecretDisabled: [ABOUT_SECRETS, DP_6],
  PublicationUnreadable: [VAULT_ROLES, VAULT_NETWORK, IM_8],
} as const satisfies Record<RemediedCode, readonly Reference[]>;

/** Where to read more about a finding: policies and benchmarks first, pages last. */
export const referencesOf = (code: RemediedCode, { portal }: Pick<Cloud, 'portal'>): readonly Reference[] =>
  REFERENCES_OF[code].map((each) => ({ ...each, url: each.url.replace(PORTAL, `https://${portal}/`) }));

/** Policies are read in the portal, and each cloud has its own. */
const PORTAL = /^https:\/\/portal\.azure\.com\//;

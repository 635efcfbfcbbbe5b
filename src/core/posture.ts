import type { Instant } from './model.ts';

/** What can be asked of a SignalR resource over its network. */
export const REQUEST_TYPES = ['ClientConnection', 'ServerConnection', 'RESTAPI', 'Trace'] as const;
export type RequestType = (typeof REQUEST_TYPES)[number];

/** One list of a network ACL; null where it is not given. */
export interface RequestRules {
  readonly allow: readonly RequestType[] | null;
  readonly deny: readonly RequestType[] | null;
}

export interface NetworkAcls {
  readonly defaultAction: 'Allow' | 'Deny';
  readonly publicNetwork: RequestRules;
  /** By the name of the private endpoint's connection. */
  readonly privateEndpoints: readonly (RequestRules & { readonly name: string })[];
  readonly ipRules: readonly { readonly value: string; readonly action: 'Allow' | 'Deny' }[];
}

/** What ARM says of a SignalR resource, beside its keys. Nothing here is secret. */
export interface ResourcePosture {
  readonly location: string | null;
  /** `Free_F1`, `Standard_S1`, …; null where ARM does not say. */
  readonly sku: { readonly name: string; readonly tier: string } | null;
  readonly localAuthDisabled: boolean;
  readonly aadAuthDisabled: boolean;
  readonly publicNetworkAccess: boolean;
  /** null: none is set, and everything is let through. */
  readonly networkAcls: NetworkAcls | null;
  readonly privateEndpoints: readonly {
    readonly name: string;
    /** ARM id of the endpoint; null where ARM does not say. */
    readonly endpointId: string | null;
    /** `Approved`, `Pending`, `Rejected`, `Disconnected`. */
    readonly status: string;
  }[];
  /** Clients are asked for a certificate in the TLS handshake. */
  readonly clientCertificates: boolean;
  /** null: not given, which lets every origin in. */
  readonly corsOrigins: readonly string[] | null;
  readonly serviceMode: 'Default' | 'Serverless' | 'Classic';
  /** Where a serverless resource sends its events, by how it signs in there. Their addresses stay away: they may hold secrets. */
  readonly upstreams: readonly { readonly auth: 'None' | 'ManagedIdentity' }[];
  /** `SystemAssigned`, `UserAssigned`; null for none. */
  readonly identity: string | null;
  /** Categories of resource logs that are on: `ConnectivityLogs`, `MessagingLogs`, `HttpRequestLogs`. null: not configured. */
  readonly resourceLogs: readonly string[] | null;
}

/** One diagnostic setting: which categories it sends somewhere. */
export interface DiagnosticSetting {
  readonly name: string;
  /** Enabled categories or groups, as `ConnectivityLogs` or `allLogs`. */
  readonly logs: readonly string[];
}

/** One Key Vault, as ARM describes it. */
export interface VaultSeen {
  /** `kv-chat.vault.azure.net`, lower case. */
  readonly host: string;
  readonly resourceId: string;
  readonly subscription: string;
  /** `open`: from everywhere; `restricted`: from chosen networks or addresses; `closed`: over private endpoints only. */
  readonly publicAccess: 'open' | 'restricted' | 'closed';
}

/** What stands around a target and is asked less often than its keys. */
export interface Surroundings {
  readonly at: Instant;
  /** null: could not be seen. */
  readonly diagnostics: readonly DiagnosticSetting[] | null;
  /** Those of the publications' vaults that could be seen. */
  readonly vaults: readonly VaultSeen[];
}

/** One regeneration that the activity log shows as done, by whomever. */
export interface LoggedRegeneration {
  /** null where the log does not say. */
  readonly slot: 'primary' | 'secondary' | null;
  readonly from: Instant;
  readonly to: Instant;
}

/** How a publication's text signs in; `both` has a key and an AuthType. */
export type CredentialKind = 'access-key' | 'raw-key' | 'both' | 'azure' | 'azure.msi' | 'azure.app';

/** What a publication's text says, without its key. */
export interface TextSeen {
  readonly credential: CredentialKind;
  /** Origins, without user, path or query, which may hold secrets of a proxy. null where it names none. */
  readonly endpoint: string | null;
  readonly clientEndpoint: string | null;
  readonly serverEndpoint: string | null;
}

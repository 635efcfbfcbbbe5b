import type { PostureRecord, PublicationRecord } from '../app/ports.ts';
import type { LocalAuth, Reason, Verdict } from '../core/local-auth.ts';
import { REASONS } from '../core/local-auth.ts';
import {
  type CredentialKind,
  type DiagnosticSetting,
  type NetworkAcls,
  REQUEST_TYPES,
  type RequestRules,
  type ResourcePosture,
  type Surroundings,
  type TextSeen,
  type VaultSeen,
} from '../core/posture.ts';
import { anObject, instant, listOf, oneOf, optional, orNull, type Shape, text, truth, wordOf } from './shape.ts';
import { conditionCode, fingerprint, secretId, slot } from './state-shape.ts';

/** What the ledger keeps for the report, down to the last field: a report of all does not fail over one row. */

const requestTypes = orNull(listOf(oneOf(...REQUEST_TYPES)));
const rules = { allow: requestTypes, deny: requestTypes };
const action = oneOf('Allow', 'Deny');

const networkAcls = anObject<NetworkAcls>({
  defaultAction: action,
  publicNetwork: anObject<RequestRules>(rules),
  privateEndpoints: listOf(anObject<NetworkAcls['privateEndpoints'][number]>({ ...rules, name: text })),
  ipRules: listOf(anObject<NetworkAcls['ipRules'][number]>({ value: text, action })),
});

export const resourcePosture = anObject<ResourcePosture>({
  location: orNull(text),
  sku: orNull(anObject<NonNullable<ResourcePosture['sku']>>({ name: text, tier: text })),
  localAuthDisabled: truth,
  aadAuthDisabled: truth,
  publicNetworkAccess: truth,
  networkAcls: orNull(networkAcls),
  privateEndpoints: listOf(
    anObject<ResourcePosture['privateEndpoints'][number]>({ name: text, endpointId: orNull(text), status: text }),
  ),
  clientCertificates: truth,
  corsOrigins: orNull(listOf(text)),
  serviceMode: oneOf('Default', 'Serverless', 'Classic'),
  upstreams: listOf(anObject<ResourcePosture['upstreams'][number]>({ auth: oneOf('None', 'ManagedIdentity') })),
  identity: orNull(text),
  resourceLogs: orNull(listOf(text)),
});

const publicAccess = oneOf('open', 'restricted', 'closed');
export const vaultShape: Shape<Omit<VaultSeen, 'host'>> = { resourceId: text, subscription: text, publicAccess };

const surroundings = anObject<Surroundings>({
  at: instant,
  diagnostics: orNull(listOf(anObject<DiagnosticSetting>({ name: text, logs: listOf(text) }))),
  vaults: listOf(anObject<VaultSeen>({ ...vaultShape, host: text })),
});

const credential = wordOf<CredentialKind>({
  'access-key': true,
  'raw-key': true,
  both: true,
  azure: true,
  'azure.msi': true,
  'azure.app': true,
});

const publication = anObject<PublicationRecord>({
  secret: secretId,
  text: orNull(
    anObject<TextSeen>({
      credential,
      endpoint: orNull(text),
      clientEndpoint: orNull(text),
      serverEndpoint: orNull(text),
    }),
  ),
  code: orNull(conditionCode),
  version: orNull(text),
  fingerprint: orNull(fingerprint),
  expiresAt: orNull(instant),
});

export const verdict = wordOf<Verdict>({ Disabled: true, DisableNow: true, MigrateFirst: true, Unknown: true });

const localAuth = anObject<LocalAuth>({
  verdict,
  reasons: listOf(
    anObject<Reason>({
      code: oneOf(...Object.keys(REASONS)),
      detail: anObject<Reason['detail']>({
        secrets: optional(listOf(secretId)),
        consumers: optional(listOf(text)),
        slot: optional(slot),
        fingerprint: optional(fingerprint),
        at: optional(instant),
      }),
    }),
  ),
});

export const posture = anObject<PostureRecord>({
  resource: resourcePosture,
  surroundings: orNull(surroundings),
  publications: listOf(publication),
  localAuth,
});

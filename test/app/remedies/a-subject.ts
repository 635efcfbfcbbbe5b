import type { Subject } from '../../../src/app/remedies/remedy.ts';
import { CLOUDS } from '../../../src/core/clouds.ts';
import type { CONDITIONS, PublicationCode } from '../../../src/core/codes.ts';
import { FINDINGS, type FindingCode } from '../../../src/core/finding-codes.ts';
import { parseResourceId, parseSecretId, type ResourceId, type SecretId } from '../../../src/core/model.ts';

export const resourceId = (text: string): ResourceId => {
  const id = parseResourceId(text);
  if (id === null) throw new TypeError(`Not the id of a SignalR resource: ${text}`);
  return id;
};

export const secretId = (text: string): SecretId => {
  const id = parseSecretId(text);
  if (id === null) throw new TypeError(`Not the address of a secret: ${text}`);
  return id;
};

const SUBSCRIPTION = '11111111-1111-1111-1111-111111111111';

export const aSubject = (own: Partial<Subject> = {}): Subject => ({
  name: 'Chat-Prod',
  resourceId: resourceId(
    `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-chat/providers/Microsoft.SignalRService/signalR/Chat-Prod`,
  ),
  location: 'westeurope',
  cloud: CLOUDS.AzureCloud,
  serviceMode: 'Default',
  secrets: [
    secretId('https://kv-a.vault.azure.net/secrets/chat'),
    secretId('https://kv-b.vault.azure.net/secrets/chat'),
  ],
  evidence: {},
  ...own,
});

/** All that ARM's rules for a group let through, and more: quotes, expansions and templates of every language here. */
export const HOSTILE = `it's"$(exit)\`exit\`\${exit}%{exit}\\';exit;#&|>x`;

/** Nothing of it may end a string, wherever it stands. */
export const aHostileSubject = (own: Partial<Subject> = {}): Subject =>
  aSubject({
    resourceId: resourceId(
      `/subscriptions/${SUBSCRIPTION}/resourceGroups/${HOSTILE.replaceAll('#', '')}/providers/Microsoft.SignalRService/signalR/chat`,
    ),
    name: HOSTILE,
    location: HOSTILE,
    evidence: evidenceOf(HOSTILE),
    ...own,
  });

/** What the findings that have more to say say, with one name in it. */
export const evidenceOf = (name: string): Subject['evidence'] => ({
  consumers: [name],
  vaults: [`/subscriptions/${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/${name}`],
  ipRules: [{ value: name, action: 'Allow' }],
  privateEndpoints: [{ name, endpointId: null, status: 'Pending', lets: ['Trace'] }],
  defaultAction: 'Deny',
  publicNetwork: { allow: ['ClientConnection', 'RESTAPI'], deny: null },
});

const PUBLICATION_CODES = [
  'ForeignEndpoint',
  'NotAConnectionString',
  'UnrecognisedKey',
  'SecretMissing',
  'SecretDeleted',
  'SecretDisabled',
  'PublicationUnreadable',
] as const satisfies readonly (PublicationCode & keyof typeof CONDITIONS)[];

/** Compiles only while the list above has every one. */
type Missing = Exclude<PublicationCode, (typeof PUBLICATION_CODES)[number]>;
const nothingIsMissing: [Missing] extends [never] ? true : never = true;

export const EVERY_CODE: readonly (FindingCode | PublicationCode)[] = nothingIsMissing && [
  ...(Object.keys(FINDINGS) as FindingCode[]),
  ...PUBLICATION_CODES,
];

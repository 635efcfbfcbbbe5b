import type { ResourceId, SecretId } from '../../src/core/model.ts';
import { hostOf } from '../../src/core/model.ts';
import { NOON } from '../support/scene.ts';

/** Events as Azure's services and other senders write them; shapes are those of Microsoft's samples and of recorded ones. */

export const SELF = '11111111-aaaa-4000-8000-000000000001';
export const KNOWN = '22222222-aaaa-4000-8000-000000000002';
export const STRANGER = '33333333-aaaa-4000-8000-000000000003';
export const GROUP = '44444444-aaaa-4000-8000-000000000004';

export interface Made {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly subject: string;
  readonly at: number;
  readonly data: unknown;
}

/** With seven digits of a second, as Azure has them. */
const timeOf = (at: number): string => new Date(at).toISOString().replace('Z', '0000Z');

export const asEventGrid = ({ id, type, source, subject, at, data }: Made): Record<string, unknown> => ({
  ...{ id, topic: source, subject, eventType: type, eventTime: timeOf(at) },
  ...{ data, dataVersion: '2', metadataVersion: '1' },
});

export const asCloudEvent = ({ id, type, source, subject, at, data }: Made): Record<string, unknown> => ({
  ...{ specversion: '1.0', id, type, source, subject, time: timeOf(at) },
  ...{ datacontenttype: 'application/json', data },
});

export const SCHEMAS = { 'Event Grid': asEventGrid, CloudEvents: asCloudEvent };

type Own<T = Record<never, never>> = Partial<Made> & T;

/** Somebody's own report. */
export const suspected = (data: unknown, own: Own = {}): Made => ({
  ...{ id: 'suspected-1', type: 'SignalRKeyRotation.KeyCompromiseSuspected', source: '/scanners/one' },
  ...{ subject: 'leak', at: NOON, data },
  ...own,
});

interface Acting {
  readonly by?: string;
  /** Whom the role was assigned to, where that is not who acts. */
  readonly through?: string;
  readonly ip?: string;
  readonly operation?: string;
}

/** An action of ARM. Object ids in the evidence come without hyphens. */
export function acted(resource: ResourceId, verb: 'listKeys' | 'regenerateKey', own: Own<Acting> = {}): Made {
  const { by = STRANGER, through = by, ip = '203.0.113.7', ...rest } = own;
  const operation = own.operation ?? `Microsoft.SignalRService/SignalR/${verb}/action`;
  const subscription = resource.split('/').slice(0, 3).join('/');
  const data = {
    authorization: {
      scope: resource,
      action: operation,
      evidence: {
        ...{ role: 'Contributor', roleAssignmentScope: subscription, roleAssignmentId: 'a'.repeat(32) },
        ...{ roleDefinitionId: 'b'.repeat(32), principalId: through.replaceAll('-', ''), principalType: 'User' },
      },
    },
    claims: {
      ...{ aud: 'https://management.azure.com/', iss: 'https://sts.windows.net/t/', appid: 'a', uti: 'u', ver: '1.0' },
      'http://schemas.microsoft.com/identity/claims/objectidentifier': by,
      'http://schemas.microsoft.com/identity/claims/tenantid': '99999999-aaaa-4000-8000-000000000009',
    },
    correlationId: '55555555-aaaa-4000-8000-000000000005',
    httpRequest: {
      clientRequestId: 'r',
      clientIpAddress: ip,
      method: 'POST',
      url: `https://management.azure.com${resource}/${verb}`,
    },
    ...{ resourceProvider: 'Microsoft.SignalRService', resourceUri: resource, operationName: operation },
    ...{ status: 'Succeeded', subscriptionId: subscription.split('/')[2], tenantId: 't' },
  };
  const type = 'Microsoft.Resources.ResourceActionSuccess';
  return { id: `${verb}-1`, type, source: subscription, subject: resource, at: NOON, data, ...rest };
}

/** As Key Vault's own sample has it: a space after a name, one before the version, times as text. */
export function ofSecret(
  type: 'SecretNewVersionCreated' | 'SecretNearExpiry' | 'SecretExpired',
  secret: SecretId,
  version: string,
  own: Own<{ readonly parts?: boolean }> = {},
): Made {
  const { parts = false, ...rest } = own;
  const [vault = ''] = hostOf(secret).split('.');
  const name = secret.slice(secret.lastIndexOf('/') + 1);
  const data = {
    ...(parts ? {} : { Id: `https://${hostOf(secret)}/secrets/${name}/${version}` }),
    ...{ VaultName: vault, ObjectType: 'Secret', 'ObjectName ': name, Version: ` ${version}` },
    ...{ NBF: '1559081980', EXP: '1559082102' },
  };
  const source = `/subscriptions/S1/resourceGroups/rg-secrets/providers/Microsoft.KeyVault/vaults/${vault}`;
  return { id: `${type}-1`, type: `Microsoft.KeyVault.${type}`, source, subject: name, at: NOON, data, ...rest };
}

/** The alert itself, as continuous export and workflow automation hand it on. */
export const exportedAlert = (named: Record<string, unknown>, own: Record<string, unknown> = {}) => ({
  ...{ VendorName: 'Microsoft', AlertType: 'ARM_SuspiciousKeyListing', ProductName: 'Microsoft Defender for Cloud' },
  ...{
    StartTimeUtc: timeOf(NOON),
    EndTimeUtc: timeOf(NOON),
    ProcessingEndTime: timeOf(NOON),
    TimeGenerated: timeOf(NOON),
  },
  ...{ IsIncident: false, Severity: 'High', Status: 'New', SystemAlertId: '2518_F2BFED55-5997-4FEA-95BD-BB7C6DDCD061' },
  ...{
    CompromisedEntity: 'chat-prod',
    Intent: 'CredentialAccess',
    AlertDisplayName: 'Keys were listed by a suspicious IP',
  },
  ...{
    Description: 'Somebody listed keys',
    RemediationSteps: ['Rotate the keys'],
    ExtendedProperties: {},
    Entities: [],
  },
  ResourceIdentifiers: [{ $id: 'centralus_1', Type: 'AzureResource', ...named }],
  ...own,
});

/** The same as the REST API has it. */
export const restAlert = (resource: string) => ({
  id: '/subscriptions/s/providers/Microsoft.Security/locations/centralus/alerts/2518_rest',
  ...{ name: '2518_rest', type: 'Microsoft.Security/Locations/alerts' },
  properties: {
    ...{ status: 'Active', severity: 'High', alertDisplayName: 'Keys were listed by a suspicious IP' },
    ...{ systemAlertId: '2518_rest', timeGeneratedUtc: timeOf(NOON), compromisedEntity: 'chat-prod' },
    resourceIdentifiers: [{ type: 'AzureResource', azureResourceId: resource }],
  },
});

/** Forwarded by a workflow under a type of its own. */
export const alerted = (alert: unknown, own: Own = {}): Made => ({
  ...{
    id: 'alerted-1',
    type: 'Contoso.SecurityAlert',
    source: '/workflows/forward',
    subject: 'alert',
    at: NOON,
    data: alert,
  },
  ...own,
});

/** As documented it names the alert alone; what else is in `resourceData` depends on the publisher. */
export const graphAlerted = (more: Record<string, unknown>, own: Own = {}): Made => ({
  ...{
    id: 'graph-1',
    type: 'Microsoft.Graph.AlertCreated',
    source: '/tenants/t/applications/a',
    subject: 'Alert/1',
    at: NOON,
  },
  data: {
    ...{ changeType: 'created', clientState: 'c', resource: 'security/alerts/1', subscriptionId: 's', tenantId: 't' },
    resourceData: { '@odata.type': '#microsoft.graph.alert', '@odata.id': 'security/alerts/1', id: '1', ...more },
  },
  ...own,
});

/**
 * What the templates here may name: type, version and writable properties, copied from Microsoft's Bicep type definitions of
 * 2026-08-20 (the whole of a SignalR resource, of the others what is used). A list is a closed set of values.
 */
export const ARM: Readonly<
  Record<string, { readonly apiVersion: string; readonly properties: Readonly<Record<string, Kind>> }>
> = {
  'Microsoft.Authorization/policyAssignments': {
    apiVersion: '2026-06-01',
    properties: {
      name: 'string',
      'properties.displayName': 'string',
      'properties.parameters.effect.value': 'any',
      'properties.policyDefinitionId': 'string',
    },
  },
  'Microsoft.Authorization/roleAssignments': {
    apiVersion: '2022-04-01',
    properties: {
      name: 'string',
      'properties.principalId': 'string',
      'properties.principalType': 'string',
      'properties.roleDefinitionId': 'string',
    },
  },
  'Microsoft.Insights/diagnosticSettings': {
    apiVersion: '2021-05-01-preview',
    properties: {
      name: 'string',
      'properties.logs[].categoryGroup': 'string',
      'properties.logs[].enabled': 'bool',
      'properties.metrics[].category': 'string',
      'properties.metrics[].enabled': 'bool',
      'properties.workspaceId': 'string',
    },
  },
  'Microsoft.KeyVault/vaults': {
    apiVersion: '2026-02-01',
    properties: {
      location: 'string',
      name: 'string',
      'properties.networkAcls.bypass': 'string',
      'properties.networkAcls.defaultAction': 'string',
      'properties.networkAcls.ipRules[].value': 'string',
      'properties.networkAcls.virtualNetworkRules[].id': 'string',
      'properties.sku.family': 'string',
      'properties.sku.name': ['standard', 'premium'],
      'properties.tenantId': 'string',
    },
  },
  'Microsoft.KeyVault/vaults/secrets': {
    apiVersion: '2026-02-01',
    properties: {
      name: 'string',
      'properties.value': 'string',
    },
  },
  'Microsoft.Network/networkSecurityGroups': {
    apiVersion: '2025-07-01',
    properties: {
      location: 'string',
      name: 'string',
      'properties.securityRules[].name': 'string',
      'properties.securityRules[].properties.access': 'string',
      'properties.securityRules[].properties.destinationAddressPrefix': 'string',
      'properties.securityRules[].properties.destinationPortRange': 'string',
      'properties.securityRules[].properties.direction': 'string',
      'properties.securityRules[].properties.priority': 'int',
      'properties.securityRules[].properties.protocol': 'string',
      'properties.securityRules[].properties.sourceAddressPrefix': 'string',
      'properties.securityRules[].properties.sourcePortRange': 'string',
    },
  },
  'Microsoft.Network/privateDnsZones': {
    apiVersion: '2024-06-01',
    properties: {
      location: 'string',
      name: 'string',
    },
  },
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks': {
    apiVersion: '2024-06-01',
    properties: {
      location: 'string',
      name: 'string',
      'properties.registrationEnabled': 'bool',
      'properties.virtualNetwork.id': 'string',
    },
  },
  'Microsoft.Network/privateEndpoints': {
    apiVersion: '2025-07-01',
    properties: {
      location: 'string',
      name: 'string',
      'properties.customNetworkInterfaceName': 'string',
      'properties.privateLinkServiceConnections[].name': 'string',
      'properties.privateLinkServiceConnections[].properties.groupIds[]': 'string',
      'properties.privateLinkServiceConnections[].properties.privateLinkServiceId': 'string',
      'properties.subnet.id': 'string',
    },
  },
  'Microsoft.Network/privateEndpoints/privateDnsZoneGroups': {
    apiVersion: '2025-07-01',
    properties: {
      name: 'string',
      'properties.privateDnsZoneConfigs[].name': 'string',
      'properties.privateDnsZoneConfigs[].properties.privateDnsZoneId': 'string',
    },
  },
  'Microsoft.Network/virtualNetworks': {
    apiVersion: '2025-07-01',
    properties: {
      name: 'string',
    },
  },
  'Microsoft.Network/virtualNetworks/subnets': {
    apiVersion: '2025-07-01',
    properties: {
      name: 'string',
      'properties.addressPrefix': 'string',
      'properties.networkSecurityGroup.id': 'string',
      'properties.privateEndpointNetworkPolicies': 'string',
    },
  },
  'Microsoft.SignalRService/signalR': {
    apiVersion: '2024-03-01',
    properties: {
      name: 'string',
      'sku.name': 'string',
      'sku.tier': 'string',
      'sku.capacity': 'int',
      'properties.tls.clientCertEnabled': 'bool',
      'properties.features[].flag': 'string',
      'properties.features[].value': 'string',
      'properties.features[].properties.*': 'string',
      'properties.liveTraceConfiguration.enabled': 'string',
      'properties.liveTraceConfiguration.categories[].name': 'string',
      'properties.liveTraceConfiguration.categories[].enabled': 'string',
      'properties.resourceLogConfiguration.categories[].name': 'string',
      'properties.resourceLogConfiguration.categories[].enabled': 'string',
      'properties.cors.allowedOrigins[]': 'string',
      'properties.serverless.connectionTimeoutInSeconds': 'int',
      'properties.upstream.templates[].hubPattern': 'string',
      'properties.upstream.templates[].eventPattern': 'string',
      'properties.upstream.templates[].categoryPattern': 'string',
      'properties.upstream.templates[].urlTemplate': 'string',
      'properties.upstream.templates[].auth.type': 'string',
      'properties.upstream.templates[].auth.managedIdentity.resource': 'string',
      'properties.networkACLs.defaultAction': 'string',
      'properties.networkACLs.publicNetwork.allow[]': 'string',
      'properties.networkACLs.publicNetwork.deny[]': 'string',
      'properties.networkACLs.privateEndpoints[].name': 'string',
      'properties.networkACLs.privateEndpoints[].allow[]': 'string',
      'properties.networkACLs.privateEndpoints[].deny[]': 'string',
      'properties.networkACLs.ipRules[].value': 'string',
      'properties.networkACLs.ipRules[].action': 'string',
      'properties.publicNetworkAccess': 'string',
      'properties.disableLocalAuth': 'bool',
      'properties.disableAadAuth': 'bool',
      'properties.regionEndpointEnabled': 'string',
      'properties.resourceStopped': 'string',
      kind: 'string',
      'identity.type': 'string',
      'identity.userAssignedIdentities.*': 'any',
      'tags.*': 'string',
      location: 'string',
    },
  },
  'Microsoft.SignalRService/signalR/privateEndpointConnections': {
    apiVersion: '2024-03-01',
    properties: {
      name: 'string',
      'properties.privateLinkServiceConnectionState.description': 'string',
      'properties.privateLinkServiceConnectionState.status': 'string',
    },
  },
  'Microsoft.Web/sites': {
    apiVersion: '2025-03-01',
    properties: {
      name: 'string',
    },
  },
  'Microsoft.Web/sites/config': {
    apiVersion: '2025-03-01',
    properties: {
      name: ['appsettings'],
      'properties.*': 'string',
    },
  },
};

export type Kind = 'string' | 'int' | 'bool' | 'any' | readonly string[];

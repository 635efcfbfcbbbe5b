metadata description = 'A private endpoint, and its name in a zone that is there.'

@description('Name of the endpoint.')
param name string

@description('Region, that of the network.')
param location string

@description('Tags.')
param tags object

@description('Resource id of the subnet.')
param subnetId string

@description('Resource id of what is reached.')
param targetId string

@description('The part of it that is reached: blob, queue, table, vault, sites or signalr.')
param groupId string

@description('Resource id of the DNS zone.')
param zoneId string

resource endpoint 'Microsoft.Network/privateEndpoints@2025-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    customNetworkInterfaceName: 'nic-${name}'
    privateLinkServiceConnections: [
      { name: name, properties: { privateLinkServiceId: targetId, groupIds: [groupId] } }
    ]
  }
}

resource zoneGroup 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-07-01' = {
  parent: endpoint
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      { name: groupId, properties: { privateDnsZoneId: zoneId } }
    ]
  }
}

@description('Resource id of the endpoint.')
output id string = endpoint.id

metadata description = 'Storage and vaults, reached without leaving the network.'

@description('Region, that of the network.')
param location string

@description('Tags.')
param tags object

@description('Resource id of the subnet of the private endpoints.')
param subnetId string

@description('Resource id of the network.')
param networkId string

@description('Resource id of the storage account.')
param storageId string

@description('Resource ids of the vaults.')
param vaultIds string[]

var services = ['blob', 'queue', 'table']
// privatelink.vaultcore.azure.net, where vaults end in .vault.azure.net; the same in the other clouds.
var vaultZoneName = 'privatelink${replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')}'

module storageZone 'private-zone.bicep' = [for service in services: {
  name: 'zone-${service}'
  params: {
    name: 'privatelink.${service}.${environment().suffixes.storage}'
    tags: tags
    networkId: networkId
  }
}]

module storageEndpoint 'private-endpoint.bicep' = [for (service, i) in services: {
  name: 'endpoint-${service}'
  params: {
    name: 'pe-${last(split(storageId, '/'))}-${service}'
    location: location
    tags: tags
    subnetId: subnetId
    targetId: storageId
    groupId: service
    zoneId: storageZone[i].outputs.id
  }
}]

module vaultZone 'private-zone.bicep' = {
  name: 'zone-vault'
  params: {
    name: vaultZoneName
    tags: tags
    networkId: networkId
  }
}

module vaultEndpoint 'private-endpoint.bicep' = [for id in vaultIds: {
  name: 'endpoint-vault-${uniqueString(id)}'
  params: {
    name: 'pe-${last(split(id, '/'))}'
    location: location
    tags: tags
    subnetId: subnetId
    targetId: id
    groupId: 'vault'
    zoneId: vaultZone.outputs.id
  }
}]

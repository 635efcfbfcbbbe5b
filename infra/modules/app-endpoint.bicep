metadata description = 'The app itself, reached from the network only. Its site for deploying goes with it.'

@description('Resource id of the app.')
param siteId string

@description('Region, that of the network.')
param location string

@description('Tags.')
param tags object

@description('Resource id of the subnet of the private endpoints.')
param subnetId string

@description('Resource id of the network.')
param networkId string

var zones = {
  AzureCloud: 'privatelink.azurewebsites.net'
  AzureUSGovernment: 'privatelink.azurewebsites.us'
  AzureChinaCloud: 'privatelink.chinacloudsites.cn'
}

module zone 'private-zone.bicep' = {
  name: 'zone-sites'
  params: {
    name: zones[environment().name]
    tags: tags
    networkId: networkId
  }
}

module endpoint 'private-endpoint.bicep' = {
  name: 'endpoint-sites'
  params: {
    name: 'pe-${last(split(siteId, '/'))}'
    location: location
    tags: tags
    subnetId: subnetId
    targetId: siteId
    groupId: 'sites'
    zoneId: zone.outputs.id
  }
}

metadata description = 'Takes one Azure SignalR resource off the internet in three stages. Deploy each, and look at the logs of some days before the next.'

@description('endpoint: a private endpoint and its DNS zone. restricted: what the public network no longer may. closed: no public access.')
@allowed(['endpoint', 'restricted', 'closed'])
param stage string = 'endpoint'

@description('Resource id of the SignalR resource. It has to be Standard or Premium.')
param signalrId string

@description('Region of the virtual network of the app servers.')
param location string = resourceGroup().location

@description('Tags.')
param tags object = {}

@description('Resource id of that network.')
param networkId string

@description('Resource id of a subnet for private endpoints only, /28 at least and /27 better.')
param subnetId string

@description('Resource id of the DNS zone, where there is one already. Empty: it is made.')
param zoneId string = ''

@description('What the private endpoint lets through from stage restricted on.')
param privateRequestTypes string[] = ['ServerConnection', 'RESTAPI']

@description('What the public network lets through in stage restricted. ClientConnection is the last to go.')
param publicRequestTypes string[] = ['ClientConnection']

@description('Your own addresses, for the time of the move: { value, action }.')
param ipRules array = []

var zoneNames = {
  AzureCloud: 'privatelink.service.signalr.net'
  AzureUSGovernment: 'privatelink.signalr.azure.us'
  AzureChinaCloud: 'privatelink.signalr.azure.cn'
}
var signalrName = last(split(signalrId, '/'))
var endpointName = 'pe-${signalrName}'

resource signalr 'Microsoft.SignalRService/signalR@2024-03-01' existing = {
  name: signalrName
  scope: resourceGroup(split(signalrId, '/')[2], split(signalrId, '/')[4])
}

module zone 'modules/private-zone.bicep' = if (empty(zoneId)) {
  name: 'zone-signalr'
  params: {
    name: zoneNames[environment().name]
    tags: tags
    networkId: networkId
  }
}

module endpoint 'modules/private-endpoint.bicep' = {
  name: 'endpoint-${signalrName}'
  params: {
    name: endpointName
    location: location
    tags: tags
    subnetId: subnetId
    targetId: signalrId
    groupId: 'signalr'
    zoneId: empty(zoneId) ? zone!.outputs.id : zoneId
  }
}

// A deployment of the resource replaces it, so all that it has is read first and handed on.
module rules 'modules/signalr-network-rules.bicep' = if (stage != 'endpoint') {
  name: 'rules-${signalrName}'
  scope: resourceGroup(split(signalrId, '/')[2], split(signalrId, '/')[4])
  params: {
    name: signalrName
    location: signalr.location
    tags: signalr.?tags ?? {}
    sku: signalr.sku
    kind: signalr.kind
    identity: signalr.?identity
    before: signalr.properties
    endpointName: endpointName
    privateRequestTypes: privateRequestTypes
    publicRequestTypes: stage == 'restricted' ? publicRequestTypes : []
    ipRules: stage == 'restricted' ? ipRules : []
    isClosed: stage == 'closed'
  }
  dependsOn: [endpoint]
}

@description('Resource id of the private endpoint.')
output endpointId string = endpoint.outputs.id

metadata description = 'The network rules of a SignalR resource, and everything else of it as it was.'

@description('Name of the resource.')
param name string

@description('Region of the resource.')
param location string

@description('Its tags.')
param tags object

@description('Its SKU.')
param sku object

@description('Its kind.')
param kind string

@description('Its identity, or nothing.')
param identity object?

@description('Its properties. Secure, since addresses of an upstream may hold a code.')
@secure()
param before object

@description('Name of the private endpoint. Its connection is named after it, with something behind.')
param endpointName string

@description('What the private endpoint lets through.')
param privateRequestTypes string[]

@description('What the public network lets through.')
param publicRequestTypes string[]

@description('Addresses that are let in: { value, action }.')
param ipRules array

@description('Whether public access is closed.')
param isClosed bool

var requestTypes = ['ClientConnection', 'ServerConnection', 'RESTAPI', 'Trace']
var connections = filter(before.privateEndpointConnections, each => (startsWith(each.name, endpointName)))
var rulesBefore = filter(
  before.?networkACLs.?privateEndpoints ?? [],
  each => (!startsWith(each.name, endpointName))
)

resource signalr 'Microsoft.SignalRService/signalR@2024-03-01' = {
  name: name
  location: location
  tags: tags
  sku: any({ name: sku.name, capacity: sku.?capacity })
  kind: kind
  identity: any(identity == null ? null : { type: identity!.type, userAssignedIdentities: mapValues(identity!.?userAssignedIdentities ?? {}, each => ({})) })
  properties: {
    features: any(before.?features)
    cors: any(before.?cors)
    serverless: any(before.?serverless)
    upstream: any(before.?upstream)
    tls: any(before.?tls)
    liveTraceConfiguration: any(before.?liveTraceConfiguration)
    resourceLogConfiguration: any(before.?resourceLogConfiguration)
    disableLocalAuth: any(before.?disableLocalAuth)
    disableAadAuth: any(before.?disableAadAuth)
    regionEndpointEnabled: any(before.?regionEndpointEnabled)
    resourceStopped: any(before.?resourceStopped)
    publicNetworkAccess: isClosed ? 'Disabled' : 'Enabled'
    networkACLs: {
      defaultAction: 'Deny'
      publicNetwork: {
        allow: publicRequestTypes
        deny: filter(requestTypes, each => (!contains(publicRequestTypes, each)))
      }
      privateEndpoints: concat(
        map(connections, each => ({ name: each.name, allow: privateRequestTypes, deny: [] })),
        rulesBefore
      )
      ipRules: ipRules
    }
  }
}

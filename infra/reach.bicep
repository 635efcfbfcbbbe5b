targetScope = 'subscription'

metadata description = 'What the app may do and hear, in some subscriptions.'

@description('Each is { id, grants, sources, changes }: what is granted there, what is heard there, and where the second identity may change resources.')
param subscriptions array

@description('The mark of the installation.')
param installation string

@description('Object id of the identity of the app.')
param principalId string

@description('Object id of the second identity. Empty: there is none.')
param changesPrincipalId string

@description('Resource id of the storage account of the app.')
param storageId string

@description('Sets names of nested deployments apart.')
param token string

@description('Tags.')
param tags object

module grants 'grants/subscription.bicep' = [for each in subscriptions: if (!empty(each.grants)) {
  name: 'grants-${token}'
  scope: subscription(each.id)
  params: {
    installation: installation
    principalId: principalId
    grants: each.grants
    token: token
  }
}]

module changes 'grants/changes.bicep' = [for each in subscriptions: if (!empty(each.changes)) {
  name: 'changes-${token}'
  scope: subscription(each.id)
  params: {
    installation: installation
    principalId: changesPrincipalId
    scopes: each.changes
    token: token
  }
}]

module events 'events/subscription.bicep' = [for each in subscriptions: if (!empty(each.sources)) {
  name: 'events-${token}'
  scope: subscription(each.id)
  params: {
    sources: each.sources
    storageId: storageId
    token: token
    tags: tags
  }
}]

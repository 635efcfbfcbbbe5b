metadata description = 'A system topic that we make.'

@description('group, subscription or vault.')
@allowed(['group', 'subscription', 'vault'])
param kind string

@description('Resource id of the source.')
param source string

@description('Name of the topic.')
param name string

@description('Region of the source; those without one are global.')
param location string

@description('Tags.')
param tags object

var types = {
  group: 'Microsoft.Resources.ResourceGroups'
  subscription: 'Microsoft.Resources.Subscriptions'
  vault: 'Microsoft.KeyVault.vaults'
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: name
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    source: source
    topicType: types[kind]
  }
}

@description('Object id of the identity of the topic.')
output principalId string = topic.identity.principalId

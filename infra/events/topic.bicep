metadata description = 'The system topic of one source, made or found. It has an identity of its own: behind a firewall no other one gets through.'

@description('group, subscription or vault.')
@allowed(['group', 'subscription', 'vault'])
param kind string

@description('Resource id of the source.')
param source string

@description('Name of the topic.')
param name string

@description('Whether the topic is there already.')
param isThere bool

@description('Tags.')
param tags object

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' existing = if (kind == 'vault') {
  name: last(split(source, '/'))
}

// A module of its own, since the region of a vault is known only while deploying.
module made 'made-topic.bicep' = if (!isThere) {
  name: 'made-${uniqueString(source)}'
  params: {
    kind: kind
    source: source
    name: name
    location: kind == 'vault' ? vault!.location : 'global'
    tags: tags
  }
}

resource found 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = if (isThere) {
  name: name
}

@description('Name of the topic.')
output name string = name

@description('Object id of the identity of the topic.')
output principalId string = isThere ? found!.identity.principalId : made!.outputs.principalId

targetScope = 'subscription'

metadata description = 'What is heard of in one subscription, forty sources at a time: a template holds each deployment within it anew, and may have 4 MB.'

@description('Each is { kind, source, group, topic, secrets }.')
param sources array

@description('Resource id of the storage account of the app.')
param storageId string

@description('Sets names of nested deployments apart.')
param token string

@description('Tags.')
param tags object

module forty 'sources.bicep' = [for i in range(0, (length(sources) + 39) / 40): {
  name: 'events-${token}-${i}'
  params: {
    sources: take(skip(sources, i * 40), 40)
    storageId: storageId
    token: token
    tags: tags
  }
}]

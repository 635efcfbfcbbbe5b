targetScope = 'subscription'

metadata description = 'What is heard of, source by source: for each a system topic, the right of its identity to write into our queue, and a subscription.'

@description('Each is { kind, source, group, topic, secrets }: what is listened to, the group of its topic, and the name of a topic that is there already, or nothing.')
param sources array

@description('Resource id of the storage account of the app.')
param storageId string

@description('Sets names of nested deployments apart.')
param token string

@description('Tags.')
param tags object

module topics 'topic.bicep' = [for each in sources: {
  name: 'topic-${uniqueString(each.source)}'
  scope: resourceGroup(split(each.group, '/')[4])
  params: {
    kind: each.kind
    source: each.source
    // One topic for each source, whoever made it: with a name of its own a second installation would be refused.
    name: empty(each.topic) ? 'evgst-${uniqueString(each.source)}' : each.topic
    isThere: !empty(each.topic)
    tags: tags
  }
}]

module rights 'rights.bicep' = [for (each, i) in sources: {
  name: 'events-${uniqueString(each.source)}'
  scope: resourceGroup(split(storageId, '/')[2], split(storageId, '/')[4])
  params: {
    storageName: last(split(storageId, '/'))
    principalId: topics[i].outputs.principalId
  }
}]

// After the rights, by the name that they hand on: the right on dead letters is looked at when the subscription is made.
module deliveries 'delivery.bicep' = [for (each, i) in sources: {
  name: 'delivery-${uniqueString(each.source)}'
  scope: resourceGroup(split(each.group, '/')[4])
  params: {
    kind: each.kind
    topicName: topics[i].outputs.name
    subscriptionName: 'keys-${token}'
    storageId: storageId
    queueName: rights[i].outputs.queueName
    secrets: each.secrets
  }
}]

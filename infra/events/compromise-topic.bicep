metadata description = 'A topic to which scanners and people report a leaked key, by identity and never by a key of its own.'

@description('Name of the topic.')
param name string

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('Name of the storage account of the app.')
param storageName string

@description('Object ids of those who may report.')
param reporters string[]

var names = any(loadJsonContent('../names.json'))

resource account 'Microsoft.Storage/storageAccounts@2026-04-01' existing = {
  name: storageName
}

resource topic 'Microsoft.EventGrid/topics@2025-02-15' = {
  name: name
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    inputSchema: 'CloudEventSchemaV1_0'
    disableLocalAuth: true
    minimumTlsVersionAllowed: '1.2'
  }
}

// EventGrid Data Sender
resource senders 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for reporter in reporters: {
  name: guid(topic.id, reporter, 'event-grid-data-sender')
  scope: topic
  properties: {
    principalId: reporter
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'd5a91429-5739-47e2-a06b-3470a27159e7')
  }
}]

module rights 'rights.bicep' = {
  name: 'events-${name}'
  params: {
    storageName: storageName
    principalId: topic.identity.principalId
  }
}

resource delivery 'Microsoft.EventGrid/topics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: 'keys'
  properties: {
    deliveryWithResourceIdentity: {
      identity: { type: 'SystemAssigned' }
      destination: {
        endpointType: 'StorageQueue'
        properties: { resourceId: account.id, queueName: rights.outputs.queueName, queueMessageTimeToLiveInSeconds: 86400 }
      }
    }
    deadLetterWithResourceIdentity: {
      identity: { type: 'SystemAssigned' }
      deadLetterDestination: {
        endpointType: 'StorageBlob'
        properties: { resourceId: account.id, blobContainerName: names.deadLetters }
      }
    }
    eventDeliverySchema: 'CloudEventSchemaV1_0'
    retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }
    filter: { includedEventTypes: ['SignalRKeyRotation.KeyCompromiseSuspected'] }
  }
}

@description('Where reports are published.')
output endpoint string = topic.properties.endpoint

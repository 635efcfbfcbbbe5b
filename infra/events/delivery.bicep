metadata description = 'Puts into the queue of the app what a source says about keys, and nothing else.'

@description('group, subscription or vault.')
@allowed(['group', 'subscription', 'vault'])
param kind string

@description('Name of the system topic.')
param topicName string

@description('Name of the subscription.')
param subscriptionName string

@description('Resource id of the storage account of the app.')
param storageId string

@description('Name of the queue for events.')
param queueName string

@description('Of a vault: names of the secrets that are publications.')
param secrets array

var names = any(loadJsonContent('../names.json'))
var isVault = kind == 'vault'
// One filter takes 25 values. Beyond that all secrets of the vault are heard of, and the app drops what is not its own.
var secretFilter = isVault && length(secrets) <= 25
  ? [{ operatorType: 'StringIn', key: 'subject', values: secrets }]
  : []
var actionFilter = isVault
  ? []
  : [
      {
        operatorType: 'StringIn'
        key: 'data.operationName'
        values: [
          'Microsoft.SignalRService/SignalR/listkeys/action'
          'Microsoft.SignalRService/SignalR/regeneratekey/action'
        ]
      }
    ]

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: topicName
}

// Into a queue: a webhook would need the function to be there first, and a handshake that authentication refuses.
resource delivery 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: subscriptionName
  properties: {
    deliveryWithResourceIdentity: {
      identity: { type: 'SystemAssigned' }
      destination: {
        endpointType: 'StorageQueue'
        properties: { resourceId: storageId, queueName: queueName, queueMessageTimeToLiveInSeconds: 86400 }
      }
    }
    deadLetterWithResourceIdentity: {
      identity: { type: 'SystemAssigned' }
      deadLetterDestination: {
        endpointType: 'StorageBlob'
        properties: { resourceId: storageId, blobContainerName: names.deadLetters }
      }
    }
    eventDeliverySchema: 'EventGridSchema'
    retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }
    filter: {
      includedEventTypes: isVault
        ? [
            'Microsoft.KeyVault.SecretNewVersionCreated'
            'Microsoft.KeyVault.SecretNearExpiry'
            'Microsoft.KeyVault.SecretExpired'
          ]
        : ['Microsoft.Resources.ResourceActionSuccess']
      advancedFilters: concat(secretFilter, actionFilter)
    }
  }
}

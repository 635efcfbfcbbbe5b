metadata description = 'Lets a topic write into the queue for events, and lay down what could not be delivered.'

@description('Name of the storage account of the app.')
param storageName string

@description('Object id of the identity of the topic.')
param principalId string

var roles = any(loadJsonContent('../roles.json'))
var rules = any(loadJsonContent('../assignments.json'))
var roleIds = toObject(roles.builtIn, role => (role.name), role => (role.id))
var onQueue = map(filter(rules, rule => (rule.scope == 'event-queue')), rule => (rule.role))
// The account, since a container has been too narrow for the check of dead letters.
var onAccount = map(
  filter(rules, rule => (rule.scope == 'storage' && rule.principal == 'system-topic')),
  rule => (rule.role)
)

resource account 'Microsoft.Storage/storageAccounts@2026-04-01' existing = {
  name: storageName
}

resource queues 'Microsoft.Storage/storageAccounts/queueServices@2026-04-01' existing = {
  parent: account
  name: 'default'
}

resource queue 'Microsoft.Storage/storageAccounts/queueServices/queues@2026-04-01' existing = {
  parent: queues
  name: 'event-queue'
}

resource queueRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in onQueue: {
  name: guid(queue.id, principalId, role)
  scope: queue
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds[role])
  }
}]

resource accountRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in onAccount: {
  name: guid(account.id, principalId, role)
  scope: account
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds[role])
  }
}]

@description('Name of the queue that the topic may write into.')
output queueName string = queue.name

metadata description = 'The storage account: ledger, queues, the package of the app, and events that could not be delivered. Nobody has a key to it.'

@description('Name of the account.')
@minLength(3)
@maxLength(24)
param name string

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('Redundancy.')
param skuName string

@description('Whether networks other than the private endpoints are kept out.')
param isPrivate bool

@description('Whether Event Grid writes into the queue for events.')
param hearsEvents bool

@description('Whether the account is locked against deletion.')
param isLocked bool

@description('Object id of the identity of the app.')
param principalId string

@description('Resource id of the workspace that is told of dead letters.')
param workspaceId string

var roles = any(loadJsonContent('../roles.json'))
var names = any(loadJsonContent('../names.json'))
var rules = any(loadJsonContent('../assignments.json'))
var granted = map(filter(rules, rule => (rule.scope == 'storage' && rule.principal == 'app')), rule => (rule.role))
var roleIds = toObject(roles.builtIn, role => (role.name), role => (role.id))

resource account 'Microsoft.Storage/storageAccounts@2026-04-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: skuName }
  properties: {
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    supportsHttpsTrafficOnly: true
    minimumTlsVersion: 'TLS1_2'
    // Event Grid comes in by bypass AzureServices, with a system-assigned identity. That this is so with public access off
    // is documented nowhere, so then every network is denied instead.
    publicNetworkAccess: isPrivate && !hearsEvents ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: isPrivate ? 'Deny' : 'Allow'
      bypass: 'AzureServices'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2026-04-01' = {
  parent: account
  name: 'default'
}

// Deploying answers 404 where it is not there.
resource packages 'Microsoft.Storage/storageAccounts/blobServices/containers@2026-04-01' = {
  parent: blobs
  name: 'app-package'
}

resource deadLetters 'Microsoft.Storage/storageAccounts/blobServices/containers@2026-04-01' = {
  parent: blobs
  name: names.deadLetters
}

resource queues 'Microsoft.Storage/storageAccounts/queueServices@2026-04-01' = {
  parent: account
  name: 'default'
}

// The poison queues too: the host makes them with the first message, and until then nobody can look.
resource queue 'Microsoft.Storage/storageAccounts/queueServices/queues@2026-04-01' = [for each in [
  'reconcile'
  'reconcile-poison'
  'event-queue'
  'event-queue-poison'
]: {
  parent: queues
  name: each
}]

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in granted: {
  name: guid(account.id, principalId, role)
  scope: account
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds[role])
  }
}]

// Who looks at dead letters: alerts.bicep, by the log of what is written; and the app, which counts what lies there.
resource writes 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (hearsEvents) {
  name: 'dead-letters'
  scope: blobs
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'StorageWrite', enabled: true }
    ]
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (isLocked) {
  name: 'ledger'
  scope: account
  properties: {
    level: 'CanNotDelete'
    notes: 'The ledger knows who may still hold which key. Remove this lock only with the installation.'
  }
}

@description('Resource id of the account.')
output id string = account.id

@description('Name of the account.')
output name string = account.name

@description('Name of the container with the package of the app.')
output packageContainerName string = packages.name

@description('Name of the container with what could not be delivered; empty where nobody delivers.')
output deadLettersContainerName string = hearsEvents ? deadLetters.name : ''

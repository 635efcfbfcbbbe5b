metadata description = 'What one identity may do in one resource group, resource by resource. Nothing is made or changed but role assignments.'

@description('Object id of the identity.')
param principalId string

@description('Each is { role, roleId, id }, and all are of this group.')
param grants array

// A scope has to be a resource of a known type, so that each type has a loop of its own.
var onGroup = filter(grants, grant => (length(split(grant.id, '/')) == 5))
var onSignalr = filter(grants, grant => (contains(grant.id, '/microsoft.signalrservice/signalr/')))
var onSecrets = filter(grants, grant => (contains(grant.id, '/microsoft.keyvault/vaults/')))
var onSlots = filter(grants, grant => (contains(grant.id, '/slots/')))
var onSites = filter(grants, grant => (contains(grant.id, '/microsoft.web/sites/') && !contains(grant.id, '/slots/')))
var onContainerApps = filter(grants, grant => (contains(grant.id, '/microsoft.app/containerapps/')))
var onTopics = filter(grants, grant => (contains(grant.id, '/microsoft.eventgrid/topics/')))

resource groupRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for grant in onGroup: {
  name: guid(grant.id, principalId, grant.role)
  properties: { principalId: principalId, principalType: 'ServicePrincipal', roleDefinitionId: grant.roleId }
}]

resource signalr 'Microsoft.SignalRService/signalR@2024-03-01' existing = [for grant in onSignalr: {
  name: last(split(grant.id, '/'))
}]

resource signalrRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (grant, i) in onSignalr: {
  name: guid(grant.id, principalId, grant.role)
  scope: signalr[i]
  properties: { principalId: principalId, principalType: 'ServicePrincipal', roleDefinitionId: grant.roleId }
}]

resource secrets 'Microsoft.KeyVault/vaults/secrets@2026-02-01' existing = [for grant in onSecrets: {
  name: '${split(grant.id, '/')[8]}/${last(split(grant.id, '/'))}'
}]

// On the secret and not on its vault: whoever owns the vault may keep other secrets there.
resource secretRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (grant, i) in onSecrets: {
  name: guid(grant.id, principalId, grant.role)
  scope: secrets[i]
  properties: { principalId: principalId, principalType: 'ServicePrincipal', roleDefinitionId: grant.roleId }
}]

resource sites 'Microsoft.Web/sites@2025-03-01' existing = [for grant in onSites: {
  name: last(split(grant.id, '/'))
}]

resource siteRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (grant, i) in onSites: {
  name: guid(grant.id, principalId, grant.role)
  scope: sites[i]
  properties: { principalId: principalId, principalType: 'ServicePrincipal', roleDefinitionId: grant.roleId }
}]

resource slots 'Microsoft.Web/sites/slots@2025-03-01' existing = [for grant in onSlots: {
  name: '${split(grant.id, '/')[8]}/${last(split(grant.id, '/'))}'
}]

resource slotRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (grant, i) in onSlots: {
  name: guid(grant.id, principalId, grant.role)
  scope: slots[i]
  properties: { principalId: principalId, principalType: 'ServicePrincipal', roleDefinitionId: grant.roleId }
}]

resource containerApps 'Microsoft.App/containerApps@2024-03-01' existing = [for grant in onContainerApps: {
  name: last(split(grant.id, '/'))
}]

resource containerAppRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (grant, i) in onContainerApps: {
  name: guid(grant.id, principalId, grant.role)
  scope: containerApps[i]
  properties: { principalId: principalId, principalType: 'ServicePrincipal', roleDefinitionId: grant.roleId }
}]

resource topics 'Microsoft.EventGrid/topics@2025-02-15' existing = [for grant in onTopics: {
  name: last(split(grant.id, '/'))
}]

resource topicRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (grant, i) in onTopics: {
  name: guid(grant.id, principalId, grant.role)
  scope: topics[i]
  properties: { principalId: principalId, principalType: 'ServicePrincipal', roleDefinitionId: grant.roleId }
}]

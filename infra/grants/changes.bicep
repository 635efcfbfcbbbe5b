targetScope = 'subscription'

metadata description = 'What the second identity may do: change SignalR resources, and neither list their keys nor regenerate them.'

@description('The mark of the installation: names of roles are unique in a tenant.')
param installation string

@description('Object id of the second identity.')
param principalId string

@description('Ids of the resource groups, or of this subscription.')
param scopes string[]

@description('Sets names of nested deployments apart.')
param token string

var here = subscription().id
var roleName = guid(here, installation, 'signalr-changer')
var roleId = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleName)
var onSubscription = filter(scopes, id => (length(split(id, '/')) == 3))
var onGroups = filter(scopes, id => (length(split(id, '/')) == 5))

resource definition 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: roleName
  properties: {
    roleName: 'SignalR Changer (${installation}, ${subscription().subscriptionId})'
    description: 'Changes Azure SignalR resources: local authentication, network rules, logs. It has no key of theirs.'
    type: 'CustomRole'
    permissions: [
      {
        actions: ['Microsoft.SignalRService/SignalR/read', 'Microsoft.SignalRService/SignalR/write', 'Microsoft.SignalRService/*/read']
        notActions: []
        dataActions: []
        notDataActions: []
      }
    ]
    assignableScopes: [here]
  }
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for id in onSubscription: {
  name: guid(id, principalId, 'signalr-changer')
  properties: { principalId: principalId, principalType: 'ServicePrincipal', roleDefinitionId: roleId }
  dependsOn: [definition]
}]

module groups 'groups.bicep' = {
  name: 'changes-groups-${token}'
  params: {
    principalId: principalId
    groups: map(onGroups, id => ({ key: split(id, '/')[4], value: [{ role: 'signalr-changer', roleId: roleId, id: id }] }))
    token: 'changes-${token}'
  }
  dependsOn: [definition]
}

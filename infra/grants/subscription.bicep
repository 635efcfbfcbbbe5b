targetScope = 'subscription'

metadata description = 'What one identity may do in one subscription: the roles, and who has them where.'

@description('The mark of the installation: names of roles are unique in a tenant.')
param installation string

@description('Object id of the identity of the app.')
param principalId string

@description('Each is role|id, and all are of this subscription; the id is that of the subscription, of a resource group or of a resource.')
param grants string[]

@description('Sets names of nested deployments apart.')
param token string

var roles = any(loadJsonContent('../roles.json'))
var here = subscription().id
var names = union(map(grants, grant => (split(grant, '|')[0])), [])
var custom = filter(roles.custom, role => (contains(names, role.name)))
var roleIds = union(
  toObject(roles.builtIn, role => (role.name), role => (role.id)),
  toObject(custom, role => (role.name), role => (guid(here, installation, role.name)))
)

var all = map(grants, grant => ({
  role: split(grant, '|')[0]
  roleId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds[split(grant, '|')[0]])
  id: split(grant, '|')[1]
}))
var onSubscription = filter(all, each => (length(split(each.id, '/')) == 3))
var byGroup = items(groupBy(
  filter(all, each => (length(split(each.id, '/')) > 3)),
  each => (split(each.id, '/')[4])
))

// One definition for each subscription, so that nobody needs rights in two of them to deploy it.
resource definitions 'Microsoft.Authorization/roleDefinitions@2022-04-01' = [for role in custom: {
  name: roleIds[role.name]
  properties: {
    roleName: '${role.roleName} (${installation}, ${subscription().subscriptionId})'
    description: role.description
    type: 'CustomRole'
    permissions: [
      {
        actions: role.actions
        notActions: role.notActions
        dataActions: role.dataActions
        notDataActions: role.notDataActions
      }
    ]
    assignableScopes: [here]
  }
}]

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for each in onSubscription: {
  name: guid(each.id, principalId, each.role)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: each.roleId
  }
  dependsOn: [definitions]
}]

// Forty at a time: a template holds each deployment within it anew, and may have 4 MB.
module forty 'groups.bicep' = [for i in range(0, (length(byGroup) + 39) / 40): {
  name: 'grants-${token}-${i}'
  params: {
    principalId: principalId
    groups: take(skip(byGroup, i * 40), 40)
    token: token
  }
  dependsOn: [definitions]
}]

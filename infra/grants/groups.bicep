targetScope = 'subscription'

metadata description = 'What one identity may do in some resource groups of a subscription.'

@description('Object id of the identity.')
param principalId string

@description('Each is { key, value }: the name of a group, and what is granted in it.')
param groups array

@description('Sets names of nested deployments apart.')
param token string

module group 'group.bicep' = [for each in groups: {
  name: 'grants-${token}'
  scope: resourceGroup(each.key)
  params: {
    principalId: principalId
    grants: each.value
  }
}]

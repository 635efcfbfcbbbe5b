metadata description = 'The identity of the app. It is made before the app, so that its roles are in force when the host starts.'

@description('Name of the identity.')
param name string

@description('Region.')
param location string

@description('Tags.')
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('Resource id.')
output id string = identity.id

@description('Client id.')
output clientId string = identity.properties.clientId

@description('Object id.')
output principalId string = identity.properties.principalId

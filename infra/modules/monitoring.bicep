metadata description = 'Logs, metrics and traces of the app, written by its identity and by nothing else.'

@description('Name of the Log Analytics workspace.')
param workspaceName string

@description('Name of the Application Insights component.')
param componentName string

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('How long logs are kept, in days.')
param retentionDays int

@description('Object id of the identity of the app.')
param principalId string

var roles = any(loadJsonContent('../roles.json'))
var rules = any(loadJsonContent('../assignments.json'))
var granted = map(filter(rules, rule => (rule.scope == 'insights' && rule.principal == 'app')), rule => (rule.role))
var roleIds = toObject(roles.builtIn, role => (role.name), role => (role.id))

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    features: {
      disableLocalAuth: true
      enableLogAccessUsingOnlyResourcePermissions: true
    }
  }
}

resource component 'Microsoft.Insights/components@2020-02-02' = {
  name: componentName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in granted: {
  name: guid(component.id, principalId, role)
  scope: component
  properties: {
    principalId: principalId
    // Said, so that an identity which is not yet known everywhere is not taken for one that does not exist.
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds[role])
  }
}]

@description('Resource id of the workspace.')
output workspaceId string = workspace.id

@description('Name of the component.')
output componentName string = component.name

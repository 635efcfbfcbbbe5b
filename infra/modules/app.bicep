metadata description = 'The Functions app on Flex Consumption. A plan has one app.'

@description('Name of the app.')
param name string

@description('Name of the plan.')
param planName string

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('Major version of Node.')
param nodeVersion string

@description('Memory of an instance in MB.')
param instanceMemoryMB int

@description('How far the app scales out.')
param maximumInstanceCount int

@description('Resource id of the identity of the app.')
param identityId string

@description('Client id of the identity of the app.')
param identityClientId string

@description('Object id of the identity of the app.')
param identityPrincipalId string

@description('Name of the storage account.')
param storageName string

@description('Name of the container with the package of the app.')
param packageContainerName string

@description('Name of the container with events that could not be delivered. Empty: none.')
param deadLettersContainerName string

@description('Name of the Application Insights component.')
param componentName string

@description('NCRONTAB with seconds, in UTC.')
param sweepSchedule string

@description('The mark of this installation in the secrets that it writes.')
param installationId string

@description('Unversioned id of the secret with which GitHub signs. Empty: none.')
param leaksSecretUri string

@description('Base address of an OTLP/HTTP collector. Empty: none.')
param otlpEndpoint string

@description('Unversioned id of the secret with the headers that the collector wants. Empty: none.')
param otlpHeadersSecretUri string

@description('Tenant of the callers. Empty: function keys.')
param authTenantId string

@description('Resource id of the subnet that the app is joined to. Empty: none.')
param subnetId string

@description('Whether the HTTP surface is reached from the internet.')
param hasPublicAccess bool

resource storage 'Microsoft.Storage/storageAccounts@2026-04-01' existing = {
  name: storageName
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

// Flex refuses what other plans want: FUNCTIONS_WORKER_RUNTIME and its like fail the creation (51021), and so do
// linuxFxVersion, ftpsState and preWarmedInstanceCount in siteConfig.
var settings = concat(
  [
    { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
    { name: 'AzureWebJobsStorage__clientId', value: identityClientId }
    // Not __accountName: the host would make up addresses of the public cloud.
    { name: 'AzureWebJobsStorage__blobServiceUri', value: storage.properties.primaryEndpoints.blob }
    { name: 'AzureWebJobsStorage__queueServiceUri', value: storage.properties.primaryEndpoints.queue }
    { name: 'AzureWebJobsStorage__tableServiceUri', value: storage.properties.primaryEndpoints.table }
    { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: component.properties.ConnectionString }
    { name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING', value: 'ClientId=${identityClientId};Authorization=AAD' }
    { name: 'AZURE_CLIENT_ID', value: identityClientId }
    { name: 'AZURE_CLOUD', value: environment().name }
    { name: 'SELF_PRINCIPAL_ID', value: identityPrincipalId }
    { name: 'INSTALLATION_ID', value: installationId }
    { name: 'SWEEP_SCHEDULE', value: sweepSchedule }
    // From the root of the package, which is the working directory of the worker.
    { name: 'ROTATION_CONFIG', value: 'rotation.json' }
  ],
  empty(authTenantId) ? [] : [{ name: 'AUTH_TENANT_ID', value: authTenantId }],
  empty(deadLettersContainerName) ? [] : [{ name: 'DEAD_LETTERS_CONTAINER', value: deadLettersContainerName }],
  empty(leaksSecretUri) ? [] : [{ name: 'LEAKS_SECRET', value: '@Microsoft.KeyVault(SecretUri=${leaksSecretUri})' }],
  empty(otlpEndpoint) ? [] : [{ name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: otlpEndpoint }],
  empty(otlpHeadersSecretUri)
    ? []
    : [{ name: 'OTEL_EXPORTER_OTLP_HEADERS', value: '@Microsoft.KeyVault(SecretUri=${otlpHeadersSecretUri})' }]
)

resource site 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    // All outbound traffic of Flex takes it.
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    publicNetworkAccess: hasPublicAccess ? 'Enabled' : 'Disabled'
    keyVaultReferenceIdentity: identityId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}${packageContainerName}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
      }
      runtime: { name: 'node', version: nodeVersion }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      appSettings: settings
    }
  }
}

// azd deploys with a token.
resource noFtpPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: site
  name: 'ftp'
  properties: { allow: false }
}

resource noScmPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: site
  name: 'scm'
  properties: { allow: false }
}

@description('Resource id of the app.')
output id string = site.id

@description('Name of the app.')
output name string = site.name

@description('Where the app is.')
output url string = 'https://${site.properties.defaultHostName}'

metadata description = 'App Service Authentication: nobody reaches the app without a token of the tenant, and the app asks for its roles.'

@description('Name of the app.')
param siteName string

@description('Client id of the app registration. Its app roles: infra/app-roles.json.')
param clientId string

@description('Tenant of the callers.')
param tenantId string

resource site 'Microsoft.Web/sites@2025-03-01' existing = {
  name: siteName
}

resource settings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: site
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true }
    globalValidation: {
      requireAuthentication: true
      unauthenticatedClientAction: 'Return401'
      // These have a guard of their own: nothing to tell, a signature, and the system key of the host.
      excludedPaths: ['/api/health', '/api/leaks', '/runtime/webhooks/*']
    }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: clientId
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenantId}/v2.0'
        }
        validation: { allowedAudiences: [clientId, 'api://${clientId}'] }
      }
    }
    login: { tokenStore: { enabled: true } }
    httpSettings: { requireHttps: true }
  }
}

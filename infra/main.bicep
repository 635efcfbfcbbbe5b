targetScope = 'subscription'

metadata description = 'The app that rotates the access keys of Azure SignalR Service, with exactly the rights that rotation.json asks for.'

// What is deployed and where.

@description('Name of the azd environment. Names of resources, and the mark of this installation, come from it.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Region of the app. The catalogue of its runtimes: az functionapp list-flexconsumption-runtimes.')
@minLength(1)
param location string

@description('Name of the resource group of the app. Default: rg- and the name of the environment.')
param resourceGroupName string = ''

@description('Tags of every resource.')
param tags object = {}

@description('Major version of Node. ARM takes one that the region does not have, and the host then never starts.')
@allowed(['22', '24'])
param nodeVersion string = '24'

@description('Memory of an instance in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('How far the app scales out. Each reconciling instance works on eight targets.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Redundancy of the storage account with the ledger.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param storageSku string = 'Standard_LRS'

@description('Whether the storage account is locked against deletion. azd down then needs the lock removed first.')
param lockLedger bool = true

@description('How long logs are kept, in days.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

@description('Who is told of alerts: addresses of mailboxes.')
param alertEmails string[] = []

// How the app behaves.

@description('When targets are looked for: NCRONTAB with seconds, in UTC.')
param sweepSchedule string = '0 */5 * * * *'

@description('The mark of this installation in the secrets that it writes. Default: the name of the environment.')
@maxLength(64)
param installationId string = ''

@description('Unversioned id of the Key Vault secret with which GitHub signs webhooks of secret scanning. Empty: none.')
param leaksSecretUri string = ''

@description('Base address of an OTLP/HTTP collector that gets traces and metrics beside Application Insights. Empty: none.')
param otlpEndpoint string = ''

@description('Unversioned id of the Key Vault secret with the headers that the collector wants. Empty: none.')
param otlpHeadersSecretUri string = ''

// Who may call it.

@description('Client id of the app registration whose roles callers have. Empty: function keys.')
param authClientId string = ''

@description('Tenant of the callers.')
param authTenantId string = tenant().tenantId

// From where it is reached, and where it reaches.

@description('private: the app is joined to a virtual network, and storage and vaults are reached by private endpoints.')
@allowed(['public', 'private'])
param network string = 'public'

@description('Address prefix of the virtual network, for network private.')
param networkPrefix string = '10.90.0.0/24'

@description('Address prefix of the subnet that the app is joined to, /27 or larger.')
param appSubnetPrefix string = '10.90.0.0/26'

@description('Address prefix of the subnet of the private endpoints.')
param endpointSubnetPrefix string = '10.90.0.64/26'

@description('Whether the HTTP surface of the app is reached from the internet. False needs network private, and deploying from inside.')
param appPublicAccess bool = true

// What it may do. Which roles: infra/roles.json; who gets which where: infra/assignments.json.

@description('How wide the roles on targets, secrets and consumers reach. Wider ones need the scopes below.')
@allowed(['resource', 'resourceGroup', 'subscription'])
param grantScope string = 'resource'

@description('Resource ids of the vaults of the publications. One that is not listed is looked for in the resource group of its target.')
param vaultIds string[] = []

@description('For a wider grantScope: ids of the resource groups or subscriptions of the SignalR resources.')
@maxLength(100)
param targetScopes string[] = []

@description('The same of the vaults.')
@maxLength(100)
param secretScopes string[] = []

@description('The same of the consumers.')
@maxLength(100)
param consumerScopes string[] = []

@description('For a wider grantScope: what is granted on consumers, as in assignments.json. Default: what rotation.json asks for.')
param consumerGrants string[] = []

@description('Resource id of the Event Grid topic that notify.topic of rotation.json names.')
param notifyTopicId string = ''

@description('Whether a second identity is made that may change the SignalR resources themselves. The app does not use it.')
param allowResourceChanges bool = false

// What it hears of.

@description('Where the regeneration and listing of keys is heard: at resource groups, at subscriptions, or nowhere.')
@allowed(['resourceGroup', 'subscription', 'none'])
param signalrEvents string = 'resourceGroup'

@description('Whether new versions and expiries of secrets are heard of.')
param vaultEvents bool = true

@description('System topics that are there already, since a source has at most one: { source, topic }, both resource ids. Each needs a system-assigned identity.')
param existingTopics array = []

@description('Whether there is a topic to which anybody who may can report a leaked key.')
param compromiseTopic bool = true

@description('Object ids of those who may report one there.')
param compromiseReporters string[] = []

var token = toLower(uniqueString(subscription().id, environmentName, location))
// azd takes brackets in a name, and the app does not take them in a mark.
var installation = empty(installationId) ? replace(replace(environmentName, '(', ''), ')', '') : installationId
var allTags = union(tags, { 'azd-env-name': environmentName })
var isPrivate = network == 'private'
var groupName = empty(resourceGroupName) ? 'rg-${environmentName}' : resourceGroupName
var homeGroup = toLower('${subscription().id}/resourceGroups/${groupName}')

// any(): the type of the file is what it holds today, and an empty list has items of no type at all. It is named as a whole
// and never in part by a variable of its own: the values of variables count among the 4 MB of a template.
var rotation = any(loadJsonContent('../rotation.json'))
var rules = any(loadJsonContent('assignments.json'))

var listedVaults = union(map(vaultIds, id => (toLower(id))), [])
var vaultsByName = toObject(listedVaults, id => (last(split(id, '/'))))

var publications = flatten(map(rotation.targets, target => (map(target.publications, publication => ({
  target: toLower(target.resourceId)
  vault: toLower(split(split(publication.secret, '/')[2], '.')[0])
  secret: toLower(last(split(publication.secret, '/')))
})))))

// Without another word a vault is in the group of its target: the first 5 parts of the id, with the empty one in front.
var secrets = map(publications, publication => ({
  vault: contains(vaultsByName, publication.vault)
    ? vaultsByName[publication.vault]
    : '${join(take(split(publication.target, '/'), 5), '/')}/providers/microsoft.keyvault/vaults/${publication.vault}'
  secret: publication.secret
}))

var consumers = flatten(map(rotation.targets, target => (map(
  filter(target.?consumers ?? [], consumer => (contains(consumer, 'resourceId'))),
  consumer => ({
    id: toLower(consumer.resourceId)
    kind: consumer.evidence == 'container-app' ? 'container-app' : (contains(toLower(consumer.resourceId), '/slots/') ? 'slot' : 'site')
    nudge: consumer.evidence == 'container-app' ? 'none' : (consumer.?nudge ?? 'refresh')
  })
))))

// Each is 'when|resource id', where when is that of assignments.json. union() drops what is there twice.
var facts = union(
  map(rotation.targets, target => ('target|${toLower(target.resourceId)}')),
  map(secrets, each => ('publication|${each.vault}/secrets/${each.secret}')),
  map(consumers, consumer => ('${consumer.kind}|${consumer.id}')),
  map(filter(consumers, consumer => (consumer.nudge != 'none')), consumer => ('${consumer.kind}-refresh|${consumer.id}')),
  map(filter(consumers, consumer => (consumer.nudge == 'restart')), consumer => ('${consumer.kind}-restart|${consumer.id}')),
  map(rotation.?subscriptions ?? [], id => ('subscription|/subscriptions/${toLower(id)}')),
  empty(notifyTopicId) ? [] : ['topic|${toLower(notifyTopicId)}']
)

var asked = union(map(facts, fact => (split(fact, '|')[0])), [])
var wideConsumerGrants = empty(consumerGrants) ? asked : consumerGrants
var scopesOf = {
  target: targetScopes
  secret: secretScopes
  consumer: consumerScopes
}

// Each is 'role|resource id, resource group id or subscription id'.
var narrow = grantScope == 'resource' ? rules : filter(rules, rule => (!rule.widens))
var wide = grantScope == 'resource' ? [] : filter(rules, rule => (rule.widens && (rule.scope != 'consumer' || contains(wideConsumerGrants, rule.when))))
var grants = union(
  flatten(map(
    filter(narrow, rule => (rule.principal == 'app')),
    rule => (map(
      filter(facts, fact => (split(fact, '|')[0] == rule.when)),
      fact => ('${rule.role}|${split(fact, '|')[1]}')
    ))
  )),
  flatten(map(wide, rule => (map(scopesOf[rule.scope], scope => ('${rule.role}|${toLower(scope)}')))))
)
var grantsBySubscription = groupBy(grants, grant => (split(grant, '/')[2]))

// What can be listened to: the id of the source, and the group in which its topic is, or is made.
var targetGroups = union(
  map(rotation.targets, target => (join(take(split(toLower(target.resourceId), '/'), 5), '/'))),
  map(targetScopes, id => (toLower(id)))
)
var groupSources = map(
  signalrEvents == 'resourceGroup' ? filter(targetGroups, id => (length(split(id, '/')) == 5)) : [],
  id => ({ kind: 'group', source: id, group: id })
)
var subscriptionSources = map(
  signalrEvents == 'subscription' ? items(groupBy(targetGroups, id => (split(id, '/')[2]))) : [],
  each => ({
    kind: 'subscription'
    source: '/subscriptions/${each.key}'
    // A topic needs a group in the subscription that it listens to.
    group: length(split(each.value[0], '/')) == 5 ? each.value[0] : homeGroup
  })
)
var vaultSources = map(
  vaultEvents ? items(groupBy(secrets, each => (each.vault))) : [],
  each => ({ kind: 'vault', source: each.key, group: join(take(split(each.key, '/'), 5), '/') })
)
var topicsBySource = toObject(existingTopics, each => (toLower(each.source)), each => (toLower(each.topic)))
var sources = map(concat(groupSources, subscriptionSources, vaultSources), each => ({
  kind: each.kind
  source: each.source
  group: contains(topicsBySource, each.source) ? join(take(split(topicsBySource[each.source], '/'), 5), '/') : each.group
  topic: contains(topicsBySource, each.source) ? last(split(topicsBySource[each.source], '/')) : ''
  secrets: each.kind == 'vault'
    ? map(filter(secrets, secret => (secret.vault == each.source)), secret => (secret.secret))
    : []
}))
var sourcesBySubscription = groupBy(sources, each => (split(each.source, '/')[2]))
var changesBySubscription = allowResourceChanges ? groupBy(targetGroups, id => (split(id, '/')[2])) : {}

// Ten at a time: a template holds each deployment within it anew, and may have 4 MB.
var subscriptionIds = union(map(items(union(grantsBySubscription, sourcesBySubscription, changesBySubscription)), each => (each.key)), [])
var reached = map(subscriptionIds, id => ({
  id: id
  grants: contains(grantsBySubscription, id) ? grantsBySubscription[id] : []
  sources: contains(sourcesBySubscription, id) ? sourcesBySubscription[id] : []
  changes: contains(changesBySubscription, id) ? changesBySubscription[id] : []
}))
var tens = map(range(0, (length(reached) + 9) / 10), i => (take(skip(reached, i * 10), 10)))

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: groupName
  location: location
  tags: allTags
}

module identity 'modules/identity.bicep' = {
  name: 'identity-${token}'
  scope: group
  params: {
    name: 'id-keys-${token}'
    location: location
    tags: allTags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring-${token}'
  scope: group
  params: {
    workspaceName: 'log-keys-${token}'
    componentName: 'appi-keys-${token}'
    location: location
    tags: allTags
    retentionDays: logRetentionDays
    principalId: identity.outputs.principalId
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage-${token}'
  scope: group
  params: {
    name: 'stkeys${token}'
    location: location
    tags: allTags
    skuName: storageSku
    isPrivate: isPrivate
    hearsEvents: !empty(sources) || compromiseTopic
    isLocked: lockLedger
    principalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module privateNetwork 'modules/network.bicep' = if (isPrivate) {
  name: 'network-${token}'
  scope: group
  params: {
    name: 'vnet-keys-${token}'
    location: location
    tags: allTags
    addressPrefix: networkPrefix
    appSubnetPrefix: appSubnetPrefix
    endpointSubnetPrefix: endpointSubnetPrefix
  }
}

// Public access to the vaults is their owners' to close: only they know who else reads them.
module privateEndpoints 'modules/private-endpoints.bicep' = if (isPrivate) {
  name: 'endpoints-${token}'
  scope: group
  params: {
    location: location
    tags: allTags
    subnetId: privateNetwork!.outputs.endpointSubnetId
    networkId: privateNetwork!.outputs.networkId
    storageId: storage.outputs.id
    vaultIds: union(map(secrets, each => (each.vault)), listedVaults)
  }
}

module app 'modules/app.bicep' = {
  name: 'app-${token}'
  scope: group
  params: {
    name: 'func-keys-${token}'
    planName: 'plan-keys-${token}'
    location: location
    // How azd finds the site of the service.
    tags: union(allTags, { 'azd-service-name': 'rotator' })
    nodeVersion: nodeVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    identityPrincipalId: identity.outputs.principalId
    storageName: storage.outputs.name
    packageContainerName: storage.outputs.packageContainerName
    deadLettersContainerName: storage.outputs.deadLettersContainerName
    componentName: monitoring.outputs.componentName
    sweepSchedule: sweepSchedule
    installationId: installation
    leaksSecretUri: leaksSecretUri
    otlpEndpoint: otlpEndpoint
    otlpHeadersSecretUri: otlpHeadersSecretUri
    authTenantId: empty(authClientId) ? '' : authTenantId
    subnetId: isPrivate ? privateNetwork!.outputs.appSubnetId : ''
    hasPublicAccess: appPublicAccess
  }
  dependsOn: [privateEndpoints]
}

module appEndpoint 'modules/app-endpoint.bicep' = if (isPrivate && !appPublicAccess) {
  name: 'app-endpoint-${token}'
  scope: group
  params: {
    siteId: app.outputs.id
    location: location
    tags: allTags
    subnetId: privateNetwork!.outputs.endpointSubnetId
    networkId: privateNetwork!.outputs.networkId
  }
}

module auth 'modules/auth.bicep' = if (!empty(authClientId)) {
  name: 'auth-${token}'
  scope: group
  params: {
    siteName: app.outputs.name
    clientId: authClientId
    tenantId: authTenantId
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts-${token}'
  scope: group
  params: {
    location: location
    tags: allTags
    namePrefix: environmentName
    workspaceId: monitoring.outputs.workspaceId
    emails: alertEmails
  }
}

module workbook 'modules/workbook.bicep' = {
  name: 'workbook-${token}'
  scope: group
  params: {
    location: location
    tags: allTags
    workspaceId: monitoring.outputs.workspaceId
  }
}

module changes 'modules/identity.bicep' = if (allowResourceChanges) {
  name: 'changes-${token}'
  scope: group
  params: {
    name: 'id-keys-changes-${token}'
    location: location
    tags: allTags
  }
}

module reach 'reach.bicep' = [for (subscriptions, i) in tens: {
  name: 'reach-${token}-${i}'
  params: {
    subscriptions: subscriptions
    installation: installation
    principalId: identity.outputs.principalId
    changesPrincipalId: allowResourceChanges ? changes!.outputs.principalId : ''
    storageId: storage.outputs.id
    token: token
    tags: allTags
  }
}]

module compromises 'events/compromise-topic.bicep' = if (compromiseTopic) {
  name: 'compromises-${token}'
  scope: group
  params: {
    name: 'evgt-compromises-${token}'
    location: location
    tags: allTags
    storageName: storage.outputs.name
    reporters: compromiseReporters
  }
}

@description('Where the app is.')
output APP_URL string = app.outputs.url

@description('The report, as a page.')
output REPORT_URL string = '${app.outputs.url}/api/report'

@description('Whether the app runs and its configuration is good.')
output HEALTH_URL string = '${app.outputs.url}/api/health'

@description('Where GitHub sends webhooks of secret scanning.')
output LEAKS_URL string = '${app.outputs.url}/api/leaks'

@description('Where leaked keys are reported as events; empty without the topic.')
output COMPROMISE_TOPIC_ENDPOINT string = compromiseTopic ? compromises!.outputs.endpoint : ''

@description('Name of the app.')
output APP_NAME string = app.outputs.name

@description('Resource group of the app.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Object id of the identity of the app.')
output APP_PRINCIPAL_ID string = identity.outputs.principalId

@description('Client id of the identity that may change the SignalR resources; empty without it.')
output CHANGES_CLIENT_ID string = allowResourceChanges ? changes!.outputs.clientId : ''

metadata description = 'Who is woken by what. Each rule reads a record of the log by its stable event.'

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('What names of rules begin with.')
param namePrefix string

@description('Resource id of the workspace.')
param workspaceId string

@description('Addresses of mailboxes.')
param emails string[]

// A line of the log is one record of JSON. With `has` first, since parsing every line of a busy app is slow.
var records = 'AppTraces | where Message has "event" | extend record = parse_json(Message) | extend event = tostring(record.event), code = tostring(record.code), target = tostring(record.target)'

var names = any(loadJsonContent('../names.json'))

var alerts = [
  {
    name: 'stalled'
    severity: 2
    text: 'A rotation waits for consumers longer than maxWait. Both keys are alive; see docs/operations.md, A stall, step by step.'
    where: 'event == "TargetHeld" and code == "Stalled"'
    window: 'PT15M'
  }
  {
    name: 'held'
    severity: 2
    text: 'A target is held until a person acts: see code and remedy.'
    where: 'event == "TargetHeld" and code != "Stalled" and SeverityLevel >= 3'
    window: 'PT15M'
  }
  {
    name: 'failing'
    severity: 2
    text: 'A target has failed six times in a row, or its ledger cannot be read.'
    where: 'event in ("TargetFailing", "LedgerCorrupted") and SeverityLevel >= 3'
    window: 'PT15M'
  }
  {
    name: 'overdue'
    severity: 2
    text: 'A key may be older than maxKeyAge: see what holds its rotation, in phase and heldBy of the record.'
    where: 'event == "KeyOverdue"'
    window: 'PT15M'
  }
  {
    name: 'paused'
    severity: 2
    text: 'So many targets are stalled or failing that no scheduled rotation starts.'
    where: 'event == "FleetPaused" and SeverityLevel >= 3'
    window: 'PT15M'
  }
  {
    name: 'poison'
    severity: 1
    text: 'A message or an event failed every delivery: the ledger could not be written.'
    where: 'event in ("MessagePoisoned", "EventsPoisoned")'
    window: 'PT15M'
  }
  {
    name: 'undelivered'
    severity: 1
    text: 'Events that could not be delivered lie where nobody has read them: the finding DeadLetters of the report says what to do.'
    where: 'event == "DeadLetters"'
    window: 'PT15M'
  }
  {
    name: 'compromised'
    severity: 0
    text: 'A leaked key is being answered, or a report of one could not be taken.'
    where: 'event in ("KeyCompromised", "LeakUnmapped", "LeakNotTaken", "TipsDropped")'
    window: 'PT5M'
  }
  {
    name: 'misconfigured'
    severity: 1
    text: 'rotation.json or a setting is bad. No key is rotated.'
    where: 'event == "ConfigurationInvalid" and SeverityLevel >= 3'
    window: 'PT15M'
  }
]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${namePrefix}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'signalrkeys'
    enabled: true
    emailReceivers: [for email in emails: {
      name: email
      emailAddress: email
      useCommonAlertSchema: true
    }]
  }
}

resource rules 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [for alert in alerts: {
  name: '${namePrefix}-${alert.name}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: '${namePrefix}: ${alert.name}'
    description: alert.text
    severity: alert.severity
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT5M'
    windowSize: alert.window
    // The tables come with the first record, and rules before that.
    skipQueryValidation: true
    autoMitigate: false
    // The app repeats an alert once a day while it holds; the same record is in several windows.
    muteActionsDuration: 'PT30M'
    criteria: {
      allOf: [
        {
          query: '${records} | where ${alert.where} | project TimeGenerated, event, code, target, remedy = tostring(record.remedy)'
          timeAggregation: 'Count'
          dimensions: [
            { name: 'event', operator: 'Include', values: ['*'] }
            { name: 'code', operator: 'Include', values: ['*'] }
            { name: 'target', operator: 'Include', values: ['*'] }
          ]
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [people.id] }
  }
}]

// What is not in the log cannot say so itself: a dead man's switch. Without dimensions, since nothing has none.
resource silent 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: '${namePrefix}-silent'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: '${namePrefix}: silent'
    description: 'No sweep has ended in the last hour: nothing is looked at. See whether the app runs.'
    severity: 1
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT1H'
    skipQueryValidation: true
    autoMitigate: true
    criteria: {
      allOf: [
        {
          query: '${records} | where event == "Swept"'
          timeAggregation: 'Count'
          operator: 'LessThan'
          threshold: 1
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [people.id] }
  }
}

// Whoever still has a key that is gone is refused; SignalR says so only in the logs of the resource, and only if they come here.
resource refused 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: '${namePrefix}-refused'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: '${namePrefix}: refused'
    description: 'Somebody was refused by a SignalR resource within a day of a key being regenerated. It may hold the old key.'
    severity: 1
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT15M'
    windowSize: 'P1D'
    overrideQueryTimeRange: 'P1D'
    skipQueryValidation: true
    autoMitigate: false
    muteActionsDuration: 'PT6H'
    criteria: {
      allOf: [
        {
          query: 'let retired = ${records} | where event == "StepTaken" and record.step == "regenerate" | summarize retiredAt = max(TimeGenerated) by resource = tolower(tostring(record.resource)); union isfuzzy=true (datatable(TimeGenerated:datetime, Message:string, OperationName:string, _ResourceId:string)[]), SignalRServiceDiagnosticLogs | where Message has_any ("Unauthorized", "401") or OperationName has "Unauthorized" | extend resource = tolower(_ResourceId) | join kind=inner retired on resource | where TimeGenerated > retiredAt | where TimeGenerated > ago(30m)'
          timeAggregation: 'Count'
          dimensions: [{ name: 'resource', operator: 'Include', values: ['*'] }]
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [people.id] }
  }
}

// An event that was not delivered in a day may have been a report of a leak.
resource deadLetters 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: '${namePrefix}-dead-letters'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: '${namePrefix}: dead letters'
    description: 'Event Grid could not deliver an event and laid it down in the container ${names.deadLetters}. Read it there, and report what it says.'
    severity: 1
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT1H'
    skipQueryValidation: true
    autoMitigate: false
    muteActionsDuration: 'PT1H'
    criteria: {
      allOf: [
        {
          query: 'union isfuzzy=true (datatable(TimeGenerated:datetime, OperationName:string, ObjectKey:string)[]), StorageBlobLogs | where OperationName startswith "PutBlob" and ObjectKey has "${names.deadLetters}"'
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [people.id] }
  }
}

metadata description = 'What the app has done, drawn from its log.'

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('Resource id of the workspace.')
param workspaceId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(workspaceId, 'signalr-key-rotation')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'SignalR key rotation'
    category: 'workbook'
    sourceId: workspaceId
    serializedData: loadTextContent('../workbook.json')
  }
}

import { hub as hubType } from '../types.bicep'

param namespaceName string
param hub hubType
param productsSend bool
param readerAndSender string

var receiver = 'a638d3c7-ab3a-418d-83e6-5f17a39d4fde'
var sender = '2b629674-e913-4c01-ae53-ef4638d8f975'

resource namespace 'Microsoft.EventHub/namespaces@2024-01-01' existing = {
  name: namespaceName
}

resource eventHub 'Microsoft.EventHub/namespaces/eventhubs@2024-01-01' = {
  parent: namespace
  name: hub.name
  properties: {
    partitionCount: hub.partitions
    retentionDescription: { cleanupPolicy: 'Delete', retentionTimeInHours: hub.retentionHours }
  }

  // For a product that takes a connection string, GitHub for one: it can do nothing but send, and only here.
  resource send 'authorizationRules' = if (productsSend) {
    name: 'send'
    properties: { rights: ['Send'] }
  }
}

@batchSize(1)
resource groups 'Microsoft.EventHub/namespaces/eventhubs/consumergroups@2024-01-01' = [
  for group in hub.consumerGroups: {
    parent: eventHub
    name: group
  }
]

resource reads 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(eventHub.id, readerAndSender, receiver)
  scope: eventHub
  properties: {
    principalId: readerAndSender
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', receiver)
  }
}

resource sends 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (hub.passedOnTo) {
  name: guid(eventHub.id, readerAndSender, sender)
  scope: eventHub
  properties: {
    principalId: readerAndSender
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', sender)
  }
}

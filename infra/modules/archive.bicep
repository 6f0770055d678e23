param name string
param location string
param tags object
param redundancy string

@minValue(0)
param immutableDays int

@minValue(0)
param lifecycleDeleteDays int
param isLocked bool
param ingestPrincipalId string
param retentionPrincipalId string
param writerRoleId string
param retentionRoleId string
param workspaceId string
param endpointSubnetId string
param blobZoneId string
param tableZoneId string

var kept = ['archive', 'dead-letter', 'salvaged']
// What is passed on and not archived stays for seven days.
var withRetention = concat(kept, ['pass-on'])
// Its reports are written over.
var containers = concat(withRetention, ['capacity'])
var tables = ['ledger', 'alerts', 'state']
var tableDataContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'

module storage 'storage-account.bicep' = {
  name: '${name}-account'
  params: {
    name: name
    location: location
    tags: tags
    redundancy: redundancy
    containers: containers
    tables: tables
    containerSoftDeleteDays: 30
    endpointSubnetId: endpointSubnetId
    blobZoneId: blobZoneId
    tableZoneId: tableZoneId
  }
}

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {
  name: name

  resource blobService 'blobServices' existing = {
    name: 'default'

    resource eachContainer 'containers' existing = [
      for container in containers: {
        name: container
      }
    ]
  }

  resource tableService 'tableServices' existing = {
    name: 'default'

    resource eachTable 'tables' existing = [
      for table in tables: {
        name: table
      }
    ]
  }
}

resource writes 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (container, i) in containers: {
    name: guid(account.id, container, ingestPrincipalId, writerRoleId)
    scope: account::blobService::eachContainer[i]
    dependsOn: [storage]
    properties: {
      principalId: ingestPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: writerRoleId
    }
  }
]

resource keepsTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (table, i) in tables: {
    name: guid(account.id, table, ingestPrincipalId, tableDataContributor)
    scope: account::tableService::eachTable[i]
    dependsOn: [storage]
    properties: {
      principalId: ingestPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', tableDataContributor)
    }
  }
]

resource deletes 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (container, i) in withRetention: {
    name: guid(account.id, container, retentionPrincipalId, retentionRoleId)
    scope: account::blobService::eachContainer[i]
    dependsOn: [storage]
    properties: {
      principalId: retentionPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: retentionRoleId
    }
  }
]

// Unlocked, as it is made. To lock it is for good, and yours to do: docs/retention.md
resource immutable 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2023-05-01' = [
  for (container, i) in kept: if (immutableDays > 0) {
    parent: account::blobService::eachContainer[i]
    name: 'default'
    dependsOn: [storage]
    properties: {
      immutabilityPeriodSinceCreationInDays: immutableDays
      allowProtectedAppendWrites: false
    }
  }
]

resource secondLine 'Microsoft.Storage/storageAccounts/managementPolicies@2023-05-01' = if (lifecycleDeleteDays > 0) {
  parent: account
  name: 'default'
  dependsOn: [storage]
  properties: {
    policy: {
      rules: [
        {
          name: 'second-line'
          type: 'Lifecycle'
          enabled: true
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: map(kept, container => '${container}/') }
            actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: lifecycleDeleteDays } } }
          }
        }
      ]
    }
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (isLocked) {
  name: 'archive'
  scope: account
  dependsOn: [storage]
  properties: { level: 'CanNotDelete', notes: 'The archive of security and audit logs.' }
}

// Who deleted what, kept outside of the account.
resource deletions 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'deletions'
  scope: account::blobService
  dependsOn: [storage]
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'StorageDelete', enabled: true }]
  }
}

output name string = name
output blobUri string = storage.outputs.blobUri
output tableUri string = storage.outputs.tableUri

// An account without keys, anonymous access, versions or soft-deleted blobs: a copy of a blob would be kept for each batch.

param name string
param location string
param tags object
param redundancy string
param containers string[]
param tables string[] = []

@description('For so many days a container that was deleted can be had back; 0 = it cannot.')
param containerSoftDeleteDays int = 0

@description('Empty without private networking.')
param endpointSubnetId string
param blobZoneId string
param tableZoneId string = ''

var isPrivate = endpointSubnetId != ''

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: redundancy }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    isHnsEnabled: false
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    supportsHttpsTrafficOnly: true
    networkAcls: { bypass: 'None', defaultAction: isPrivate ? 'Deny' : 'Allow' }
  }

  resource blobService 'blobServices' = {
    name: 'default'
    properties: {
      isVersioningEnabled: false
      changeFeed: { enabled: false }
      deleteRetentionPolicy: { enabled: false }
      containerDeleteRetentionPolicy: containerSoftDeleteDays > 0
        ? { enabled: true, days: containerSoftDeleteDays }
        : { enabled: false }
    }

    resource eachContainer 'containers' = [
      for container in containers: {
        name: container
        properties: { publicAccess: 'None' }
      }
    ]
  }

  resource tableService 'tableServices' = {
    name: 'default'

    resource eachTable 'tables' = [
      for table in tables: {
        name: table
      }
    ]
  }
}

module blobEndpoint 'private-endpoint.bicep' = if (isPrivate) {
  name: '${name}-blob-endpoint'
  params: {
    name: 'pe-${name}-blob'
    location: location
    tags: tags
    subnetId: endpointSubnetId
    serviceId: account.id
    groupId: 'blob'
    dnsZoneId: blobZoneId
  }
}

module tableEndpoint 'private-endpoint.bicep' = if (isPrivate && length(tables) > 0) {
  name: '${name}-table-endpoint'
  params: {
    name: 'pe-${name}-table'
    location: location
    tags: tags
    subnetId: endpointSubnetId
    serviceId: account.id
    groupId: 'table'
    dnsZoneId: tableZoneId
  }
}

// Without the slash that Azure ends them with.
output blobUri string = 'https://${name}.blob.${environment().suffixes.storage}'
output tableUri string = 'https://${name}.table.${environment().suffixes.storage}'

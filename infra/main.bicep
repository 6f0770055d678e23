targetScope = 'subscription'

import { recordsHub, sourceHub } from 'types.bicep'

@description('Name of the environment; all names are made of it.')
@minLength(1)
@maxLength(20)
param environmentName string

@description('Region of everything. Flex Consumption must be available there.')
param location string

@description('Tags of every resource.')
param tags object = {}

@description('Two namespaces keep the products, which need shared access signatures, apart from the records. One costs less.')
@allowed(['one', 'two'])
param namespaces string = 'two'

@description('Premium for more partitions, 90 days of retention, or more than 40 MB/s.')
@allowed(['Standard', 'Premium'])
param eventHubsTier string = 'Standard'

@description('Throughput units of each namespace, or processing units (1, 2, 4, 6, 8, 10, 12, 16).')
@minValue(1)
@maxValue(40)
param eventHubsUnits int = 1

@description('Up to so many throughput units a namespace grows by itself, and never shrinks; 0 = it does not grow. Standard only.')
@minValue(0)
@maxValue(40)
param eventHubsMaximumUnits int = 4

@description('The hubs that the products stream into. The partitions of a hub cannot be changed later (Standard).')
@minLength(1)
@maxLength(10)
param sourceHubs sourceHub[] = [
  { name: 'logs', partitions: 4, retentionHours: 168 }
]

@description('The hubs that records are passed on to, the fallback first. `readers`: a consumer group for each of those who read beside Sluice.')
@minLength(1)
@maxLength(10)
param recordsHubs recordsHub[] = [
  { name: 'records', partitions: 4, retentionHours: 72, readers: ['siem'] }
]

@description('Which of them a record goes to; may hold {source} and {category}.')
param recordsHubName string = recordsHubs[0].name

@description('Whether records are passed on at all.')
param fanOut bool = true

@description('Whether products stream in with a shared access signature: diagnostic settings and GitHub do. Without, no namespace accepts one.')
param productsStreamIn bool = true

@description('Addresses or ranges that may send to the source hubs beside trusted services, with private networking.')
param productAddresses string[] = []

@description('Days that the archive is kept, and exceptions by category; 0 = for ever.')
param retentionDays string = '365'

@description('Days that dead letters are kept; 0 = for ever.')
@minValue(0)
@maxValue(36500)
param deadLetterRetentionDays int = 365

@description('Days after which the archive moves to a colder tier, as in `cool=30`.')
param tiers string = ''

@description('How the archive is copied. The archive tier needs LRS, GRS or RA-GRS.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_RAGRS', 'Standard_GZRS', 'Standard_RAGZRS'])
param archiveRedundancy string = 'Standard_ZRS'

@description('Days for which nobody can change or delete what is archived, once you have locked the policy; 0 = no policy.')
@minValue(0)
@maxValue(146000)
param immutableDays int = 0

@description('Second line behind the retention timer: what has not been written to for so long, is deleted. Longer than the longest retention; 0 = off.')
@minValue(0)
@maxValue(36500)
param lifecycleDeleteDays int = 0

@description('Keeps the archive account from being deleted, by `azd down` as well.')
param lockArchive bool = false

@description('Spreads the app, and its host storage, over zones.')
param zoneRedundant bool = false

@description('Memory of an instance.')
@allowed([2048, 4096])
param instanceMemoryMB int = 2048

@description('The most instances of all functions together.')
@minValue(40)
@maxValue(1000)
param maximumInstances int = 100

@description('Further settings of docs/settings.md and of the host, by name. They win over what is set here.')
param settings object = {}

@description('Puts storage and hubs behind private endpoints.')
param privateNetworking bool = false

@description('Address range of the virtual network, /24 or larger.')
param addressSpace string = '10.42.0.0/24'

@description('Days that Log Analytics keeps the app\'s own telemetry.')
@minValue(30)
@maxValue(730)
param telemetryDays int = 30

@description('The most telemetry a day, in GB; -1 = no limit.')
@minValue(-1)
param telemetryGbPerDay int = 5

@description('Whom alerts and the budget write to.')
param alertEmails string[] = []

@description('How far, in minutes, ingestion may be behind.')
@minValue(5)
@maxValue(1440)
param alertLagMinutes int = 30

@description('A month\'s budget in the currency of the subscription; 0 = none.')
@minValue(0)
param monthlyBudget int = 0

@description('First of the month in which the budget begins. Azure lets nobody change it: once there is a budget, `monthlyBudget` 0 leaves it alone.')
param budgetStart string = utcNow('yyyy-MM-01')

var token = toLower(uniqueString(subscription().id, environmentName, location))
var allTags = union(tags, { 'azd-env-name': environmentName })
var consumerGroup = 'sluice'

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: allTags
}

module identities 'modules/identities.bicep' = {
  name: 'identities'
  scope: group
  params: { location: location, token: token, tags: allTags }
}

module roles 'modules/roles.bicep' = {
  name: 'roles'
  scope: group
  params: { token: token, withTiers: tiers != '' }
}

module network 'modules/network.bicep' = if (privateNetworking) {
  name: 'network'
  scope: group
  params: { location: location, token: token, tags: allTags, addressSpace: addressSpace }
}

var sourceSide = map(sourceHubs, hub => {
  name: hub.name
  partitions: hub.partitions
  retentionHours: hub.retentionHours
  consumerGroups: [consumerGroup]
  passedOnTo: false
})
var recordsSide = map(fanOut ? recordsHubs : [], hub => {
  name: hub.name
  partitions: hub.partitions
  retentionHours: hub.retentionHours
  consumerGroups: concat([consumerGroup], hub.readers)
  passedOnTo: true
})
var sourceNamespace = 'evhns-${token}'
var recordsNamespace = 'evhns-records-${token}'
var isOne = namespaces == 'one' || !fanOut
var allNamespaces = concat(
  [
    { name: sourceNamespace, hubs: concat(sourceSide, isOne ? recordsSide : []), productsStreamIn: productsStreamIn }
  ],
  isOne ? [] : [{ name: recordsNamespace, hubs: recordsSide, productsStreamIn: false }]
)

module eventHubs 'modules/event-hubs.bicep' = [
  for namespace in allNamespaces: {
    name: namespace.name
    scope: group
    params: {
      name: namespace.name
      location: location
      tags: allTags
      tier: eventHubsTier
      units: eventHubsUnits
      maximumUnits: eventHubsMaximumUnits
      hubs: namespace.hubs
      productsStreamIn: namespace.productsStreamIn
      productAddresses: productAddresses
      readerAndSender: identities.outputs.ingestPrincipalId
      endpointSubnetId: network.?outputs.endpointSubnetId ?? ''
      dnsZoneId: network.?outputs.eventHubsZoneId ?? ''
    }
  }
]

module hostStorage 'modules/host-storage.bicep' = {
  name: 'host-storage'
  scope: group
  params: {
    name: 'sthost${token}'
    location: location
    tags: allTags
    redundancy: zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS'
    hostPrincipalId: identities.outputs.ingestPrincipalId
    endpointSubnetId: network.?outputs.endpointSubnetId ?? ''
    blobZoneId: network.?outputs.blobZoneId ?? ''
  }
}

module archive 'modules/archive.bicep' = {
  name: 'archive'
  scope: group
  params: {
    name: 'starch${token}'
    location: location
    tags: allTags
    redundancy: archiveRedundancy
    immutableDays: immutableDays
    lifecycleDeleteDays: lifecycleDeleteDays
    isLocked: lockArchive
    ingestPrincipalId: identities.outputs.ingestPrincipalId
    retentionPrincipalId: identities.outputs.retentionPrincipalId
    writerRoleId: roles.outputs.writerRoleId
    retentionRoleId: roles.outputs.retentionRoleId
    workspaceId: monitoring.outputs.workspaceId
    endpointSubnetId: network.?outputs.endpointSubnetId ?? ''
    blobZoneId: network.?outputs.blobZoneId ?? ''
    tableZoneId: network.?outputs.tableZoneId ?? ''
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    location: location
    token: token
    tags: allTags
    retentionDays: telemetryDays
    gbPerDay: telemetryGbPerDay
    publisherPrincipalId: identities.outputs.ingestPrincipalId
  }
}

// With auto-inflate a namespace is at its limit when it has grown, not before.
var unitsToReach = eventHubsTier == 'Standard' ? max(eventHubsUnits, eventHubsMaximumUnits) : eventHubsUnits
var sourceHubsRead = join(map(sourceHubs, hub => '${hub.name}/${consumerGroup}'), ', ')
var isPattern = contains(recordsHubName, '{')
var recordsHubNames = isPattern ? join(map(recordsHubs, hub => hub.name), ', ') : ''
// A policy lets no blob be written to twice: docs/decisions/0016-immutable-archive.md
var blocksPerBlob = immutableDays > 0 ? '1' : '256'

module app 'modules/app.bicep' = {
  name: 'app'
  scope: group
  params: {
    name: 'func-${token}'
    location: location
    tags: union(allTags, { 'azd-service-name': 'app' })
    zoneRedundant: zoneRedundant
    instanceMemoryMB: instanceMemoryMB
    maximumInstances: maximumInstances
    ingestIdentityId: identities.outputs.ingestId
    ingestClientId: identities.outputs.ingestClientId
    retentionIdentityId: identities.outputs.retentionId
    retentionClientId: identities.outputs.retentionClientId
    hostBlobUri: hostStorage.outputs.blobUri
    packageContainerUri: hostStorage.outputs.packageContainerUri
    archiveBlobUri: archive.outputs.blobUri
    ledgerTableUri: archive.outputs.tableUri
    sourceHost: eventHubs[0].outputs.host
    recordsHost: eventHubs[length(allNamespaces) - 1].outputs.host
    applicationInsightsConnection: monitoring.outputs.applicationInsightsConnection
    subnetId: network.?outputs.appSubnetId ?? ''
    settings: union(
      {
        SLUICE_SOURCE_HUBS: sourceHubsRead
        SLUICE_FAN_OUT: string(fanOut)
        SLUICE_RECORDS_HUB: recordsHubName
        SLUICE_RECORDS_HUBS: recordsHubNames
        SLUICE_RECORDS_CONSUMER_GROUP: consumerGroup
        SLUICE_RETENTION_DAYS: retentionDays
        SLUICE_DEAD_LETTER_RETENTION_DAYS: string(deadLetterRetentionDays)
        SLUICE_TIERS: tiers
        SLUICE_BLOCKS_PER_BLOB: blocksPerBlob
        SLUICE_PROVISIONED: join(
          map(allNamespaces, namespace => '${namespace.name}=${toLower(eventHubsTier)}:${unitsToReach}'),
          ', '
        )
        SLUICE_CONSUMER_GROUPS: join(
          concat(['1'], map(recordsSide, hub => '${hub.name}=${length(hub.consumerGroups)}')),
          ', '
        )
        SLUICE_HUB_RETENTION_HOURS: join(
          concat(['24'], map(concat(sourceSide, recordsSide), hub => '${hub.name}=${hub.retentionHours}')),
          ', '
        )
      },
      settings
    )
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    location: location
    token: token
    tags: allTags
    emails: alertEmails
    applicationInsightsId: monitoring.outputs.applicationInsightsId
    namespaceIds: [for i in range(0, length(allNamespaces)): eventHubs[i].outputs.id]
    lagMinutes: alertLagMinutes
  }
}

module budget 'modules/budget.bicep' = if (monthlyBudget > 0) {
  name: 'budget'
  scope: group
  params: {
    name: 'budget-${environmentName}'
    amount: monthlyBudget
    start: budgetStart
    emails: alertEmails
    actionGroupId: alerts.outputs.actionGroupId
  }
}

@description('Where `azd` finds the app.')
output AZURE_RESOURCE_GROUP string = group.name
output SLUICE_APP_NAME string = app.outputs.name
output SLUICE_REPORT_URL string = 'https://${app.outputs.host}/api/report'
output SLUICE_SOURCE_NAMESPACE string = sourceNamespace
output SLUICE_RECORDS_NAMESPACE string = isOne ? sourceNamespace : recordsNamespace
@description('What a diagnostic setting asks for; empty where no product streams in.')
output SLUICE_PRODUCTS_RULE_ID string = eventHubs[0].outputs.productsRuleId
output SLUICE_ARCHIVE_ACCOUNT string = archive.outputs.name

// What the command line reads, for whoever is logged in: azd env get-values
output SLUICE_SOURCE_HUBS string = sourceHubsRead
output SLUICE_FAN_OUT string = string(fanOut)
output SLUICE_RECORDS_HUB string = recordsHubName
output SLUICE_RECORDS_HUBS string = recordsHubNames
output SLUICE_RECORDS_CONSUMER_GROUP string = consumerGroup
output SLUICE_BLOCKS_PER_BLOB string = blocksPerBlob
output ArchiveStorage__blobServiceUri string = archive.outputs.blobUri
output LedgerStorage__tableServiceUri string = archive.outputs.tableUri
output SourceHubConnection__fullyQualifiedNamespace string = eventHubs[0].outputs.host
output RecordsHubConnection__fullyQualifiedNamespace string = eventHubs[length(allNamespaces) - 1].outputs.host
output AzureWebJobsStorage__blobServiceUri string = hostStorage.outputs.blobUri

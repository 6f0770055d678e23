param name string
param location string
param tags object
param zoneRedundant bool
param instanceMemoryMB int
param maximumInstances int
param ingestIdentityId string
param ingestClientId string
param retentionIdentityId string
param retentionClientId string
param hostBlobUri string
param packageContainerUri string
param archiveBlobUri string
param ledgerTableUri string
param sourceHost string
param recordsHost string
param applicationInsightsConnection string

@description('Empty without private networking.')
param subnetId string

@description('Settings of docs/settings.md, by name.')
param settings object

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true, zoneRedundant: zoneRedundant }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${ingestIdentityId}': {}, '${retentionIdentityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    // With which references to Key Vault in the settings are resolved.
    keyVaultReferenceIdentity: ingestIdentityId
    virtualNetworkSubnetId: subnetId == '' ? null : subnetId
    functionAppConfig: {
      runtime: { name: 'node', version: '24' }
      scaleAndConcurrency: { instanceMemoryMB: instanceMemoryMB, maximumInstanceCount: maximumInstances }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUri
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: ingestIdentityId
          }
        }
      }
    }
    siteConfig: { minTlsVersion: '1.2', scmMinTlsVersion: '1.2', http20Enabled: true }
  }

  resource noFtp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource noBasicAuth 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(
      {
        AzureWebJobsStorage__blobServiceUri: hostBlobUri
        AzureWebJobsStorage__credential: 'managedidentity'
        AzureWebJobsStorage__clientId: ingestClientId
        APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsightsConnection
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${ingestClientId};Authorization=AAD'
        FUNCTIONS_NODE_BLOCK_ON_ENTRY_POINT_ERROR: 'true'
        SourceHubConnection__fullyQualifiedNamespace: sourceHost
        SourceHubConnection__credential: 'managedidentity'
        SourceHubConnection__clientId: ingestClientId
        RecordsHubConnection__fullyQualifiedNamespace: recordsHost
        RecordsHubConnection__credential: 'managedidentity'
        RecordsHubConnection__clientId: ingestClientId
        ArchiveStorage__blobServiceUri: archiveBlobUri
        ArchiveStorage__credential: 'managedidentity'
        ArchiveStorage__clientId: ingestClientId
        RetentionStorage__blobServiceUri: archiveBlobUri
        RetentionStorage__credential: 'managedidentity'
        RetentionStorage__clientId: retentionClientId
        LedgerStorage__tableServiceUri: ledgerTableUri
        LedgerStorage__credential: 'managedidentity'
        LedgerStorage__clientId: ingestClientId
      },
      settings
    )
  }
}

output name string = app.name
output host string = app.properties.defaultHostName

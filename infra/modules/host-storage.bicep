// The Functions host's own account: checkpoints, leases, keys of functions, and the package of the app.

param name string
param location string
param tags object
param redundancy string
param hostPrincipalId string
param endpointSubnetId string
param blobZoneId string

var packageContainer = 'app-package'
var blobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'

module storage 'storage-account.bicep' = {
  name: '${name}-account'
  params: {
    name: name
    location: location
    tags: tags
    redundancy: redundancy
    containers: [packageContainer]
    endpointSubnetId: endpointSubnetId
    blobZoneId: blobZoneId
  }
}

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {
  name: name
}

// On the account: the host makes containers of its own, and asks for this role by name. Nothing of the logs is in it.
resource hostOwns 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, hostPrincipalId, blobDataOwner)
  scope: account
  dependsOn: [storage]
  properties: {
    principalId: hostPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataOwner)
  }
}

output blobUri string = storage.outputs.blobUri
output packageContainerUri string = '${storage.outputs.blobUri}/${packageContainer}'

param token string

@description('To move a blob to another tier is to write.')
param withTiers bool

var blobs = 'Microsoft.Storage/storageAccounts/blobServices/containers'

resource writer 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, 'writer')
  properties: {
    roleName: 'Sluice archive writer ${token}'
    description: 'Reads and writes blobs and their tags, and deletes none.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: ['${blobs}/read']
        dataActions: ['${blobs}/blobs/read', '${blobs}/blobs/write', '${blobs}/blobs/tags/write']
      }
    ]
  }
}

resource retention 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, 'retention')
  properties: {
    roleName: 'Sluice retention ${token}'
    description: 'Finds blobs by their tags, looks at them, and deletes them.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: ['${blobs}/read']
        dataActions: concat(
          ['${blobs}/blobs/read', '${blobs}/blobs/filter/action', '${blobs}/blobs/delete'],
          withTiers ? ['${blobs}/blobs/write'] : []
        )
      }
    ]
  }
}

output writerRoleId string = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', writer.name)
output retentionRoleId string = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', retention.name)

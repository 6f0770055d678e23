param location string
param token string
param tags object

resource ingest 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-ingest-${token}'
  location: location
  tags: tags
}

// What deletes is another identity than what ingests: docs/retention.md
resource retention 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-retention-${token}'
  location: location
  tags: tags
}

output ingestId string = ingest.id
output ingestClientId string = ingest.properties.clientId
output ingestPrincipalId string = ingest.properties.principalId
output retentionId string = retention.id
output retentionClientId string = retention.properties.clientId
output retentionPrincipalId string = retention.properties.principalId

import { hub as hubType } from '../types.bicep'

param name string
param location string
param tags object

@allowed(['Standard', 'Premium'])
param tier string
param units int
param maximumUnits int
param hubs hubType[]

@description('Products sign with a shared access signature, and need a rule of their own.')
param productsStreamIn bool
param productAddresses string[]

@description('The principal that reads all hubs, and sends to those that records are passed on to.')
param readerAndSender string

@description('Empty without private networking.')
param endpointSubnetId string
param dnsZoneId string

var isPrivate = endpointSubnetId != ''
var grows = tier == 'Standard' && maximumUnits > units

resource namespace 'Microsoft.EventHub/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: tier, tier: tier, capacity: units }
  properties: {
    disableLocalAuth: !productsStreamIn
    minimumTlsVersion: '1.2'
    isAutoInflateEnabled: grows
    maximumThroughputUnits: grows ? maximumUnits : 0
    publicNetworkAccess: isPrivate && !productsStreamIn ? 'Disabled' : 'Enabled'
  }

  resource firewall 'networkRuleSets' = if (isPrivate) {
    name: 'default'
    properties: {
      defaultAction: 'Deny'
      publicNetworkAccess: productsStreamIn ? 'Enabled' : 'Disabled'
      // Diagnostic settings are one.
      trustedServiceAccessEnabled: productsStreamIn
      ipRules: map(productsStreamIn ? productAddresses : [], address => { action: 'Allow', ipMask: address })
    }
  }

  // A diagnostic setting takes the rule of a namespace, not of a hub, and asks for all three rights: docs/deploy.md
  resource products 'authorizationRules' = if (productsStreamIn) {
    name: 'products'
    properties: { rights: ['Manage', 'Send', 'Listen'] }
  }
}

// A namespace makes one hub at a time.
@batchSize(1)
module eachHub 'hub.bicep' = [
  for hub in hubs: {
    // A deployment's name has 64 characters at most.
    name: 'hub-${uniqueString(name, hub.name)}'
    params: {
      namespaceName: namespace.name
      hub: hub
      productsSend: productsStreamIn && !hub.passedOnTo
      readerAndSender: readerAndSender
    }
  }
]

module endpoint 'private-endpoint.bicep' = if (isPrivate) {
  name: '${name}-endpoint'
  params: {
    name: 'pe-${name}'
    location: location
    tags: tags
    subnetId: endpointSubnetId
    serviceId: namespace.id
    groupId: 'namespace'
    dnsZoneId: dnsZoneId
  }
}

output id string = namespace.id

// As in `https://contoso.servicebus.windows.net:443/`; other clouds end otherwise.
output host string = split(replace(namespace.properties.serviceBusEndpoint, 'https://', ''), ':')[0]
output productsRuleId string = productsStreamIn ? namespace::products.id : ''

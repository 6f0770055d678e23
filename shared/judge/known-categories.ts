import type { Source } from './verdict.ts';

/**
 * The categories that the products are known to send, in their own spelling; a schema file adds its own name.
 * Entra ID and Activity Log records are recognised by these names where the resource id does not tell. Defender and
 * GitHub are recognised without them: any other table of Defender's is its own as well.
 */
export const KNOWN_CATEGORIES: Readonly<Record<Source, readonly string[]>> = {
  activity: words(
    'Administrative Security ServiceHealth Alert Recommendation Policy Autoscale ResourceHealth',
    // Older resource providers name the kind of operation instead.
    'Write Delete Action',
  ),
  defender: words(
    'AlertEvidence AlertInfo BehaviorEntities BehaviorInfo CloudAppEvents CloudAuditEvents',
    'CloudProcessEvents CloudStorageAggregatedEvents DeviceEvents DeviceFileCertificateInfo',
    'DeviceFileEvents DeviceImageLoadEvents DeviceInfo DeviceLogonEvents DeviceNetworkEvents',
    'DeviceNetworkInfo DeviceProcessEvents DeviceRegistryEvents EmailAttachmentInfo EmailEvents',
    'EmailPostDeliveryEvents EmailUrlInfo IdentityDirectoryEvents IdentityInfo IdentityLogonEvents',
    'IdentityQueryEvents MessageEvents MessagePostDeliveryEvents MessageUrlInfo UrlClickEvents',
  ),
  entra: words(
    'AuditLogs SignInLogs NonInteractiveUserSignInLogs ServicePrincipalSignInLogs',
    'ManagedIdentitySignInLogs ProvisioningLogs ADFSSignInLogs RiskyUsers UserRiskEvents',
    'RiskyServicePrincipals ServicePrincipalRiskEvents NetworkAccessTrafficLogs',
    'EnrichedOffice365AuditLogs MicrosoftGraphActivityLogs RemoteNetworkHealthLogs',
    'NetworkAccessAlerts NetworkAccessConnectionEvents NetworkAccessGenerativeAIInsights',
    'MicrosoftServicePrincipalSignInLogs AzureADGraphActivityLogs GraphNotificationsActivityLogs',
    'MicrosoftGraphPolicyLogs PreAuthenticationDiscoveryLogs RiskyAgents AgentRiskEvents',
    'B2CRequestLogs CustomSecurityAttributeAuditLogs',
  ),
  github: ['audit', 'git', 'api'],
  intune: ['AuditLogs', 'OperationalLogs', 'DeviceComplianceOrg', 'Devices', 'Windows365AuditLogs'],
  unknown: ['none'],
};

function words(...lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split(' '));
}

const OVERRIDE = 'AzureFunctionsJobHost__extensions__eventHubs__';

/** host.json is tuned for few operations in Azure; here a person is waiting. */
const PROMPT = {
  [`${OVERRIDE}minEventBatchSize`]: '1',
  [`${OVERRIDE}maxWaitTime`]: '00:00:01',
  [`${OVERRIDE}loadBalancingUpdateInterval`]: '00:00:01',
  // How long the partitions of a host that was killed stay untouched.
  [`${OVERRIDE}partitionOwnershipExpirationInterval`]: '00:00:05',
};

/** The settings of the app, as `Values` of local.settings.json would hold them. */
export function appSettings(
  sourceHubs: readonly string[],
  recordsHubs: readonly string[],
  connections: { readonly hubs: string; readonly storage: string },
): Record<string, string> {
  return {
    FUNCTIONS_WORKER_RUNTIME: 'node',
    AzureWebJobsStorage: connections.storage,
    SourceHubConnection: connections.hubs,
    RecordsHubConnection: connections.hubs,
    ArchiveStorage: connections.storage,
    LedgerStorage: connections.storage,
    SLUICE_SOURCE_HUBS: sourceHubs.join(', '),
    SLUICE_RECORDS_HUB: recordsHubs[0] ?? '',
    SLUICE_RECORDS_HUBS: recordsHubs.join(', '),
    ...PROMPT,
  };
}

import type { CapacityDeps } from '../capacity/run.ts';
import { config, environment } from './app.ts';
import { ledgerTable } from './ledger-parts.ts';
import { capacityDeps } from './capacity-deps.ts';
import { blobService } from './clients.ts';
import { azureReportStore } from './report-store.ts';

export function capacityParts(): Omit<CapacityDeps, 'log'> {
  const reports = azureReportStore(blobService(config.archiveStorage));
  return { ...capacityDeps(config, ledgerTable(), environment), reports };
}

import type { BlobServiceClient } from '@azure/storage-blob';
import type { ReportStore } from '../capacity/probe.ts';
import { storageFailure, storageRefused } from './storage-error.ts';

export const REPORTS_CONTAINER = 'capacity';
export const LATEST_REPORT = 'latest.json';

/** Reports in the archive account. The container is made where it is missing. */
export function azureReportStore(service: BlobServiceClient): ReportStore {
  const container = service.getContainerClient(REPORTS_CONTAINER);

  return {
    async write(name, json) {
      const body = Buffer.from(json);
      const options = { blobHTTPHeaders: { blobContentType: 'application/json' } };
      const upload = () => container.getBlockBlobClient(name).upload(body, body.length, options);
      try {
        await upload();
      } catch (error) {
        if (storageFailure(error)?.code !== 'ContainerNotFound')
          throw storageRefused(`Writing the blob '${REPORTS_CONTAINER}/${name}'`, error);
        await container.createIfNotExists();
        await upload();
      }
    },
  };
}

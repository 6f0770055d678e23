import type { JsonObject } from './json.ts';
import { directoryId, frameRecords, withEnvelopeTime, type Product, type Scene } from './product.ts';
import { iso } from './times.ts';

/** A resource log of App Service, whose `properties` are JSON inside a string. */
function appServiceHttpLog({ random, tenant, person, time }: Scene): JsonObject {
  const request = { CsMethod: 'POST', CsUriStem: '/connect/token', CIp: person.address, ScStatus: '200' };
  return {
    time: iso(time),
    EventTime: iso(time),
    resourceId: `/SUBSCRIPTIONS/${tenant.subscription}/RESOURCEGROUPS/RG-EDGE/PROVIDERS/MICROSOFT.WEB/SITES/APP-EDGE`,
    properties: JSON.stringify({ ...request, TimeTaken: random.integer(1, 900) }),
    category: 'AppServiceHTTPLogs',
    EventStampType: 'Stamp',
    Host: `lw${random.hex(10)}`,
  };
}

/** What an app of somebody's own sends to the same hub. */
function heartbeat({ random, time }: Scene): JsonObject {
  return { at: iso(time), app: 'badge-reader', door: random.integer(1, 40), alive: true };
}

/** What no product claims; users send such records to the same hubs, and they are kept like any other. */
export const unknown: Product = {
  source: 'unknown',
  makers: { AppServiceHTTPLogs: appServiceHttpLog, none: heartbeat },
  outline: ({ time }, category) => ({ time: iso(time), category }),
  habits: { present: 0.9, empty: 0.1, time: iso, deviceOf: directoryId },
  redelivered: withEnvelopeTime,
  spoilers: [],
  mostRecords: 10,
  frame: frameRecords,
};

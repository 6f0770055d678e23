import type { LedgerTable } from '../sinks.ts';
import type { Sightings } from './input.ts';
import { CAPACITY_KEY, sightingsFrom, SIGHTINGS_KEY, sightingsWrite } from './rolled-rows.ts';

/** When every source was last heard of: older than a window tells. */
export async function readSightings(
  table: LedgerTable,
): Promise<{ readonly sightings: Sightings; readonly etag: string | undefined }> {
  const row = await table.get(CAPACITY_KEY, SIGHTINGS_KEY);
  return { sightings: sightingsFrom(row), etag: row?.etag };
}

export async function writeSightings(
  table: LedgerTable,
  sightings: Sightings,
  etag: string | undefined,
): Promise<void> {
  // Whoever was quicker has seen the same.
  await table.transact(CAPACITY_KEY, [sightingsWrite(sightings, etag)]);
}

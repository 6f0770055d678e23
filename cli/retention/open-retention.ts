import { retentionParts } from '../../shared/azure/retention-parts.ts';
import type { RetentionConfig, RetentionParts } from '../../shared/azure/retention-parts.ts';
import { readConnection, readOptionalConnection } from '../../shared/settings/connection.ts';
import type { Log } from '../../shared/log.ts';
import { readRules } from '../../shared/settings/read-rules.ts';
import { readDeadLetterDays, readRetention } from '../../shared/retention.ts';
import type { Environment, Problems } from '../../shared/settings/settings.ts';
import { readTiers } from '../../shared/blocks/tiers.ts';
import { findSettings, settingsOf } from '../found-settings.ts';

/** What the stack that npm start has left running deletes with, or else what the settings in the environment say. */
export async function openRetention(log: Log): Promise<RetentionParts & { readonly place: string }> {
  const settings = await findSettings();
  const config = settingsOf(
    settings,
    (problems) => configIn(settings.env, problems),
    'There is no archive to look at.',
  );
  return { ...retentionParts(config, log), place: settings.place };
}

function configIn(env: Environment, problems: Problems): RetentionConfig | undefined {
  const retentionStorage =
    readOptionalConnection(env, 'RetentionStorage', 'blobs', problems) ??
    readConnection(env, 'ArchiveStorage', 'blobs', problems);
  const ledgerStorage = readConnection(env, 'LedgerStorage', 'tables', problems);
  const policy = {
    retention: readRetention(env, problems),
    deadLetterRetentionDays: readDeadLetterDays(env, problems),
    rules: readRules(env, problems),
    tiers: readTiers(env, problems),
  };
  return retentionStorage && ledgerStorage && { ...policy, retentionStorage, ledgerStorage };
}

import { retentionParts } from '../../shared/azure/retention-parts.ts';
import type { RetentionConfig, RetentionParts } from '../../shared/azure/retention-parts.ts';
import { readConnection, readOptionalConnection } from '../../shared/connection.ts';
import type { Log } from '../../shared/log.ts';
import { readRules } from '../../shared/read-rules.ts';
import { readDeadLetterDays, readRetention } from '../../shared/retention.ts';
import type { Environment, Problems } from '../../shared/settings.ts';
import { readTiers } from '../../shared/tiers.ts';
import { readSettings, SETTINGS_FILE } from '../settings-file.ts';
import { UsageError } from '../usage-error.ts';

/** What the stack that npm start has left running deletes with, or else what the settings in the environment say. */
export async function openRetention(log: Log): Promise<RetentionParts & { readonly place: string }> {
  const running = await readSettings();
  const place = running ? SETTINGS_FILE : 'the environment';
  const problems: Problems = [];
  const config = configIn(running ?? process.env, problems);
  if (!config || problems.length > 0) {
    const lines = problems.map((problem) => `  - ${problem}`).join('\n');
    throw new UsageError(
      `There is no archive to look at. npm start leaves one running, and its settings in ${SETTINGS_FILE} for commands in the ` +
        `same folder; for another, its settings must be in the environment. In ${place}:\n${lines}`,
    );
  }
  return { ...retentionParts(config, log), place };
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

import { readRecordsHub } from '../../shared/settings/records-hub-config.ts';
import type { RecordsHubConfig } from '../../shared/settings/records-hub-config.ts';
import { readBoolean } from '../../shared/settings/settings.ts';
import { settingsOf } from '../found-settings.ts';
import type { FoundSettings } from '../found-settings.ts';
import { UsageError } from '../usage-error.ts';

/** Throws a UsageError where the settings name no records hub. */
export function recordsHubOf(settings: FoundSettings): RecordsHubConfig {
  const { env, place } = settings;
  const fansOut = settingsOf(settings, (problems) => ({ on: readBoolean(env, 'fanOut', problems) })).on;
  if (!fansOut)
    throw new UsageError(`There is no records hub to send to: in ${place}, SLUICE_FAN_OUT is false.`);
  return settingsOf(settings, (problems) => readRecordsHub(env, problems));
}

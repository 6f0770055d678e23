import { isListed } from '../judge/catalogue.ts';
import { readConfig } from '../settings/config.ts';
import type { Connection } from '../settings/connection.ts';
import type { Environment } from '../settings/settings.ts';
import { connectionOfHub } from '../settings/source-hubs.ts';
import type { SourceHub } from '../settings/source-hubs.ts';
import { boundedCategories } from '../telemetry/bounded-categories.ts';
import type { TelemetryConfig } from '../telemetry/config.ts';
import { createTelemetry } from '../telemetry/telemetry.ts';
import type { Telemetry, TelemetrySink } from '../telemetry/telemetry.ts';

export const environment: Environment = process.env;

/** The app's settings; the functions register themselves by them. */
export const config = readConfig(environment);

/** Undefined where nothing is to be sent anywhere; then nothing of it is loaded either. */
export const telemetry: Telemetry | undefined =
  config.telemetry &&
  createTelemetry({ load: loadApplicationInsights(config.telemetry), nameOf: boundedCategories(isListed) });

function loadApplicationInsights(settings: TelemetryConfig): () => Promise<TelemetrySink> {
  return async () => {
    const { applicationInsights } = await import('./application-insights.ts');
    return applicationInsights(settings);
  };
}

export function sourceConnection(source: SourceHub): Connection {
  return connectionOfHub(source, environment);
}

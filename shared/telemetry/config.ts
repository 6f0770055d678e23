import type { Environment, Problems } from '../settings/settings.ts';

/** Where telemetry goes. The settings are those of the platform, so that the host and the app send to the same place. */
export interface TelemetryConfig {
  readonly connectionString: string;
  /** As whom; undefined: as whoever has the connection string. */
  readonly identity: { readonly clientId: string | undefined } | undefined;
  /** By which Application Insights tells apps apart. */
  readonly role: string;
}

const CONNECTION = 'APPLICATIONINSIGHTS_CONNECTION_STRING';
const AUTHENTICATION = 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING';

const KEY = /(^|;)[Ii]nstrumentation[Kk]ey=[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}(;|$)/;

/** Undefined where there is no connection string: then there is no telemetry. */
export function readTelemetry(env: Environment, problems: Problems): TelemetryConfig | undefined {
  const connectionString = env[CONNECTION]?.trim();
  if (!connectionString) return undefined;
  if (!KEY.test(connectionString))
    problems.push(
      `${CONNECTION} is no connection string: it has no "InstrumentationKey=" with a GUID in lower case.`,
    );
  return {
    connectionString,
    identity: readIdentity(env[AUTHENTICATION]?.trim(), problems),
    role: env['WEBSITE_SITE_NAME'] ?? 'sluice',
  };
}

/** `Authorization=AAD`, and `;ClientId=...` for a user-assigned identity: https://learn.microsoft.com/azure/azure-functions/functions-app-settings */
function readIdentity(text: string | undefined, problems: Problems): TelemetryConfig['identity'] {
  if (!text) return undefined;
  const parts = text.split(';').map((part): [string, string] => {
    const [name = '', value = ''] = part.split('=', 2);
    return [name.trim().toLowerCase(), value.trim()];
  });
  const { authorization, clientid } = Object.fromEntries<string | undefined>(parts);
  if (authorization?.toUpperCase() !== 'AAD')
    problems.push(
      `${AUTHENTICATION} is ${JSON.stringify(text)}: expected "Authorization=AAD", and ";ClientId=..." for a user-assigned identity.`,
    );
  return { clientId: clientid || undefined };
}

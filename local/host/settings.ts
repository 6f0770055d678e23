/** App settings by name: what `Values` of local.settings.json, or the settings of the app in Azure, hold. */
export type Settings = Readonly<Record<string, string | undefined>>;

/**
 * Replaces each `%NAME%` in a binding's text by the setting. Throws an Error where there is no such setting: Azure then
 * leaves the function out and says so in a log that nobody may be reading.
 */
export function expandSettings(text: string, settings: Settings, where: string): string {
  return text.replaceAll(/%([^%]+)%/g, (_, name: string) => {
    const value = settings[name];
    if (value === undefined || value === '') {
      throw new Error(`${where} names %${name}%, and there is no setting ${name}.`);
    }
    return value;
  });
}

/** `AzureWebJobs.<name>.Disabled`, as https://learn.microsoft.com/azure/azure-functions/disable-function has it. */
export function isDisabled(functionName: string, settings: Settings): boolean {
  const value = settings[`AzureWebJobs.${functionName}.Disabled`]?.toLowerCase();
  return value === 'true' || value === '1';
}

/** Sets the settings into `process.env`, where the app reads them; the result puts back what was there. */
export function applySettings(settings: Settings): () => void {
  const before = Object.keys(settings).map((name) => [name, process.env[name]] as const);
  for (const [name, value] of Object.entries(settings)) setVariable(name, value);
  return () => {
    for (const [name, value] of before) setVariable(name, value);
  };
}

function setVariable(name: string, value: string | undefined): void {
  if (value === undefined) Reflect.deleteProperty(process.env, name);
  else process.env[name] = value;
}

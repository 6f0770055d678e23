import { once } from 'node:events';
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startCli } from './run-cli.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('npm start leaves the settings while it runs, sends samples when asked to, and stops', async () => {
  const folder = await temporaryFolder();
  const settingsFile = path.join(folder, '.sluice', 'settings.json');
  const child = startCli('start', [], { cwd: folder });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const exited = once(child, 'exit');
  const untilPrinted = async (pattern: RegExp) => {
    await expect.poll(() => printed, { timeout: 90_000 }).toMatch(pattern);
  };

  await untilPrinted(/ingest: eventHubTrigger \(hub logs/);
  await untilPrinted(/^Report +http.*$/m);
  const [, address = ''] = /^Report +(\S+)$/m.exec(printed) ?? [];
  const page = await fetch(address);
  const settings = JSON.parse(await readFile(settingsFile, 'utf8')) as Record<string, string>;
  child.stdin.write('s\n');
  await untilPrinted(/100\/100 messages · [\d,]+ archived/);
  child.stdin.write('q\n');

  expect(await exited).toEqual([0, null]);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<h1>Sluice</h1>')]);
  expect(settings['SourceHubConnection']).toContain('UseDevelopmentEmulator=true');
  await expect(access(settingsFile)).rejects.toThrow('ENOENT');
});

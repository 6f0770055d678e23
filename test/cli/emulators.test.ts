import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { EventHubProducerClient } from '@azure/event-hubs';
import { BlobServiceClient } from '@azure/storage-blob';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { runCli, startCli } from './run-cli.ts';

function textOf(file: string): string {
  return readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
}

interface Settings {
  readonly Values: Readonly<Record<string, string>>;
}

const { Values: sample } = JSON.parse(textOf('local.settings.sample.json')) as Settings;

test('the sample settings find the emulators, with the hubs that they name', async () => {
  const emulators = startCli('emulators', []);
  const exited = once(emulators, 'exit');
  let printed = '';
  emulators.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  await expect.poll(() => printed, { timeout: 60_000 }).toContain('Ctrl-C');

  const hubs = [sample['SLUICE_SOURCE_HUBS'] ?? '', sample['SLUICE_RECORDS_HUB'] ?? ''];
  for (const hub of hubs) {
    const client = new EventHubProducerClient(sample['SourceHubConnection'] ?? '', hub);
    expect((await client.getEventHubProperties()).partitionIds).toHaveLength(4);
    await client.close();
  }
  const blobs = BlobServiceClient.fromConnectionString(sample['ArchiveStorage'] ?? '');
  await expect(blobs.getContainerClient('archive').exists()).resolves.toBe(false);

  emulators.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});

test('what is no number of partitions is refused', async () => {
  const { exitCode, stderr } = await runCli('emulators', ['--partitions', '33']);

  expect(stderr).toContain('It must be a whole number from 1 to 32.');
  expect(exitCode).toBe(2);
});

test("Microsoft's own emulators get the hubs of the sample settings, and the ports that these expect", () => {
  const compose = parse(textOf('local/official/docker-compose.yml')) as {
    services: Record<string, { ports: string[]; volumes?: string[] }>;
  };
  const config = JSON.parse(textOf('local/official/event-hubs.json')) as {
    UserConfig: { NamespaceConfig: { Entities: { Name: string }[] }[] };
  };

  const ports = Object.values(compose.services).flatMap((service) => service.ports);
  for (const port of [5672, 10_000, 10_001, 10_002]) expect(ports).toContain(`127.0.0.1:${port}:${port}`);
  expect(compose.services['event-hubs']?.volumes?.[0]).toMatch(/^\.\/event-hubs\.json:/);
  expect(config.UserConfig.NamespaceConfig[0]?.Entities.map(({ Name }) => Name)).toEqual([
    sample['SLUICE_SOURCE_HUBS'],
    sample['SLUICE_RECORDS_HUB'],
  ]);
});

import { once } from 'node:events';
import { Command, Option } from 'commander';
import { ONLOOKERS } from '../local/onlookers.ts';
import { startEventHubs } from '../local/event-hubs/emulator.ts';
import { startStorage } from '../local/storage/azurite.ts';
import { runCommand, wholeNumber } from './run-command.ts';

/** Where Core Tools and the SDKs look for them: https://learn.microsoft.com/azure/storage/common/storage-use-azurite, and AMQP's own. */
const PORTS = { blob: 10_000, queue: 10_001, table: 10_002, eventHubs: 5_672 };
const MOST_PARTITIONS = 32;

interface Options {
  readonly hubs: string;
  readonly partitions: number;
  readonly folder?: string;
}

const command = new Command('npm run emulators --')
  .description(
    'Runs storage (Azurite) and Event Hubs (an emulator) on their standard ports, for "func start": copy local.settings.sample.json to ' +
      'local.settings.json, and it finds them.',
  )
  .option('--hubs <names>', 'the hubs to have, separated by commas', 'logs,records')
  .addOption(
    new Option('--partitions <n>', 'of each hub').argParser(wholeNumber(1, MOST_PARTITIONS)).default(4),
  )
  .option(
    '--folder <folder>',
    'keep there what storage holds; it is in memory otherwise, as what the hubs hold always is',
  )
  .allowExcessArguments(false)
  .action(run);

async function run({ hubs, partitions, folder }: Options): Promise<void> {
  const names = hubs.split(',').map((name) => name.trim());
  const hub = { partitionCount: partitions, consumerGroups: [ONLOOKERS] };
  const eventHubs = await startEventHubs({
    port: PORTS.eventHubs,
    hubs: Object.fromEntries(names.map((name) => [name, hub])),
  });
  try {
    const storage = await startStorage({
      ports: PORTS,
      ...(folder !== undefined && { inMemory: false, folder }),
    });
    try {
      console.log(`Storage     ${storage.blobEndpoint}, ${storage.queueEndpoint}, ${storage.tableEndpoint}`);
      console.log(`Event Hubs  localhost:${eventHubs.port}: ${names.join(', ')}`);
      console.log('Ctrl-C stops them.');
      await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    } finally {
      await storage.close();
    }
  } finally {
    await eventHubs.close();
  }
}

await runCommand(command);

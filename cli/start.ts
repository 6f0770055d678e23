import { createInterface } from 'node:readline/promises';
import { Command, Option } from 'commander';
import colors from 'picocolors';
import type { LogEntry } from '../local/host/host.ts';
import { startStack } from '../local/stack.ts';
import type { Stack } from '../local/stack.ts';
import { runCommand, wholeNumber } from './run-command.ts';
import { describeStack } from './start/describe-stack.ts';
import { createSamples } from './start/samples.ts';
import type { Samples } from './start/samples.ts';
import { removeSettings, writeSettings } from './settings-file.ts';
import { printStatus } from './start/status.ts';

const MOST_PER_SECOND = 1_000;
const BURST = 100;
const LAST_PORT = 65_535;

/** In Azure, figures of hours are worked out every quarter of one; here a person is waiting. */
const CAPACITY_SCHEDULE = '0 * * * * *';

interface Options {
  readonly sample?: number;
  readonly port?: number;
}

const command = new Command('npm start --')
  .description(
    'Starts Sluice with all that it needs on this machine, and leaves it running: storage (Azurite), Event Hubs (an emulator) ' +
      'and the Functions app. What it holds is in memory, and gone when it stops.',
  )
  .addOption(
    new Option('--sample [messages per second]', 'send sample messages all the time')
      .preset('5')
      .argParser(wholeNumber(1, MOST_PER_SECOND)),
  )
  .addOption(
    new Option(
      '--port <number>',
      'where the report page and the other HTTP functions are, in place of a port that is free',
    ).argParser(wholeNumber(1, LAST_PORT)),
  )
  .addHelpText(
    'after',
    `
s and Enter sends ${BURST} sample messages, q and Enter (or Ctrl-C) stops.
The settings of the app, with the connection strings of everything, are left in .sluice/settings.json while it runs.`,
  )
  .allowExcessArguments(false)
  .action(start);

async function start({ sample, port }: Options): Promise<void> {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  // A second Ctrl-C finds no handler any more, and ends the process at once.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);

  console.log('Starting storage (Azurite), Event Hubs (emulator) and the app ...');
  const stack = await startStack({
    log: printTrouble,
    settings: { SLUICE_CAPACITY_SCHEDULE: CAPACITY_SCHEDULE },
    ...(port !== undefined && { http: { port } }),
  });
  try {
    await writeSettings(stack.settings);
    console.log(`\n${describeStack(stack)}`);
    await runUntil(stopping, stack, sample);
    console.log('Stopping ...');
  } finally {
    await removeSettings();
    await stack.close();
  }
}

/** Until somebody stops it, or something fails. */
async function runUntil(
  stopping: AbortController,
  stack: Stack,
  messagesPerSecond: number | undefined,
): Promise<void> {
  const { signal } = stopping;
  const samples = createSamples(stack);
  const tasks = [printStatus(stack, signal), obeyKeys(samples, stopping)];
  if (messagesPerSecond !== undefined) tasks.push(samples.stream(messagesPerSecond, signal));
  try {
    await Promise.all(tasks);
  } finally {
    stopping.abort();
    await Promise.allSettled(tasks);
  }
}

/** The end of the input ends nothing: there is none where this was started in the background. */
async function obeyKeys(samples: Samples, stopping: AbortController): Promise<void> {
  if (process.stdin.isTTY)
    console.log(colors.dim(`s and Enter sends ${BURST} sample messages, q and Enter stops.`));
  const lines = createInterface({ input: process.stdin, signal: stopping.signal });
  for await (const line of lines) {
    const key = line.trim().toLowerCase();
    if (key === 's') await samples.burst(BURST);
    if (key === 'q') stopping.abort();
  }
}

function printTrouble({ level, category, message }: LogEntry): void {
  if (level === 'warning' || level === 'error' || level === 'critical') {
    console.error(colors.yellow(`[${category}] ${message}`));
  }
}

await runCommand(command);

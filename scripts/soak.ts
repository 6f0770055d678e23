import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import colors from 'picocolors';
import { megabytes } from '../cli/format.ts';
import { createProgress } from '../cli/progress.ts';
import { numberBetween, runCommand, wholeNumber } from '../cli/run-command.ts';
import { pageOf } from './soak/page.ts';
import { describeProgress, describeSoak, plainSoak } from './soak/report.ts';
import { runSoak } from './soak/run-soak.ts';

const MINUTE_MS = 60_000;
/** 128 and the number of the signal, as shells have it. */
const INTERRUPTED = 130;

interface Options {
  readonly minutes: number;
  readonly rate: number;
  readonly wait: number;
  readonly seed: number;
  readonly out: string;
  readonly app?: string;
}

const command = new Command('npm run soak --')
  .description(
    'Runs the whole app, as it was built, in a process of its own on the embedded stack, under a steady stream of sample messages of all ' +
      'products, and watches its memory, its event loop, its lag, and how long messages take to be archived and passed on.',
  )
  .option('-m, --minutes <n>', 'how long to send', numberBetween(0.1, 24 * 60), 10)
  .option('-r, --rate <n>', 'records a second', numberBetween(1, 100_000), 200)
  .option('-w, --wait <seconds>', 'the longest that a batch waits for messages', wholeNumber(1, 600), 5)
  .option('-s, --seed <n>', 'another seed, other messages', wholeNumber(0, 2 ** 32 - 1), 1)
  .option('-o, --out <folder>', 'where soak.html and soak.json are left', '.sluice/soak')
  .option('--app <folder>', 'run the app that is there, as it was built and published, in place of this one')
  .allowExcessArguments(false)
  .addHelpText(
    'after',
    `
Fails (exit code 1) when
- the lower envelope of the app's resident, heap or external memory grows: after the first third, its slope is surely
  above zero (90%), and the last third lies more than 5%, and 4 MB at least, above the second;
- the lag grows, by the same rule: by more than 25%, and two seconds' messages at least;
- the rate could not be kept, or the counts do not agree: what was sent, the archive, the dead letters, the records hub
  and the ledger, as in the demo.

Under three minutes, memory and lag are shown and not judged. host.json lets a batch wait for 30 seconds; --wait 30 does too.
What the hubs hold is in the memory of this process, not of the app's: about 30 MB a minute at 200 records a second.

  npm run soak -- --minutes 60 --rate 300 --out soak-of-today`,
  )
  .action(soak);

async function soak({ minutes, rate, wait, seed, out, app }: Options): Promise<void> {
  await mkdir(out, { recursive: true });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(INTERRUPTED));
  const progress = createProgress({ json: false });
  const phases = {
    sending: `Sending ${rate} records/s for ${minutes} min`,
    draining: 'Waiting until all of it is taken in',
    'reading back': 'Reading back the archive, dead letters, records hub and ledger',
  };
  progress.begin('Starting storage (Azurite), Event Hubs (emulator) and the app');
  try {
    const result = await runSoak({
      durationMs: minutes * MINUTE_MS,
      recordsPerSecond: rate,
      waitSeconds: wait,
      seed,
      appFolder: app,
      onPhase: (phase) => progress.begin(phases[phase]),
      onSample: (sample, sent) => progress.update(describeProgress(sample, sent)),
      onReadBack: (bytes) => progress.update(`${megabytes(bytes)} of blobs and messages read`),
      onTrouble: (line) => progress.note(line),
    });
    progress.stop();
    await writeFile(path.join(out, 'soak.json'), `${JSON.stringify(result)}\n`);
    await writeFile(path.join(out, 'soak.html'), pageOf(result, plainSoak(result)));
    console.log(`\n${describeSoak(result)}\n`);
    console.log(`Plots and samples: ${colors.cyan(path.join(out, 'soak.html'))}, soak.json.`);
    if (result.verdict.problems.length > 0) process.exitCode = 1;
  } finally {
    progress.stop();
  }
}

await runCommand(command);

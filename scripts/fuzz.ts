import { Command } from 'commander';
import { number, seconds } from '../cli/format.ts';
import { runCommand, wholeNumber } from '../cli/run-command.ts';
import { fuzz } from './fuzz/fuzz.ts';
import type { Finding, FuzzResult } from './fuzz/fuzz.ts';
import { packTexts } from './fuzz/pack-texts.ts';
import type { PackResult } from './fuzz/pack-texts.ts';

const command = new Command('npm run fuzz --')
  .description(
    'Takes random and mutated messages apart and checks that nothing throws or hangs, that every byte of a message is in a record, in a ' +
      'dead letter or framing, and that counts and names are right. Packs random texts, and checks that zlib unpacks them.',
  )
  .option('-m, --messages <n>', 'how many', wholeNumber(1, 100_000_000), 100_000)
  .option('-t, --texts <n>', 'how many texts', wholeNumber(0, 100_000_000), 10_000)
  .option('-s, --seed <n>', 'another seed, other messages', wholeNumber(0, 2 ** 32 - 1), 1)
  .allowExcessArguments(false)
  .action(run);

function run({ messages, texts, seed }: { messages: number; texts: number; seed: number }): void {
  const result = fuzz({ messages, seed, onProgress });
  for (const finding of result.findings) console.log(describe(finding));
  console.log(summary(result, seed));
  const packed = packTexts({ texts, seed });
  for (const text of packed.wrong) console.log(`A text, in base64: ${shown(text)}`);
  console.log(packingSummary(packed, seed));
  if (result.findings.length + packed.wrong.length > 0) process.exitCode = 1;
}

function onProgress(done: number, findings: number): void {
  if (done % 100_000 === 0) console.error(`${number(done)} messages, ${findings} findings`);
}

function describe({ index, problems, body }: Finding): string {
  return [`Message ${index}, in base64: ${shown(body)}`, ...problems.map((problem) => `  ${problem}`)].join(
    '\n',
  );
}

function summary({ messages, bytes, ms, findings, worst }: FuzzResult, seed: number): string {
  const rate = `${number((messages / ms) * 1_000)} messages/s, ${(bytes / ms / 1_000).toFixed(1)} MB/s, checks included`;
  const slowest = `The slowest was message ${worst.index}, of ${number(worst.bytes)} bytes: ${Math.round(worst.ms)} ms of the processor.`;
  return `${number(messages)} messages of seed ${seed} in ${seconds(ms)} (${rate}): ${findings.length} findings. ${slowest}`;
}

function packingSummary({ texts, bytes, packedBytes, wrong }: PackResult, seed: number): string {
  const share = ((100 * packedBytes) / Math.max(1, bytes)).toFixed(1);
  return `${number(texts)} texts of seed ${seed}, packed to ${share}%: ${wrong.length} are not what zlib unpacks.`;
}

function shown(bytes: Buffer): string {
  return bytes.toString('base64').slice(0, 8_000);
}

await runCommand(command);

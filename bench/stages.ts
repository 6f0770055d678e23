import type { Compression } from '../shared/blocks/block-codec.ts';
import { isJson } from '../shared/json/json-bytes.ts';
import { judge } from '../shared/judge/judge.ts';
import type { Message, Partition } from '../shared/message.ts';
import { ingest } from '../shared/pipeline.ts';
import type { PipelineDeps } from '../shared/pipeline.ts';
import { openSieve } from '../shared/judge/sieve.ts';
import { split } from '../shared/take-apart/split.ts';
import { takeApart } from '../shared/take-apart/take-apart.ts';
import type { Stage } from './interleave.ts';
import { LIMITS, pipelineParts } from './parts.ts';
import { spoil } from './spoil.ts';

export const STAGE_NAMES = [
  'jsonParse',
  'split',
  'splitIdentifyValidate',
  'pipeline',
  'pipelineInvalid',
  'pipelineCompressed',
  'pipelineCompressedInvalid',
] as const;
export type StageName = (typeof STAGE_NAMES)[number];

/** The stages that take the same messages, but for one record in a hundred that is invalid; beside those that they are held against. */
export const INVALID_STAGES = [
  ['pipelineInvalid', 'pipeline'],
  ['pipelineCompressedInvalid', 'pipelineCompressed'],
] as const satisfies readonly (readonly [StageName, StageName])[];
const ONE_INVALID_IN = 100;

/** Messages in one batch, as the host hands them over. */
const BATCH = 100;
const PARTITION: Partition = { namespace: 'bench', hub: 'logs', id: '0' };
const START = Date.UTC(2026, 10, 20, 10);

/** The stages over a corpus. The yardstick parses the same messages, from strings made before the clock starts. */
export function stagesOf(bodies: readonly Buffer[]): Record<StageName, Stage> {
  const texts = bodies.map(String);
  const batches = batchesOf(bodies);
  const spoiltBatches = batchesOf(spoil(bodies, ONE_INVALID_IN));
  return {
    jsonParse() {
      for (const text of texts) JSON.parse(text);
    },
    split() {
      for (const body of bodies) split(body);
    },
    splitIdentifyValidate() {
      for (const body of bodies) takeApart(body, { judge, openSieve, ...LIMITS });
    },
    pipeline: () => ingestAll(batches, 'none'),
    pipelineInvalid: () => ingestAll(spoiltBatches, 'none'),
    pipelineCompressed: () => ingestAll(batches, 'gzip'),
    pipelineCompressedInvalid: () => ingestAll(spoiltBatches, 'gzip'),
  };
}

export interface Contents {
  readonly records: number;
  /** Invalid records, and what is no record at all: the figures are about others. */
  readonly others: number;
}

/** What a corpus holds. Throws where a message is not JSON: the yardstick could not parse it. */
export function contentsOf(bodies: readonly Buffer[]): Contents {
  let records = 0;
  let others = 0;
  for (const [i, body] of bodies.entries()) {
    const taken = takeApart(body, { judge, openSieve, ...LIMITS });
    if (!isJson(body)) throw new Error(`Message ${i + 1} of the corpus is nothing that JSON.parse takes.`);
    records += taken.spans.reduce((sum, { span }) => sum + span.ends.length, 0);
    others += taken.deadLetters.length;
    others += taken.spans.filter(({ span }) => span.problems.length > 0).length;
  }
  return { records, others };
}

/** Of the passes before, since a process that lives on keeps its own too: without any, V8 would forget the code that works on them. */
const partsBefore = new Map<Compression, PipelineDeps>();

async function ingestAll(batches: readonly Message[][], compression: Compression): Promise<void> {
  const deps = pipelineParts(compression);
  partsBefore.set(compression, deps);
  for (const messages of batches) await ingest({ partition: PARTITION, messages }, deps);
}

function batchesOf(bodies: readonly Buffer[]): Message[][] {
  const messages = bodies.map((body, i) => ({ sequenceNumber: i, enqueuedTime: START + i * 10, body }));
  return Array.from({ length: Math.ceil(messages.length / BATCH) }, (_, i) =>
    messages.slice(i * BATCH, (i + 1) * BATCH),
  );
}

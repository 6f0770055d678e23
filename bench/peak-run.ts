import { corpusOf } from './corpora.ts';
import { forgetPeak, peak } from './peak.ts';
import { stagesOf } from './stages.ts';
import type { StageName } from './stages.ts';

// One pass of a stage in a process of its own, since what a process has held it mostly keeps: `peak-run.ts A pipeline`.

const [corpus = 'A', stage = 'pipeline'] = process.argv.slice(2);
const run = stagesOf(corpusOf(corpus))[stage as StageName];
const before = forgetPeak();
await run();
console.log(peak() - before);

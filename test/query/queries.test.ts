import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../../cli/query/ask.ts';
import { formatted } from '../../cli/query/formats.ts';
import { listQueryFiles, openQueryFile, parametersFor } from '../../cli/query/query-file.ts';
import { sampleStream } from '../../cli/sample/stream.ts';
import { startQuarantine } from '../support/quarantine.ts';
import type { Quarantine } from '../support/quarantine.ts';
import { messagesOf } from '../support/messages.ts';
import { temporaryFolder } from '../cli/temporary-folder.ts';
import { messagesWith } from './made-records.ts';
import { SCENARIOS } from './scenarios.ts';

const RANGE = { from: Date.parse('2026-11-20T00:00:00Z'), to: Date.parse('2026-11-23T00:00:00Z') };
const BATCH = 60;
const SILENT = { begin() {}, update() {}, done() {}, note() {}, stop() {} };

let quarantine: Quarantine;

/** The records of all scenarios, among an ordinary stream of the same days. */
beforeAll(async () => {
  quarantine = await startQuarantine();
  const records = Object.values(SCENARIOS).flatMap(({ records: some }) => some);
  const messages = messagesWith(records);
  for (let i = 0; i < messages.length; i += BATCH) await quarantine.take(messages.slice(i, i + BATCH));
  const start = Date.parse('2026-11-20T12:00:00Z');
  const ordinary = [...sampleStream({ seed: 5, start, messages: 40, faults: 0 })].map(({ body }) => body);
  const partition = { namespace: 'contoso', hub: 'logs', id: '1' };
  await quarantine.take(messagesOf(ordinary, { start: start + 60_000 }), { partition });
}, 120_000);

afterAll(() => quarantine.close());

/** The rows, a line each. */
async function answerOf(name: string): Promise<string> {
  const query = await openQueryFile(name);
  const parameters = parametersFor(query, SCENARIOS[name]?.parameters ?? {});
  const connection = {
    kind: 'connection-string' as const,
    setting: 'ArchiveStorage',
    connectionString: quarantine.connectionString,
  };
  const archive = { connection, folder: await temporaryFolder(), cacheBytes: 1e9, progress: SILENT };
  const question = {
    sql: query.sql,
    parameters,
    range: RANGE,
    distinct: false,

    limit: Infinity,
  };
  let text = '';
  await ask(question, archive, async (rows) => {
    for await (const piece of formatted(rows, 'ndjson')) text += piece;
  });
  return text;
}

describe('queries/', () => {
  test('has a scenario for each query, and none for what is not there', async () => {
    const names = (await listQueryFiles()).map(({ name }) => name);

    expect(Object.keys(SCENARIOS).toSorted()).toEqual(names);
  });

  test('asks all five products', async () => {
    const all = (await listQueryFiles()).map(({ sql }) => sql).join('\n');

    for (const source of ['activity', 'defender', 'entra', 'github', 'intune'])
      expect(all).toMatch(new RegExp(`FROM ${source}\\.`));
  });

  test('has records that the pipeline has archived, every one', async () => {
    const names: string[] = [];
    for await (const { name } of quarantine.blobs.listContainers()) names.push(name);

    expect(names).not.toContain('dead-letter');
  });

  test.each(Object.entries(SCENARIOS))('%s finds what it must, and nothing else', async (name, scenario) => {
    const answer = await answerOf(name);

    expect(scenario.found.filter((text) => !answer.toLowerCase().includes(text.toLowerCase()))).toEqual([]);
    expect(scenario.spared.filter((text) => answer.toLowerCase().includes(text.toLowerCase()))).toEqual([]);
  });
});

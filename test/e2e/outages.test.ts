import { expect, onTestFinished, test } from 'vitest';
import { startFaultyStorage } from '../../local/storage/fault-proxy.ts';
import { envelopeOf, recordOf } from '../support/messages.ts';
import { drained, eventually, readComplete, sendTo, startApp, startSite } from '../support/site.ts';

/** Messages with a record of each of three categories: as many blobs a batch. */
function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, n) =>
    envelopeOf(...['A', 'B', 'C'].map((category) => recordOf(category, { n }))),
  );
}

test('storage that fails in the middle of a batch: the partition waits, and then all is there once', async () => {
  const site = await startSite();
  const faulty = await startFaultyStorage(site.storage);
  onTestFinished(faulty.close);
  let forbidden = 0;
  // Not at the first block of a batch, but at its second.
  faulty.onOperation = ({ kind }) => {
    if (kind !== 'stage') return undefined;
    return ++forbidden % 3 === 2 ? { status: 403 } : undefined;
  };
  const app = await startApp({ settings: { ...site.settings, ArchiveStorage: faulty.connectionString } });
  await sendTo(site, '0', numbered(30));
  await eventually(() => app.ends.filter(({ ok }) => !ok).length).toBeGreaterThan(1);
  expect(app.ends.filter(({ ok }) => ok)).toEqual([]);

  let lost = 0;
  faulty.onOperation = ({ kind }) => (kind === 'commit' && lost++ === 0 ? { loseAnswer: true } : undefined);
  await drained(site);

  expect(lost).toBeGreaterThan(0);
  const { archived, summary } = await readComplete(site);
  expect(summary).toMatchObject({ messages: 30, records: 90, archived: 90, passedOn: 90, complete: true });
  for (const category of ['A', 'B', 'C']) expect(new Set(archived.get(`unknown/${category}`)).size).toBe(30);
});

test('a records hub that is down: ingestion goes on, and what waited is passed on from the archive', async () => {
  const site = await startSite();
  let sends = 0;
  // One category of the three arrives before the hub goes down, and so is not among those that wait.
  site.hubs.onOperation = ({ kind, hub }) => {
    if (kind !== 'send' || hub !== 'records') return undefined;
    return sends++ === 0 ? undefined : { error: 'refuse' };
  };
  const app = await startApp(site);
  await sendTo(site, '0', numbered(30));
  await eventually(() => sends).toBeGreaterThan(1);
  await sendTo(site, '0', numbered(60).slice(30));
  await drained(site);
  await app.runTimer('catch_up');
  await app.kill();
  const before = site.hubs.hub('records').partitions.flatMap((partition) => partition.events());

  // Whoever comes next finds it noted.
  site.hubs.onOperation = undefined;
  const next = await startApp(site);
  await next.runTimer('catch_up');
  await drained(site);

  expect(app.ends.filter(({ ok }) => !ok)).toEqual([]);
  expect(before).toHaveLength(1);
  const { summary, passedOn } = await readComplete(site);
  expect(summary).toMatchObject({ messages: 60, records: 180, archived: 180, passedOn: 180, complete: true });
  for (const category of ['A', 'B', 'C']) {
    const bodies = passedOn.map((body) => JSON.parse(body) as { records: { category: string; n: number }[] });
    const numbers = bodies.flatMap(({ records }) => records).filter((record) => record.category === category);
    expect(numbers.map(({ n }) => n)).toEqual(Array.from({ length: 60 }, (_, n) => n));
  }
});

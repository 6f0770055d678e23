import { chmod, readdir, readFile, stat } from 'node:fs/promises';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { blockCodec } from '../../shared/blocks/block-codec.ts';
import { made, messagesWith } from '../query/made-records.ts';
import { messagesOf, recordOf } from '../support/messages.ts';
import { startQuarantine } from '../support/quarantine.ts';
import type { Quarantine } from '../support/quarantine.ts';
import { runCli, startCli } from './run-cli.ts';
import type { Outcome } from './run-cli.ts';
import { temporaryFolder } from './temporary-folder.ts';

const USER = 'mia.lindqvist@example.com';
const REPORT_ID = '639199803770463703';
const RANGE = ['--from', '2026-11-20T00:00Z', '--to', '2026-11-21T00:00Z'];
/** Came in days after it had happened. */
const LATE = made('entra/SignInLogs', '2026-11-20T03:00:00Z', {
  properties: { userPrincipalName: 'late@example.com' },
});
const RECORDS = [
  made('entra/SignInLogs', '2026-11-20T10:00:00Z', {
    properties: { userPrincipalName: USER, status: { errorCode: 50126 }, userAgent: '=HYPERLINK("x")' },
    resultType: '50126',
  }),
  made('entra/SignInLogs', '2026-11-20T11:00:00Z', {
    properties: { userPrincipalName: 'zoe.muller@example.com', status: { errorCode: 0 } },
  }),
  made('defender/DeviceInfo', '2026-11-20T10:30:00Z', {
    properties: { ReportId: { digits: REPORT_ID }, DeviceName: 'mia-pc.example.com' },
  }),
  made('github/git', '2026-11-20T12:00:00Z', { actor: 'mia-lindqvist' }),
].map((record) => ({ ...record, text: record.text.replace(`{"digits":"${REPORT_ID}"}`, REPORT_ID) }));
const HOSTILE = `Door'"; DROP TABLE x; --`;

let quarantine: Quarantine;

beforeAll(async () => {
  quarantine = await startQuarantine();
  const first = RECORDS[0];
  if (!first) throw new Error('There is no record.');
  // Once more, as products deliver now and then: the same but for the time around it.
  const again = { ...first, text: first.text.replace(/"time":"[^"]+"/, '"time":"2026-11-20T10:20:00Z"') };
  await quarantine.take(messagesWith([...RECORDS, again]));
  const zstd = { codec: blockCodec('zstd'), partition: { namespace: 'contoso', hub: 'logs', id: '1' } };
  const days = messagesOf([LATE.text], { start: Date.parse('2026-11-24T08:00:00Z') });
  await quarantine.take(days, zstd);
  const plain = { codec: blockCodec('none'), partition: { namespace: 'contoso', hub: 'logs', id: '2' } };
  const doors = [
    recordOf('Door', { at: '2026-11-20T10:00:00Z', door: 4, open: true }),
    recordOf(HOSTILE, { door: 5 }),
  ];
  await quarantine.take(messagesOf(doors), plain);
});

afterAll(() => quarantine.close());

async function sluice(...args: readonly string[]): Promise<Outcome> {
  const cwd = await temporaryFolder();
  return runCli('sluice', args, {
    cwd,
    env: { ArchiveStorage: quarantine.connectionString, XDG_CACHE_HOME: cwd },
  });
}

async function query(...args: readonly string[]): Promise<Outcome> {
  return sluice('query', ...RANGE, ...args);
}

async function linesOf(...args: readonly string[]): Promise<readonly string[]> {
  const { stdout, stderr, exitCode } = await query('--format', 'ndjson', ...args);
  expect(stderr).toContain('Read ');
  expect(exitCode).toBe(0);
  return stdout.split('\n').filter((line) => line !== '');
}

describe('sluice query', () => {
  test('answers records as they are, by event time, out of gzip, zstd and plain blobs', async () => {
    const lines = await linesOf('--source', 'entra', 'unknown', '--distinct');

    expect(lines).toHaveLength(5);
    expect(lines[0]).toBe(LATE.text);
    expect(lines).toContain(RECORDS[1]?.text);
  });

  test('finds what came in days after it happened, by what the blob says of itself', async () => {
    const { stdout, stderr } = await query('-c', 'entra/*', '--to', '2026-11-20T04:00Z', '--format', 'json');

    expect((JSON.parse(stdout) as unknown[]).length).toBe(1);
    expect(stderr).toMatch(
      /^Read 1 of 3 blobs of 1 category: 1 downloaded \(\d.* KB\), 0 from the cache \(0 B\)\. Requests to storage: \d+ listings, 1 download\.\n$/,
    );
  });

  test('takes an expression over nested fields', async () => {
    const lines = await linesOf('-c', 'entra/sign*', '-w', `properties.status.errorCode = 50126 -- why`);

    expect(lines).toHaveLength(2);
    expect(lines.every((line) => line.includes(USER))).toBe(true);
  });

  test('folds what a product has delivered twice', async () => {
    const where = ['-c', 'entra/SignInLogs', '-w', 'properties.status.errorCode = 50126'];

    expect(await linesOf(...where, '--count')).toEqual(['{"category":"entra/SignInLogs","records":2}']);
    expect(await linesOf(...where, '--count', '--distinct')).toEqual([
      '{"category":"entra/SignInLogs","records":1}',
    ]);
  });

  test.each(['json', 'csv'])('keeps every digit in %s', async (format) => {
    const { stdout } = await query('-c', 'defender/*', '--format', format);

    expect(stdout).toContain(REPORT_ID);
    const asked = await query('select properties.ReportId as id from defender.DeviceInfo', '-f', format);
    expect(asked.stdout).toContain(REPORT_ID);
  });

  test('writes what a spreadsheet runs so that it does not', async () => {
    const out = path.join(await temporaryFolder(), 'deep', 'sign-ins.csv');

    const { stdout, exitCode } = await query('-c', 'entra/SignInLogs', '--out', out);

    const text = await readFile(out, 'utf8');
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 });
    expect(text).toContain('"\'=HYPERLINK(""x"")"');
    expect(text.split('\r\n')[0]).toContain(',properties.status.errorCode,');
    expect((await stat(out)).mode & 0o077).toBe(0);
  });

  test('joins categories as tables, by either name', async () => {
    const sql = `select s.properties.userPrincipalName as "user", g.actor from "entra/SignInLogs" s
      join github.git g on replace(split_part(s.properties.userPrincipalName, '@', 1), '.', '-') = g.actor limit 1;`;

    expect(await linesOf(sql)).toEqual([`{"user":"${USER}","actor":"mia-lindqvist"}`]);
  });

  test('knows the fields of a category without a schema, and lets no name out of its place', async () => {
    expect(await linesOf('select door + 1 as d, open, _category from unknown.Door')).toEqual([
      '{"d":5,"open":true,"_category":"unknown/Door"}',
    ]);
    expect(await linesOf('select door, _category from unknown."Door\'*"')).toEqual([
      JSON.stringify({ door: 5, _category: `unknown/${HOSTILE}` }),
    ]);
  });

  test('asks a query in a file', async () => {
    const folder = await temporaryFolder({
      'mine.sql':
        '-- Mine.\n-- @param user Whose\nselect count(*) as n from entra.SignInLogs where properties.userPrincipalName = $user',
    });
    const file = path.join(folder, 'mine.sql');

    expect(await linesOf('--file', file, '--param', `user=${USER}`)).toEqual(['{"n":2}']);
    expect(await linesOf('--file', file, '--param', `user=' OR '1'='1`)).toEqual(['{"n":0}']);
    expect((await query('--file', file)).stderr).toContain('needs --param user=... (Whose)');
    expect((await query('--file', file, '-p', 'who=x')).stderr).toContain('no parameter who. It has: user.');
  });

  test('lists the queries that come along', async () => {
    const { stdout } = await sluice('query', '--list');

    expect(stdout).toContain('failed-then-success\n  Users whose password was wrong');
    expect(stdout).toContain('    failures = 5: How many failures');
  });

  test('says that there is more', async () => {
    const { stdout, stderr } = await query('-c', 'entra/*', '-n', '1', '-f', 'ndjson');

    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toContain('There are more: the first 1 are shown.');
  });

  test('writes no more rows of a CSV file than it may', async () => {
    const { stdout, stderr } = await query('-c', 'entra/*', '-n', '2', '-f', 'csv');

    expect(stdout.trimEnd().split('\r\n')).toHaveLength(3);
    expect(stderr).toContain('There are more: the first 2 are shown.');
  });

  test('asks the second time of its cache, and keeps no more in it than it may', async () => {
    const cache = path.join(await temporaryFolder(), 'cache');
    const ask = (...more: readonly string[]) =>
      query('--source', '*', '-w', 'true', '--count', '--cache', cache, ...more);
    const files = async () =>
      (await readdir(cache, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());

    const first = await ask();
    const second = await ask();

    expect(first.stderr).toMatch(/7 downloaded/);
    expect(second.stderr).toMatch(/0 downloaded \(0 B\), 7 from the cache/);
    expect(second.stdout).toBe(first.stdout);
    const categories = new Set((await files()).map(({ parentPath }) => parentPath));
    expect(categories.size).toBe((await files()).length);
    const modes = await Promise.all(
      (await files()).map((file) => stat(path.join(file.parentPath, file.name))),
    );
    expect(modes.map(({ mode }) => mode & 0o077)).toEqual(modes.map(() => 0));
    await ask('--cache-size', '0');
    expect(await files()).toEqual([]);
  });

  test('counts whole blobs by what they say of themselves, and reads the rest', async () => {
    const all = await query('--source', '*', '--count', '-f', 'ndjson');
    const some = await query('--source', 'entra', '--count', '-f', 'ndjson', '--from', '2026-11-20T10:10Z');
    const read = await query('--source', 'entra', '-w', 'true', '--count', '-f', 'ndjson');

    expect(all.stdout.trimEnd().split('\n')).toEqual([
      '{"category":"defender/DeviceInfo","records":1}',
      '{"category":"entra/SignInLogs","records":4}',
      '{"category":"github/git","records":1}',
      '{"category":"unknown/Door","records":1}',
      JSON.stringify({ category: `unknown/${HOSTILE}`, records: 1 }),
    ]);
    // What came in late could hold a record without a time, which would be one of its hour.
    expect(all.stderr).toContain('Read 1 of 7 blobs');
    expect(all.stderr).toContain('Counted unread, by the number of records in their metadata: 6 blobs.');
    expect(some.stdout).toBe('{"category":"entra/SignInLogs","records":1}\n');
    expect(some.stderr).toContain('Read 1 of 3 blobs');
    expect(read.stdout).toBe('{"category":"entra/SignInLogs","records":4}\n');
    expect(read.stderr).toContain('3 downloaded');
  });

  test('has what the blobs say of themselves as a table', async () => {
    const lines = await linesOf(
      `select hour, partition, records, least_event_time, expires is null as "for ever" from archive.blobs
        where category = 'entra/SignInLogs' order by name`,
      '--to',
      '2026-11-25T00:00Z',
    );

    expect(lines).toContain(
      '{"hour":"2026-11-24T08:00:00Z","partition":"contoso-logs-p1","records":1,"least_event_time":"2026-11-20T03:00:00Z","for ever":false}',
    );
    expect(lines).toHaveLength(3);
  });

  test('reads anew what has another ETag', async () => {
    const cache = path.join(await temporaryFolder(), 'cache');
    const blob = quarantine.blobs.getContainerClient('archive');
    const names: string[] = [];
    for await (const { name } of blob.listBlobsFlat({ prefix: 'github/' })) names.push(name);
    await query('--source', 'github', '-f', 'json', '--cache', cache);
    const client = blob.getBlobClient(names[0] ?? '');
    const { metadata = {} } = await client.getProperties();
    await client.setMetadata({ ...metadata, touched: 'yes' });

    const { stderr } = await query('--source', 'github', '-f', 'json', '--cache', cache);

    expect(stderr).toContain('1 downloaded');
  });

  test('leaves out what is in the archive tier, and says so', async () => {
    const container = quarantine.blobs.getContainerClient('archive');
    const names: string[] = [];
    for await (const { name } of container.listBlobsFlat({ prefix: 'unknown/Door/' })) names.push(name);
    const client = container.getBlobClient(names[0] ?? '');
    await client.setAccessTier('Archive');

    const { stderr, stdout } = await query('-c', 'unknown/Door', '-f', 'json');

    await client.setAccessTier('Hot');
    expect(JSON.parse(stdout)).toEqual([]);
    expect(stderr).toContain('Left out: 1 blob in the archive tier.');
  });

  test.each([
    [[], 'Ask in one way'],
    [['select 1', '--source', 'entra'], 'Ask in one way'],
    [['select 1', '--where', 'x'], '--where goes with'],
    [['--file', 'none'], 'cannot be read'],
    [
      ['-c', 'entra/SingInLogs'],
      "no category 'entra/SingInLogs'. Did you mean entra/SignInLogs? The archive has:",
    ],
    [['-c', 'auditlogs', '--source', 'entra'], "no category 'auditlogs'. Did you mean entra/AuditLogs?"],
    [['-c', 'entra/SignInLogs', 'entra/Xyz*'], "no category 'entra/Xyz*'. The archive has:"],
    [['-c', 'github/*', '--source', 'entra'], 'No category fits both'],
    [['select 1 from entra.SignInLog'], "no category 'entra/SignInLog'. Did you mean entra/SignInLogs?"],
    [['select 1 from contoso.Logs'], 'Tables are categories, by their product (activity, '],
    [['drop table records'], 'it takes a SELECT, or a DESCRIBE'],
    [['-c', 'entra/SignInLogs', '-w', 'resultType ='], '--where is no SQL expression: syntax error'],
    [['-c', 'entra/SignInLogs', '-w', 'true) or (true'], '--where is no SQL expression: syntax error'],
    [['-c', 'entra/SignInLogs', '-w', 'true order by 1'], '--where is no SQL expression: syntax error'],
    [['-c', 'entra/SignInLogs', '-p', 'a=b'], '--param goes with'],
    [['-c', 'entra/SignInLogs', '--from', 'yesterday'], 'It must be a time such as'],
    [['select properties.nope from entra.SignInLogs'], 'Could not find key "nope"'],
    [['select 1', '--from', '2026-11-22T00:00Z'], '--from must be before --to'],
    [["select * from read_text('/etc/hosts')"], 'disabled by configuration'],
  ])('%j is wrong usage', async (args, message) => {
    const { exitCode, stderr } = await query(...args);

    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });
});

test('takes a time without a zone as UTC, wherever it runs', async () => {
  const cwd = await temporaryFolder();
  const env = { ArchiveStorage: quarantine.connectionString, XDG_CACHE_HOME: cwd, TZ: 'America/New_York' };
  const times = ['--from', '2026-11-20T11:00', '--to', '2026-11-20 11:30'];

  const { stdout } = await runCli(
    'sluice',
    ['query', '--source', 'entra', '--count', ...times, '-f', 'ndjson'],
    {
      cwd,
      env,
    },
  );

  expect(stdout).toBe('{"category":"entra/SignInLogs","records":1}\n');
});

test('ends at once on Ctrl-C, whatever the engine is about, and leaves no file', async () => {
  const cwd = await temporaryFolder();
  const cache = path.join(cwd, 'cache');
  const endless = 'select sum(a * b) from range(10000000000) t(a), range(1000) u(b)';
  const args = ['query', endless, '--cache', cache];
  const child = startCli('sluice', args, { cwd, env: { ArchiveStorage: quarantine.connectionString } });
  const exited = once(child, 'exit');
  await vi.waitFor(async () => expect(await readdir(path.join(cache, 'tmp'))).toHaveLength(1), 20_000);

  child.kill('SIGINT');

  expect(await exited).toEqual([null, 'SIGINT']);
  expect(await readdir(path.join(cache, 'tmp'))).toEqual([]);
});

test('says that nothing was found', async () => {
  const { stdout, stderr, exitCode } = await query('-c', 'entra/SignInLogs', '-w', 'false', '-f', 'ndjson');

  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 });
  expect(stderr).toMatch(/\nNothing was found\.\n$/);
});

test('lets nobody else read what it writes in the place of something else', async () => {
  const folder = await temporaryFolder({
    'found.csv': 'what was there before, and is longer than what comes now'.repeat(99),
  });
  const out = path.join(folder, 'found.csv');
  await chmod(out, 0o644);

  await query('select 1 as one', '--out', out);

  expect(await readFile(out, 'utf8')).toBe('one\r\n1\r\n');
  expect((await stat(out)).mode & 0o777).toBe(0o600);
});

describe('sluice sign-in', () => {
  test('takes what it is given as a value, never as SQL', async () => {
    const { stdout, stderr, exitCode } = await sluice('sign-in', "x') or ('1'='1", ...RANGE);

    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 });
    expect(stderr).toContain('There is no such sign-in');
    expect((await sluice('sign-in', ' ')).exitCode).toBe(2);
  });

  test('shows what stands around the sign-ins of a user, and what is each', async () => {
    const { stdout, stderr, exitCode } = await sluice(
      'sign-in',
      USER.toUpperCase(),
      ...RANGE,
      '--window',
      '1h',
    );

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^2026-11-20 UTC\n10:00:00 {6}● entra\/SignInLogs {2}Sign-in to .*: failed 50126/);
    expect(stdout).toContain(USER);
    expect(stderr).toContain('1 sign-in. Looking around:');
  });

  test('gives it as JSON, and nothing where there is no such sign-in', async () => {
    const found = await sluice('sign-in', USER, ...RANGE, '--json');
    const none = await sluice('sign-in', 'nobody', ...RANGE, '--json');

    expect(JSON.parse(found.stdout)).toEqual([expect.objectContaining({ why: 'sign-in', user: USER })]);
    expect(JSON.parse(none.stdout)).toEqual([]);
    expect(none.stderr).toContain('There is no such sign-in');
  });
});

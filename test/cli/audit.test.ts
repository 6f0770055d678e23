import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditedArchive, BLOBS, fillSmall } from '../support/audited-archive.ts';
import type { AuditedArchive } from '../support/audited-archive.ts';
import { azuriteSinks } from '../sinks/azurite.ts';
import type { AzuriteSinks } from '../sinks/azurite.ts';
import { runCli } from './run-cli.ts';
import type { Outcome } from './run-cli.ts';
import { temporaryFolder } from './temporary-folder.ts';

const RANGE = ['--from', '2026-11-20T10:00Z', '--to', '2026-11-20T12:00Z'];

let azurite: AzuriteSinks;
let archive: AuditedArchive;

beforeAll(async () => {
  azurite = await azuriteSinks();
  archive = await auditedArchive(azurite, 'ledger');
  await fillSmall(archive);
});
afterAll(() => azurite.close());

async function audit(...args: string[]): Promise<Outcome> {
  const cwd = await temporaryFolder();
  const { connectionString } = azurite;
  const env = { ArchiveStorage: connectionString, LedgerStorage: connectionString };
  return runCli('sluice', ['audit', ...args], { cwd, env });
}

describe('sluice audit', () => {
  test('says that an archive is complete, and what was checked', async () => {
    const { exitCode, stdout, stderr } = await audit(...RANGE, '--deep');

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('✔ complete: 2026-11-20 10:00 to 2026-11-20 12:00 UTC');
    expect(stdout).toContain('ledger: 1 partition, 1 run, 2 hours with something in them, 12 messages');
    expect(stdout).toContain('archive: 6 blobs, 12 blocks, 18 records');
    expect(stdout).toContain(
      "The ledger's account of the partition begins with message 0, at 2026-11-20 10:11.",
    );
  });

  test('says of a time of which nothing is known that there was nothing', async () => {
    const { exitCode, stdout } = await audit('--from', '2h', '--to', '1h');

    expect(exitCode).toBe(0);
    expect(stdout).toContain('Nothing was taken in at that time.');
  });

  test('says what is wrong with wrong usage, and exits with 2', async () => {
    const unknown = await audit('--partition', '7');
    const backwards = await audit('--from', '1h', '--to', '2h');
    const { exitCode, stderr } = await runCli('sluice', ['audit'], { cwd: await temporaryFolder() });

    expect(unknown).toMatchObject({
      exitCode: 2,
      stderr: 'error: The ledger knows no such partition. It knows: logs/0.\n',
    });
    expect(backwards).toMatchObject({ exitCode: 2, stderr: 'error: --from must be before --to.\n' });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('ArchiveStorage is missing');
  });

  test('says what is missing, for a person and for a machine, and exits with 1', async () => {
    await archive.remove(BLOBS.first);

    const text = await audit(...RANGE, '--hub', 'LOGS');
    const json = await audit(...RANGE, '--json');

    expect([text.exitCode, json.exitCode]).toEqual([1, 1]);
    expect(text.stdout).toContain('✖ not complete: 2026-11-20 10:00 to 2026-11-20 12:00 UTC, 1 fault');
    expect(text.stdout).toContain('missing  contoso/logs/0 archive/unknown/A 2026-11-20 10:00-11:00');
    expect(text.stdout).toContain(`These blobs must have been there: ${BLOBS.first.name}.`);
    expect(JSON.parse(json.stdout)).toMatchObject({
      complete: false,
      from: '2026-11-20T10:00:00.000Z',
      checked: { partitions: 1, blobs: 5 },
      faults: [
        {
          kind: 'records-missing',
          category: 'A',
          absent: [BLOBS.first.name],
          what: expect.stringContaining('6 records missing') as string,
          advice: expect.any(String) as string,
        },
      ],
    });
  });
});

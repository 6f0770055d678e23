import type { Command } from 'commander';
import { reportJson, reportLines } from '../audit/print-report.ts';
import { findSettings, storageConnection } from '../found-settings.ts';
import { count, megabytes, number } from '../format.ts';
import { createProgress } from '../progress.ts';
import { timeOrAgo } from '../time-range.ts';
import { UsageError } from '../usage-error.ts';
import { minute } from '../../shared/audit/words.ts';
import type { AuditProgress, AuditReport } from '../../shared/audit/report.ts';
import type { Partition } from '../../shared/message.ts';
import { DAY } from '../../shared/time.ts';

interface Options {
  readonly from?: number;
  readonly to?: number;
  readonly hub?: string;
  readonly partition?: string;
  readonly deep?: true;
  readonly askHub: boolean;
  readonly json?: true;
}

export function addAuditCommand(program: Command): void {
  program
    .command('audit')
    .description(
      'Holds the archive against the ledger: says that it is complete, or what is missing, doubled or changed.',
    )
    .option(
      '--from <time>',
      'from that hour on: 2026-11-20T10:00Z, or how long ago, such as 2h or 7d; a day ago, unless given',
      timeOrAgo,
    )
    .option('--to <time>', 'until the end of that hour; now, unless given', timeOrAgo)
    .option('--hub <name>', 'the partitions of this source hub alone')
    .option('--partition <id>', 'the partitions of this id alone')
    .option('--deep', 'read every blob: its bytes are what the ledger has noted, and its lines can be read')
    .option('--no-ask-hub', 'do not ask the source hubs what they still hold')
    .option('--json', 'one JSON object instead of text')
    .addHelpText('after', HELP)
    .action(runAudit);
}

const HELP = `
Reads whole hours (UTC), by the time at which the hub took the messages in. Nothing is written.
Exit code: 0 complete, 1 not complete, 2 wrong usage. docs/audit.md says what a complete audit proves.
The storage is that of the stack that npm start has left running, or else that of the app's settings in the environment.

  sluice audit
  sluice audit --from 7d --to 1d --deep
  sluice audit --from 2026-11-01T00:00Z --to 2026-12-01T00:00Z --hub activity --json > november.json`;

const NOT_COMPLETE = 1;

async function runAudit(options: Options): Promise<void> {
  const { json = false, askHub, deep = false, to = Date.now(), from = to - DAY } = options;
  if (from >= to) throw new UsageError('--from must be before --to.');
  const progress = createProgress({ json });
  const settings = await findSettings();
  const connections = {
    archive: storageConnection(settings, 'ArchiveStorage'),
    ledger: storageConnection(settings, 'LedgerStorage'),
  };
  // The SDKs take a moment to load, and nobody should wait for them to hear of a wrong option.
  const { withAuditDeps } = await import('../audit/open-audit.ts');
  const { audit } = await import('../../shared/audit/audit.ts');
  try {
    const report = await withAuditDeps(connections, askHub ? settings.env : undefined, async (deps) => {
      progress.begin(`Auditing ${minute(from)} to ${minute(to)} UTC`);
      const includes = await chooser(options, deps.partitions);
      return audit(
        { from, to, deep, includes },
        { ...deps, onProgress: (at) => progress.update(progressLine(at)) },
      );
    });
    progress.stop();
    print(report, json);
  } finally {
    progress.stop();
  }
}

/** Undefined where all partitions are meant. Throws a UsageError where none is. */
async function chooser(
  { hub, partition: id }: Options,
  partitions: () => AsyncIterable<Partition>,
): Promise<((partition: Partition) => boolean) | undefined> {
  if (hub === undefined && id === undefined) return undefined;
  const includes = (of: Partition): boolean =>
    (hub === undefined || of.hub === hub.toLowerCase()) && (id === undefined || of.id === id);
  const known: string[] = [];
  for await (const partition of partitions()) {
    if (includes(partition)) return includes;
    known.push(`${partition.hub}/${partition.id}`);
  }
  const there = known.length === 0 ? 'It knows none.' : `It knows: ${known.join(', ')}.`;
  throw new UsageError(`The ledger knows no such partition. ${there}`);
}

function progressLine({ hour, checked, faults }: AuditProgress): string {
  const parts = [
    minute(hour),
    `${number(checked.hours)} hours`,
    count(checked.blobs, 'blob'),
    count(checked.records, 'record'),
    megabytes(checked.bytes),
    ...(faults > 0 ? [count(faults, 'fault')] : []),
  ];
  return parts.join(' · ');
}

function print(report: AuditReport, json: boolean): void {
  if (json) console.log(JSON.stringify(reportJson(report)));
  else for (const line of reportLines(report)) console.log(line);
  if (!report.complete) process.exitCode = NOT_COMPLETE;
}

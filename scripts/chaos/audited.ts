import { withAuditDeps } from '../../cli/audit/open-audit.ts';
import { audit } from '../../shared/audit/audit.ts';
import { describe } from '../../shared/audit/describe.ts';
import type { Finding } from '../../shared/audit/findings.ts';
import type { AuditReport } from '../../shared/audit/report.ts';
import { count } from '../../shared/audit/words.ts';
import { HOUR } from '../../shared/time.ts';
import type { SentMessage } from './expected.ts';

/** What `sluice audit --deep` says of all that was sent; the source hub is asked, too. */
export async function auditAll(
  sent: readonly SentMessage[],
  storage: string,
  hubSettings: Readonly<Record<string, string>>,
): Promise<AuditReport> {
  const times = sent.map(({ enqueuedTime }) => enqueuedTime);
  const question = { from: Math.min(...times), to: Math.max(...times) + HOUR, deep: true };
  const connections = {
    archive: { kind: 'connection-string', setting: 'ArchiveStorage', connectionString: storage },
    ledger: { kind: 'connection-string', setting: 'LedgerStorage', connectionString: storage },
  } as const;
  return withAuditDeps(connections, hubSettings, (deps) => audit(question, deps));
}

/** What is wrong with its verdict: everything was taken in, nothing was let go, and nothing is still on its way. */
export function disputed(report: AuditReport, sent: number): string[] {
  const { complete, checked, faults, notes, expired, undigested } = report;
  const findings: readonly Finding[] = [...faults, ...notes].filter((finding) => !isStart(finding));
  return [
    ...(complete ? [] : ['audit: not complete']),
    ...findings.map((finding) => {
      const { where, what } = describe(finding);
      return `audit: ${where}: ${what}`;
    }),
    ...(checked.messages === sent ? [] : [`audit: ${checked.messages} messages, and not ${sent}`]),
    ...(expired.blobs === 0 ? [] : [`audit: ${count(expired.blobs, 'blob')} expired`]),
    ...(undigested === 0 ? [] : [`audit: ${undigested} hours of a category not compared byte for byte`]),
  ];
}

/** Every account begins somewhere: with the hub's first message. */
function isStart(finding: Finding): boolean {
  return finding.kind === 'begins' && finding.first === 0;
}

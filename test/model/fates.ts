import type { Container } from '../../shared/blocks/draft.ts';
import { idOf, KEPT_LONG_DAYS } from './messages.ts';
import type { ModelMessage, Treatment, Version } from './messages.ts';

/** What must become of a record, or of a message that yields none, once a version of the code has decided. */
export interface Fate {
  readonly recordId: string;
  /** In bytes: of the record, or of the message. */
  readonly size: number;
  /** `excluded`: counted, and kept nowhere. */
  readonly container: Exclude<Container, 'salvaged'> | 'excluded';
  readonly category: string;
  /** Where a rule gives it some of its own. */
  readonly days?: number;
  /** The line; of a dead letter, the bytes that it holds. */
  readonly text: string;
  readonly reason?: string;
  readonly rule?: string;
  /** Whether it goes to the second hub. */
  readonly forward: boolean;
}

type Where = Pick<Fate, 'container' | 'category' | 'days' | 'reason' | 'rule' | 'forward'>;

const WHERE: Readonly<Record<Exclude<Treatment, '!'>, Where>> = {
  A: { container: 'archive', category: 'A', forward: true },
  B: { container: 'archive', category: 'B', forward: true },
  K: { container: 'archive', category: 'A', days: KEPT_LONG_DAYS, forward: true },
  X: { container: 'dead-letter', category: 'A', reason: 'invalid', forward: false },
  P: { container: 'pass-on', category: 'A', rule: 'passed-on', forward: true },
  E: { container: 'excluded', category: 'A', rule: 'left-out', forward: false },
};

export function fatesOf(message: ModelMessage, version: Version): Fate[] {
  const reason = reasonOf(message, version);
  if (reason !== undefined) return [wholeMessage(message, reason)];
  return message.records.flatMap(({ text, treatments }, index) => {
    const treatment = treatments[version];
    if (treatment === '!') return [];
    return [{ recordId: idOf(message, index), size: text.length, text, ...WHERE[treatment] }];
  });
}

/** The blobs that it is filed in, apart from their hour. */
export function placeOf({
  container,
  category,
  days,
}: Pick<Fate, 'category' | 'days'> & { container: string }): string {
  return `${container}/${category}${days === undefined ? '' : ` of ${days} days`}`;
}

/** Whether the original of the message must be in `salvaged/`. */
export function isSalvaged(message: ModelMessage, version: Version): boolean {
  return message.kind === 'truncated' && reasonOf(message, version) === undefined;
}

/** Why the message as a whole is a dead letter. */
function reasonOf({ kind, records }: ModelMessage, version: Version): string | undefined {
  if (kind === 'garbage') return 'not-json';
  if (kind === 'empty') return 'empty-message';
  if (kind === 'no-records') return 'no-records';
  return records.some(({ treatments }) => treatments[version] === '!') ? 'internal-error' : undefined;
}

function wholeMessage(message: ModelMessage, reason: string): Fate {
  const text = message.body.toString();
  const where = { container: 'dead-letter', category: 'none', reason, forward: false } as const;
  return { recordId: idOf(message, 0), size: text.length, text, ...where };
}

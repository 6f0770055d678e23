import type { Finding, SumsDiffer } from './findings.ts';
import { amount, count, groupOf, minute, nameOf, numbers, placed, some, times } from './words.ts';

/** A finding for a person. */
export interface Description {
  /** Where, in a few words. */
  readonly where: string;
  /** A sentence or a few on what happened. */
  readonly what: string;
  /** What can be done about it. */
  readonly advice?: string;
}

type Missing = Extract<Finding, { kind: 'messages-missing' }>;

export function describeMissing(fault: Missing): Description {
  const { why, messages, partition } = fault;
  const among =
    messages < fault.last - fault.first + 1
      ? `${count(messages, 'message')} among ${numbers(fault)}`
      : numbers(fault);
  const happened = {
    skipped: `Nothing is known of ${among}, though the hub still had them, ${times(fault.times)}.`,
    'not-known': `Nothing is known of ${among}, ${times(fault.times)}; the hub could not be asked whether it still had them.`,
    'no-row': `The ledger has decided ${among}, and no row of it counts them, ${times(fault.times)}.`,
  }[why];
  return { where: nameOf(partition), what: happened + inHub(fault), advice: missingAdvice(fault) };
}

function inHub({ inHub: held, messages }: Missing): string {
  if (held === undefined) return '';
  if (held === 0) return ' The hub does not hold them any more.';
  return held === messages
    ? ' The hub still holds them.'
    : ` The hub still holds ${count(held, 'message')} of them.`;
}

function missingAdvice({ why, inHub: held }: Missing): string {
  if (why === 'no-row')
    return 'A row of the ledger was deleted or edited. What the archive holds of that time shows as more than the ledger knows.';
  const readAgain =
    'Stop the app, delete the checkpoint of the partition, and start it: it reads the hub from its beginning, and takes in only what the ledger does not hold.';
  if (held === 0) return 'See what moved the checkpoint of the partition: these messages are lost.';
  return held === undefined ? `If the hub still holds them: ${readAgain}` : readAgain;
}

/** What is there of a group and what the ledger decided differ. */
export function describeSums(fault: SumsDiffer): Description {
  const { kind, expected, found, minutes, messages, blocks, absent } = fault;
  const when = minutes.length === 0 ? '' : ` Minutes: ${some(minutes.map(minute))}.`;
  const which = messages ? ` Messages around ${messages[0]} to ${messages[1]}.` : '';
  const there = blocks.length > 0 ? ` There: ${some(blocks.map(placed))}.` : '';
  const gone = absent.length > 0 ? ` These blobs must have been there: ${some(absent)}.` : '';
  const sums = `${amount(found)} there, ${amount(expected)} decided.`;
  if (kind === 'records-missing') {
    const records = expected.records - found.records;
    return {
      where: groupOf(fault),
      what: `${count(records, 'record')} missing: ${sums}${when}${which}${gone}`,
      advice:
        'Nothing that Sluice notes explains it: a blob or block was deleted by something else. Restore it from a copy; if the hub still holds the messages, their bytes can be read from it.',
    };
  }
  if (kind === 'records-extra') {
    return {
      where: groupOf(fault),
      what: `${count(found.records - expected.records, 'record')} in nobody's account: ${sums}${when}${there}`,
      advice: 'Something other than Sluice has written them, or a row of the ledger was deleted or edited.',
    };
  }
  return {
    where: groupOf(fault),
    what: `Blocks are not what was written: ${sums}${when}${there}`,
    advice:
      'They were altered after they were written, or a row of the ledger was. Restore the blob from a copy.',
  };
}

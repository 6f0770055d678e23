import { describeMissing, describeSums } from './describe-missing.ts';
import type { Description } from './describe-missing.ts';
import type { Disagreement, Finding } from './findings.ts';
import { count, format, groupOf, hour, minute, nameOf, numbers, placed, some, times } from './words.ts';

export type { Description } from './describe-missing.ts';

type Of<Kind extends Finding['kind']> = Extract<Finding, { kind: Kind }>;

export function describe(finding: Finding): Description {
  return (DESCRIBERS[finding.kind] as (finding: Finding) => Description)(finding);
}

const DESCRIBERS: { readonly [Kind in Finding['kind']]: (finding: Of<Kind>) => Description } = {
  'messages-missing': describeMissing,

  'messages-doubled': (fault) => ({
    where: nameOf(fault.partition),
    what: `The ledger counts ${numbers(fault)} more than once, ${times(fault.times)}: ${count(fault.messages, 'message')}.`,
    advice:
      'Either a row of the ledger was edited, or a row was lost and the hub was read again from before it. In that case its records stand in the archive twice, under different block ids.',
  }),

  'records-missing': describeSums,
  'records-extra': describeSums,
  'bytes-changed': describeSums,

  'block-lost': (fault) => ({
    where: groupOf(fault),
    what: `A block of ${count(fault.records, 'record')} was decided, and its staged bytes were gone before it could be committed: ${placed(fault.place)}.`,
    advice:
      'Storage drops staged blocks after a week, or when something else writes the blob. If the hub still holds the messages, their bytes can be read from it; the ledger takes them for decided.',
  }),

  'block-doubled': (fault) => ({
    where: groupOf(fault),
    what: `${count(fault.records, 'record')} stand there twice: ${placed(fault.places[0])} and ${placed(fault.places[1])} hold the same messages.`,
    advice: 'Something other than Sluice has committed one of them. Commit the block list again without it.',
  }),

  'blocks-misplaced': (fault) => ({
    where: groupOf(fault),
    what: `${fault.blob} holds ${count(fault.blocks, 'block')} (${count(fault.records, 'record')}) of another hour: ${fault.belongTo.map(hour).join(', ')}.`,
    advice: 'It was moved or copied there. Move it back, or delete it if its own hour is complete.',
  }),

  'blocks-foreign': (fault) => ({
    where: groupOf(fault),
    what: `${fault.blob} holds ${count(fault.blocks.length, 'block')} that Sluice has not written: ${some(fault.blocks)}.`,
    advice: 'Find out who else writes to the account; only the app should have the right to.',
  }),

  'block-damaged': (fault) => ({
    where: groupOf(fault),
    what: `The bytes of ${placed(fault.place)} are not what was written: ${fault.detail}.`,
    advice: 'Restore the blob from a copy; its other blocks can be read.',
  }),

  'blob-rewritten': (fault) => ({
    where: groupOf(fault),
    what: `${fault.blob} (${count(fault.bytes, 'byte')}) was uploaded anew by something other than Sluice: its block list does not account for its bytes.`,
    advice: 'Restore it from a copy, with its blocks.',
  }),

  'blob-foreign': ({ container, blob, why }) => ({
    where: container,
    what: `${blob} is ${why === 'name' ? "no blob of Sluice's" : 'of a partition that the ledger does not know'}.`,
    advice: 'Move it elsewhere, or find out which ledger knows of it.',
  }),

  'ledger-disagrees': ({ partition, category, hour: of, between, counts }) => ({
    where: [nameOf(partition), ...(category === undefined ? [] : [category]), hour(of)].join(' '),
    what: `The ledger contradicts itself: ${disagreement(between, counts)}.`,
    advice: 'All of these are written in one transaction, so a row was edited or deleted afterwards.',
  }),

  'let-go': (note) => ({
    where: nameOf(note.partition),
    what: `The hub let go ${numbers(note)} by its own retention before they were read, ${times(note.times)}: ${count(note.messages, 'message')}.`,
    advice: 'A longer retention of the hub covers a longer pause.',
  }),

  begins: (note) => ({
    where: nameOf(note.partition),
    what: `The ledger's account of the partition begins with message ${note.first}, at ${minute(note.at)}${olderThan(note)}.`,
  }),

  'hub-recreated': ({ partition, at, last, createdOn }) => {
    const when = createdOn === undefined ? '' : `, on ${minute(createdOn)}`;
    const beyond = last === undefined ? 'what was taken in' : `message ${last}`;
    return {
      where: nameOf(partition),
      what: `The hub was deleted and created again${when}: its numbers begin anew at ${minute(at)}. What the old one held beyond ${beyond} went with it.`,
    };
  },

  'not-finished': ({ partition, hour: of, why }) => {
    const where = nameOf(partition);
    if (why === 'arriving')
      return { where, what: `${hour(of)} is not finished: messages came in while it was audited.` };
    return {
      where,
      what: `${hour(of)} is not finished: what was decided last is not committed yet.`,
      advice:
        'The next batch or the timer "settle" commits it. If it stays so, see what the app logs: a staged block is dropped after a week.',
    };
  },

  'not-read': (note) => ({
    where: nameOf(note.partition),
    what: `The hub holds ${count(note.messages, 'message')} that have not been read yet: ${numbers(note)}.`,
  }),

  'hub-not-asked': ({ partition, reason }) => ({
    where: nameOf(partition),
    what: `The hub could not be asked: ${reason}`,
  }),
};

function olderThan({ first, beginning }: Of<'begins'>): string {
  if (beginning === undefined || beginning >= first) return '';
  return `; the hub held older ones, from ${beginning} on, which the app was not set to read`;
}

function disagreement(between: Disagreement, [a, b]: readonly [number, number]): string {
  const sentence = {
    'records and their fates': `${count(a, 'record')} came in, and ${format(b)} were archived, dead-lettered or excluded`,
    'archived and blocks': `${count(a, 'record')} were archived, and the blocks hold ${format(b)}`,
    'dead-lettered and blocks': `${count(a, 'record')} were dead-lettered, and the blocks hold ${format(b)}`,
    'salvaged and blocks': `${count(a, 'message')} were salvaged, and the blocks hold ${format(b)}`,
    'pass-on and excluded': `${count(a, 'record')} stand in pass-on, and only ${format(b)} were kept out of the archive`,
  };
  return sentence[between];
}

/** Where the host's process is killed: before a request has any effect, and after it had it but before the answer is told. */
export const KILL_OPERATIONS = [
  'stage',
  'decide',
  'commit',
  'send',
  'postpone',
  'close',
  'checkpoint',
] as const;
export type KillOperation = (typeof KILL_OPERATIONS)[number];

export type KillPoint = `killed ${'before' | 'after'} ${KillOperation}`;
export const KILL_POINTS: readonly KillPoint[] = KILL_OPERATIONS.flatMap(
  (operation) => [`killed before ${operation}`, `killed after ${operation}`] as const,
);

/** What goes on among the owners of a partition: one a round. */
export const RIVALRIES = {
  'late stage': 'a host is killed, and the block it was uploading arrives after the next owner has gone on',
  'late decide': 'the same with a transaction of the ledger',
  'late commit': 'the same with a block list',
  'overtaken decide':
    'a host is halted while it decides, another one takes its partition over, and then it goes on',
  'overtaken commit': 'the same while it commits',
  'reader thrown out': 'a partition is lost and claimed again by a host whose last batch of it still runs',
  'second host': 'two hosts share the partitions, and one of them is killed',
  'checkpoints forgotten': 'everything is delivered again, to a new host',
} as const;
export type Rivalry = keyof typeof RIVALRIES;

/** What goes wrong beside that: some of them a round. */
export const MISHAPS = {
  'storage 500': 'a request is refused as an internal error',
  'storage 503': 'storage is busy',
  'storage 412': 'a commit or a decision is refused as if somebody had been faster',
  'storage silent': 'a request is not answered until its connection breaks',
  'storage disconnected': 'a connection breaks before the request has arrived',
  'storage slow': 'a request takes a while',
  'stage answer lost': 'a block is uploaded, and nobody is told',
  'commit answer lost': 'a list is committed, and nobody is told',
  'decide answer lost': 'a decision is written, and nobody is told',
  'tables gone': 'the table service cannot be reached for a while',
  'blobs gone': 'the blob service of the archive cannot be reached for a while',
  'records hub busy': 'the second hub turns a message down for now',
  'records hub refuses': 'the second hub turns a message down',
  'records hub disconnects': 'the connection breaks before a message has arrived',
  'records hub answer lost': 'the second hub has a message, and nobody is told',
  'records hub gone': 'the second hub cannot be reached for a while',
  'source hub disconnects': 'the connection that messages come by breaks',
  'clock forward': "the hub's clock jumps beyond the turn of the hour",
  'clock back': "the hub's clock steps back",
} as const;
export type Mishap = keyof typeof MISHAPS;

/** What changes when a host starts again. */
export const CHANGES = {
  'other boundaries': 'the host makes batches of another size',
  'other rules': 'the new version keeps and leaves out other records than the one before',
} as const;
export type Change = keyof typeof CHANGES;

export type FaultKind = KillPoint | Rivalry | Mishap | Change;

export const FAULT_KINDS: readonly FaultKind[] = [
  ...KILL_POINTS,
  ...namesOf(RIVALRIES),
  ...namesOf(MISHAPS),
  ...namesOf(CHANGES),
];

export function namesOf<Name extends string>(meanings: Readonly<Record<Name, string>>): Name[] {
  return Object.keys(meanings) as Name[];
}

/** Application properties of what `sluice replay` sends. They begin in lower case, as the Functions host makes them all. */

/** On a source hub: the record id of the dead letter. On the records hub: a JSON array, where the records' failures are told apart. */
export const REPLAY_OF = 'sluiceReplayOf';

/** On the records hub: the one category function that the message is for. */
export const REPLAY_FOR = 'replayFor';

/** On the records hub: `true` on what was sent again out of the archive. */
export const REPLAY = 'replay';

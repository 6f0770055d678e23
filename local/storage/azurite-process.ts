import { findInAllBlobs } from './find-by-tags.ts';
import { makeLighter } from './lighter.ts';

/** How long Azurite may take to write its databases to disk before this process ends all the same. */
const FLUSH_MS = 5_000;

// Azurite knows nothing of the process that started it. When the channel to that one closes, on purpose or because it
// died, this one must end too. `shutdown` is the message that Azurite's own entry point waits for.
process.once('disconnect', () => {
  process.emit('message', 'shutdown', undefined);
  setTimeout(() => process.exit(), FLUSH_MS).unref();
});

// Ctrl+C reaches every process of a terminal, and Azurite would end while the others still have to write to it. The
// listener that it adds is taken off again.
process.on('SIGINT', () => {});
process.on('newListener', (event: string, listener: () => void) => {
  if (event === 'SIGINT') queueMicrotask(() => process.off('SIGINT', listener));
});

makeLighter();
findInAllBlobs();

// @ts-expect-error Azurite publishes no types; its command line is all that is needed of it.
await import('azurite/dist/src/azurite.js');

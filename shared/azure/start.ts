import { app } from '@azure/functions';

/**
 * Loads the functions. An app that throws before its first registration starts empty, and nobody is told why; after one, the host says
 * what was thrown.
 */
export function start(loadFunctions: () => void): void {
  try {
    loadFunctions();
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(String(error));
    app.timer('cannot_start', { schedule: '0 0 0 1 1 *', handler: () => Promise.reject(failure) });
    throw failure;
  }
}

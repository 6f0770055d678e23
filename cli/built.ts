import { UsageError } from './usage-error.ts';

const NOT_FOUND = new Set<unknown>(['ENOENT', 'MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND']);

/** Loads code that knows the categories, which needs the validators. Throws a UsageError where they have not been compiled yet. */
export async function built<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && NOT_FOUND.has(cause.code);
    if (!isMissing || !cause.message.includes('generated')) throw cause;
    throw new UsageError('The validators have not been compiled yet: npm run build.', { cause });
  }
}

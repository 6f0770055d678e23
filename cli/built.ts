import { UsageError } from './usage-error.ts';

/** Loads code that knows the categories, which needs the validators. Throws a UsageError where they have not been compiled yet. */
export async function built<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT' && 'path' in cause;
    if (!isMissing || !String(cause.path).includes('generated')) throw cause;
    throw new UsageError('The validators have not been compiled yet: npm run build.', { cause });
  }
}

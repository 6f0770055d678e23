import { homedir } from 'node:os';
import path from 'node:path';

/** Where this platform keeps what a user's programs can make anew. */
export function cacheFolder(platform = process.platform, env = process.env, home = homedir()): string {
  const base =
    platform === 'win32'
      ? (env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'))
      : platform === 'darwin'
        ? path.join(home, 'Library', 'Caches')
        : (env['XDG_CACHE_HOME'] ?? path.join(home, '.cache'));
  return path.join(base, 'sluice');
}

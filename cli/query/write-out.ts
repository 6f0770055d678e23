import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** To a file, which only its owner can read, or to standard output, of which whoever reads it may have had enough. */
export async function writeOut(pieces: AsyncIterable<string>, out: string | undefined): Promise<void> {
  const text = Readable.from(pieces, { objectMode: false });
  if (out !== undefined) {
    await mkdir(path.dirname(out), { recursive: true });
    const file = await open(out, 'w', 0o600);
    // Whoever could read what was there before need not be allowed to read this.
    if ((await file.stat()).isFile()) await file.chmod(0o600);
    await pipeline(text, file.createWriteStream());
    return;
  }
  try {
    await pipeline(text, process.stdout, { end: false });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
  }
}

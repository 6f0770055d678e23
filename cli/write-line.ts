import { once } from 'node:events';

/** To standard output; waits where whoever reads it is slower. */
export async function writeLine(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
}

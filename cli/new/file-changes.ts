import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../usage-error.ts';

/** Changes to files below a folder that can be taken back. Names have `/` between their parts. */
export interface FileChanges {
  /** Throws a UsageError where one of them is there already. */
  readonly refuseExisting: (files: readonly string[]) => void;
  readonly create: (file: string, content: string) => Promise<void>;
  readonly replace: (file: string, content: string) => Promise<void>;
  /** Puts everything back as it was; false where nothing had changed. */
  readonly undo: () => Promise<boolean>;
}

export function fileChanges(root: string): FileChanges {
  const done: (() => Promise<void>)[] = [];
  const at = (file: string): string => path.join(root, ...file.split('/'));

  return {
    refuseExisting(files) {
      const existing = files.filter((file) => existsSync(at(file)));
      if (existing.length > 0)
        throw new UsageError(`Nothing is overwritten, and there is already: ${existing.join(', ')}.`);
    },
    async create(file, content) {
      await mkdir(path.dirname(at(file)), { recursive: true });
      await writeFile(at(file), content, { flag: 'wx' });
      done.push(() => rm(at(file)));
    },
    async replace(file, content) {
      const before = await readFile(at(file));
      await writeFile(at(file), content);
      done.push(() => writeFile(at(file), before));
    },
    async undo() {
      const changes = done.splice(0).toReversed();
      for (const takeBack of changes) await takeBack();
      return changes.length > 0;
    },
  };
}

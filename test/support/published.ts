import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ignore from 'ignore';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The files, by their path in the project, that `func azure functionapp publish` takes: it reads `.funcignore` as git reads its own. */
export function published(): string[] {
  const ignored = ignore().add(readFileSync(path.join(ROOT, '.funcignore'), 'utf8'));
  const filesIn = (folder: string): string[] =>
    readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
      const file = path.posix.join(folder, entry.name);
      if (entry.isDirectory()) return ignored.ignores(`${file}/`) ? [] : filesIn(file);
      return ignored.ignores(file) ? [] : [file];
    });
  return filesIn('').toSorted();
}

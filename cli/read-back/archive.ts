import type { BlobServiceClient } from '@azure/storage-blob';
import { judge } from '../../shared/judge/judge.ts';
import { safeName } from '../../shared/names.ts';
import { readRules } from '../../shared/settings/read-rules.ts';
import { createChooseRule } from '../../shared/rules.ts';
import { readBoolean } from '../../shared/settings/settings.ts';
import { blobsOf, linesOf } from './blobs.ts';
import { addLine, digestOf } from './line-set.ts';
import type { LineSet } from './line-set.ts';

/** What is kept of a category's records. */
export interface Kept {
  /** In the archive. */
  readonly archived: LineSet;
  /** Of those, and of what waits in `pass-on`, what the records hubs must have. */
  readonly toPassOn: LineSet;
  /** Lines in `pass-on`. */
  waiting: number;
  /** Archived and not passed on, though they do not fit their schema. */
  invalidHere: number;
}

type Keep = (path: string, body: Buffer) => Promise<void>;

/** Lines by category, with what the rules of the app's settings say of them. Expects the settings to be right. */
export async function readKept(
  service: BlobServiceClient,
  settings: Readonly<Record<string, string>>,
  knownCategories: Iterable<string>,
  keep: Keep,
): Promise<Map<string, Kept>> {
  const nameOf = categoryNames(knownCategories);
  const isPassedOn = passOnRule(settings);
  const kept = new Map<string, Kept>();
  for (const container of ['archive', 'pass-on']) {
    for await (const blob of blobsOf(service, container)) {
      await keep(`${container}/${blob.name}`, blob.body);
      const category = nameOf(blob.name);
      const own = kept.get(category) ?? nothingKept();
      kept.set(category, own);
      for (const line of await linesOf(blob)) addKept(own, line, container, isPassedOn);
    }
  }
  return kept;
}

export function nothingKept(): Kept {
  return { archived: new Map(), toPassOn: new Map(), waiting: 0, invalidHere: 0 };
}

function addKept(kept: Kept, line: Buffer, container: string, isPassedOn: (line: Buffer) => boolean): void {
  const digest = digestOf(line);
  if (container === 'archive') addLine(kept.archived, digest);
  else kept.waiting++;
  if (container === 'pass-on' || isPassedOn(line)) addLine(kept.toPassOn, digest);
  else if ((judge(line)?.problems.length ?? 0) > 0) kept.invalidHere++;
}

/** Whether what is archived is passed on too. */
function passOnRule(settings: Readonly<Record<string, string>>): (line: Buffer) => boolean {
  if (!readBoolean(settings, 'fanOut', [])) return () => false;
  const chooseRule = createChooseRule(readRules(settings, []));
  return function isPassedOn(line) {
    const verdict = chooseRule && judge(line);
    return !verdict || (chooseRule(verdict.category, line)?.forward ?? true);
  };
}

/** A blob's path holds its category escaped, and a long one cut. The ledger knows them all by their real names. */
function categoryNames(known: Iterable<string>): (blobName: string) => string {
  const names = new Map<string, string>();
  for (const key of known) {
    const [source = '', ...name] = key.split('/');
    names.set(`${source}/${safeName(name.join('/'))}`, key);
  }
  return function nameOf(blobName) {
    const escaped = blobName.split('/').slice(0, 2).join('/');
    return names.get(escaped) ?? escaped;
  };
}

import { whenAsked } from '../wasm.ts';
import type { Constant, Opened } from '../wasm.ts';

/** What `assembly/escape/module.ts` exports. */
interface EscapeModule {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly TEXT_BYTES: Constant;
  readonly text: Constant;
  readonly escaped: Constant;
  escape(length: number): number;
}

const open = whenAsked<EscapeModule>('escape');

/**
 * UTF-8 as it stands between the quotes of a JSON string, with the escapes that `JSON.stringify` would choose. It takes a third of the
 * time, and no string is made of what may be a message of many megabytes.
 * @returns bytes that the next call may overwrite
 */
export function escapeText(text: Buffer): Buffer {
  const opened = open();
  const most = opened.constants.TEXT_BYTES;
  if (text.length <= most) return escapePart(opened, text);
  const parts: Buffer[] = [];
  for (let at = 0; at < text.length; at += most)
    parts.push(Buffer.from(escapePart(opened, text.subarray(at, at + most))));
  return Buffer.concat(parts);
}

function escapePart({ module, memory, constants }: Opened<EscapeModule>, text: Buffer): Buffer {
  memory.set(text, constants.text);
  const start = constants.escaped;
  return memory.subarray(start, start + module.escape(text.length));
}

/** A UTF-16 unit in ASCII: `\u00e9` for `é`. */
export function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

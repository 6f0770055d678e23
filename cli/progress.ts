import type { WriteStream } from 'node:tty';
import colors from 'picocolors';
import createSpinner from 'yocto-spinner';

/** Tells whoever waits what is going on. */
export interface Progress {
  /** Something begins. */
  begin(text: string): void;
  /** How far it is. */
  update(text: string): void;
  /** It is done. */
  done(text: string): void;
  /** Something that must not be missed, beside all that. */
  note(text: string): void;
  /** Leaves the terminal as it was. */
  stop(): void;
}

/** Where no line can be written over, one in so many milliseconds is plenty. */
const PLAIN_LINE_MS = 3_000;

/** A live line on a terminal; else a plain line now and then, or nothing where only the result is wanted. */
export function createProgress(options: { readonly json: boolean }): Progress {
  const stream = options.json ? process.stderr : process.stdout;
  if (stream.isTTY) return liveProgress(stream);
  return options.json ? { ...plainProgress(() => {}), note } : plainProgress((line) => console.log(line));
}

function liveProgress(stream: WriteStream): Progress {
  const spinner = createSpinner({ stream, handleSignals: false });
  return {
    begin: (text) => {
      spinner.start(text);
    },
    update: (text) => {
      spinner.text = text;
    },
    done: (text) => {
      spinner.success(text);
    },
    note: (text) => {
      spinner.clear();
      note(text);
    },
    stop: () => {
      spinner.stop();
    },
  };
}

function plainProgress(write: (line: string) => void): Progress {
  let writtenAt = 0;
  const say = (line: string): void => {
    writtenAt = performance.now();
    write(line);
  };
  return {
    begin: (text) => say(`${text} ...`),
    update: (text) => {
      if (performance.now() - writtenAt > PLAIN_LINE_MS) say(`  ${text}`);
    },
    done: (text) => say(`${colors.green('✔')} ${text}`),
    note,
    stop: () => {},
  };
}

function note(text: string): void {
  console.error(text);
}

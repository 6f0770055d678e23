import type { Command } from 'commander';
import { count, megabytes } from '../format.ts';
import { ENDINGS, readInput } from '../input.ts';
import { createProgress } from '../progress.ts';

export function addSendCommand(program: Command): void {
  program
    .command('send')
    .description('Sends messages out of files to the source hub, every byte as it is.')
    .argument('<paths...>', `files and folders (${ENDINGS})`)
    .option('--hub <name>', 'one of the source hubs, if there are several; the first, unless given')
    .addHelpText(
      'after',
      `
A .json file is the body of one message; a line of an .ndjson, .jsonl or .log file is one.
The hub is that of the stack that npm start has left running, or else that of the app's settings in the environment.`,
    )
    .action(send);
}

async function send(paths: readonly string[], { hub }: { readonly hub?: string }): Promise<void> {
  const messages = await readInput(paths);
  const bytes = messages.reduce((sum, { body }) => sum + body.length, 0);
  // The SDK takes a moment to load, and nobody should wait for it to hear of a wrong path.
  const { withSourceHub } = await import('../source-hub.ts');
  const progress = createProgress({ json: false });
  try {
    await withSourceHub(hub, async (to) => {
      progress.begin(`Sending ${count(messages.length, 'message')} to ${to.title}`);
      const sent = await to.send(
        messages.map(({ body }) => body),
        (n) => progress.update(`${count(n, 'message')} sent`),
      );
      progress.done(`Sent ${count(sent, 'message')} to ${to.title} (${megabytes(bytes)})`);
    });
  } finally {
    progress.stop();
  }
}

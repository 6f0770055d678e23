import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { build } from 'rolldown';

import type { Page } from '../shared/report/page.ts';

/** Makes one document of `page/`, and the policy under which nothing runs in it but what was built. Answers its size in bytes. */
export async function buildPage(folder: string, outFile: string): Promise<number> {
  const script = await bundle(path.join(folder, 'report.ts'));
  const style = readFileSync(path.join(folder, 'report.css'), 'utf8').trim();
  const html = readFileSync(path.join(folder, 'report.html'), 'utf8')
    .replace('<link rel="stylesheet" href="report.css" />', () => `<style>${style}</style>`)
    .replace(
      '<script type="module" src="report.ts"></script>',
      () => `<script type="module">${script}</script>`,
    );
  const page: Page = { html, contentSecurityPolicy: policy(script, style) };
  mkdirSync(path.dirname(outFile), { recursive: true });
  writeFileSync(outFile, JSON.stringify(page));
  return Buffer.byteLength(html);
}

async function bundle(input: string): Promise<string> {
  const { output } = await build({
    input,
    platform: 'browser',
    write: false,
    output: { format: 'esm', minify: true },
  });
  const [{ code }] = output;
  if (output.length > 1) throw new Error('The page is to be of one piece.');
  // The only text that could end the element that it stands in.
  return code.trim().replaceAll('</script', '<\\/script');
}

/** Trusted types: no text can become markup or code, whoever writes it. */
function policy(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    'img-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

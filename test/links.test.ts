import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const DOCUMENTS = globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT }).toSorted();

const withoutCode = (markdown: string): string =>
  markdown.replaceAll(/^( *)```[^]*?^\1```/gm, '').replaceAll(/`[^`\n]*`/g, '');

function linksIn(document: string): string[] {
  const markdown = withoutCode(readFileSync(join(ROOT, document), 'utf8'));
  return [...markdown.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** Where GitHub jumps to: a heading in lower case, its punctuation left out, its spaces as hyphens, and numbered when it is not the first. */
function anchorsOf(document: string): Set<string> {
  const markdown = readFileSync(join(ROOT, document), 'utf8').replaceAll(/^( *)```[^]*?^\1```/gm, '');
  const anchors = new Set<string>();
  for (const [, heading = ''] of markdown.matchAll(/^#{1,6} (.+)$/gm)) {
    const name = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    let anchor = name;
    for (let number = 1; anchors.has(anchor); number++) anchor = `${name}-${number}`;
    anchors.add(anchor);
  }
  return anchors;
}

function isBroken(document: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? document : join(dirname(document), decodeURIComponent(path));
  if (!existsSync(join(ROOT, target))) return true;
  return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).has(anchor);
}

test.each(DOCUMENTS)('%s links to files and headings that are there', (document) => {
  const own = linksIn(document).filter((link) => !/^[a-z]+:/.test(link));

  expect(own.filter((link) => isBroken(document, link))).toEqual([]);
});

test('finds a missing file, a missing heading, and no fault with what is there', () => {
  const links = ['docs/none.md', 'docs/audit.md#none', '#none', 'docs/audit.md#known-limits', '#use-it'];

  expect(links.filter((link) => isBroken('README.md', link))).toEqual(links.slice(0, 3));
});

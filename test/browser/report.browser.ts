import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { reportAddress } from '../../cli/start/describe-stack.ts';
import { startStack } from '../../local/stack.ts';
import { envelopeOf, recordOf } from '../support/messages.ts';
import { emptyPageReport, sampleLive, samplePageReport } from '../support/page-report.ts';
import { launchBrowser, openPage } from './browser.ts';
import { textsWithLittleContrast } from './contrast.ts';
import { servePage } from './page-server.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** Category names come from whoever can write a log record. */
const HOSTILE = '<img src=x onerror=alert(document.domain)>';

async function headline(page: Page): Promise<string | null> {
  return page.locator('#headline').textContent();
}

/** What a table or a list of figures says, without the white space. */
async function said(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).innerText()).replaceAll(/\s+/g, ' ');
}

test('on a live stack: the figures that were sent, and a hostile category harms nothing', async () => {
  const stack = await startStack({ partitions: 2 });
  onTestFinished(stack.close);
  const bodies = [
    envelopeOf(recordOf('Orders'), recordOf('Orders'), recordOf(HOSTILE, { [HOSTILE]: HOSTILE })),
    'not json',
  ];
  await stack.send(bodies.map((body) => Buffer.from(body)));
  await stack.drain();
  await stack.host.runTimer('capacity');
  const { page, mishaps, origins } = await openPage(browser);

  await page.goto(reportAddress(stack.host));
  await page.locator('main[aria-busy=false]').waitFor();

  expect(await headline(page)).toBe('All 4 records of the last hour are accounted for.');
  expect(await said(page, '#proof')).toMatch(/Records in 4 =Archived 3 \+Dead-lettered 1 \+Excluded/);
  expect(await said(page, '#categories')).toMatch(/unknown\/Orders 2 /);
  expect(await said(page, '#categories')).toContain(`unknown/${HOSTILE} 1 `);
  expect(await said(page, '#letters')).toMatch(/not-json .* 1$/);
  expect(await said(page, '#namespaces')).toContain('Bytes in');
  expect(await said(page, '#lag')).toMatch(/logs\/0 0 /);
  expect(await page.locator('img, iframe, object, embed').count()).toBe(0);
  expect(mishaps).toEqual([]);
  expect([...origins]).toEqual([stack.host.http?.url]);
});

describe('what it shows', () => {
  test.each(['light', 'dark'] as const)(
    'every part of a full report, %s, wide and narrow',
    async (colorScheme) => {
      const server = await servePage();
      const { page, mishaps } = await openPage(browser, { colorScheme });

      await page.goto(server.url);
      await page.locator('main[aria-busy=false]').waitFor();

      const empty = page.locator('.empty:visible');
      expect(await empty.allTextContents()).toEqual([]);
      for (const canvas of ['throughput-chart', 'trend-chart', 'expiring-chart'])
        expect(await isDrawn(page, canvas)).toBe(true);
      const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(ground).toBe(colorScheme === 'dark' ? 'rgb(14, 19, 22)' : 'rgb(245, 247, 248)');
      expect(await page.evaluate(textsWithLittleContrast)).toEqual([]);
      for (const width of [1440, 820, 390]) {
        await page.setViewportSize({ width, height: 900 });
        await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      }
      expect(mishaps).toEqual([]);
    },
  );

  test('nothing yet: what to do', async () => {
    const server = await servePage(emptyPageReport());
    const { page, mishaps } = await openPage(browser);

    await page.goto(server.url);
    await page.locator('main[aria-busy=false]').waitFor();

    expect(await headline(page)).toBe('Nothing has come in within the last hour.');
    expect(await said(page, '#hint')).toContain('npm run sluice -- sample');
    expect(await said(page, '#no-capacity')).toContain('every 15 minutes');
    expect(mishaps).toEqual([]);
  });

  test('counts that do not add up', async () => {
    const { proof, ...live } = sampleLive();
    const unbalanced = { ...proof, archived: proof.archived - 7, balanced: false };
    const server = await servePage(samplePageReport({ live: { ...live, proof: unbalanced } }));
    const { page } = await openPage(browser);

    await page.goto(server.url);
    await page.locator('main[aria-busy=false]').waitFor();

    expect(await headline(page)).toBe('7 records of the last hour are not accounted for.');
    expect(await said(page, '#proof-verdict')).toBe('It does not add up: 7 are missing.');
    expect(await said(page, '#warnings')).toMatch(/^Act now The counts of the ledger do not add up/);
  });
});

describe('by keyboard and screen reader', () => {
  test('Tab reaches all there is to reach, each with a focus that can be seen', async () => {
    const server = await servePage();
    const { page } = await openPage(browser);
    await page.goto(server.url);
    await page.locator('main[aria-busy=false]').waitFor();

    const reached: string[] = [];
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(focusedElement);
      if (focused === undefined) break;
      reached.push(focused);
    }

    expect(reached.slice(0, 5)).toEqual([
      'Skip to the figures',
      'window',
      'pause',
      'unit',
      'The same as a table',
    ]);
    const all = await page.locator('summary:visible, [tabindex="0"]:visible').count();
    expect(reached.filter((name) => !name.startsWith('!'))).toHaveLength(all + 4);
    expect(reached.filter((name) => name.startsWith('!'))).toEqual([]);
  });

  test('everything can be worked by it', async () => {
    const server = await servePage();
    const { page } = await openPage(browser);
    await page.goto(server.url);
    await page.locator('main[aria-busy=false]').waitFor();

    await page.locator('#window').focus();
    await page.keyboard.press('End');
    await expect.poll(() => server.asked.at(-1)?.path).toBe('/api/report.json?minutes=360');
    await page.locator('#pause').focus();
    await page.keyboard.press('Space');
    expect(await page.locator('#pause').getAttribute('aria-pressed')).toBe('true');
    expect(await page.locator('#updated-text').textContent()).toBe('Paused at 12:00:31 UTC');
    await page.locator('input[value=bytes]').focus();
    await page.keyboard.press('ArrowRight');
    expect(await said(page, '#throughput-legend')).toContain('entra/SignInLogs 48.3/s');
    await page.locator('summary').first().focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('#throughput-table tbody tr').count()).toBe(60);
    expect(await said(page, '#throughput-table thead')).toContain('Time All entra/SignInLogs');
  });

  test('landmarks, names, and headers in every table', async () => {
    const server = await servePage();
    const { page } = await openPage(browser);
    await page.goto(server.url);
    await page.locator('main[aria-busy=false]').waitFor();

    for (const role of ['banner', 'main', 'contentinfo'] as const)
      expect(await page.getByRole(role).count()).toBe(1);
    const sections = await page.locator('main > section:visible').count();
    expect(await page.locator('main > section:visible[aria-labelledby]').count()).toBe(sections);
    expect(await page.locator('canvas:not([aria-label])').count()).toBe(0);
    expect(await page.getByRole('img', { name: /^Stacked areas of bytes per second/ }).count()).toBe(1);
    const tables = await page.locator('table').count();
    expect(await page.locator('table:has(thead th[scope=col])').count()).toBe(tables);
    expect(await page.locator('tbody tr:not(:has(th[scope=row]))').count()).toBe(0);
    expect(await page.getByRole('status').textContent()).toMatch(/^All 388,800 records .* 20.5 hours behind/);
  });
});

describe('it updates itself', () => {
  test('every half minute, with the key in a header, and not while nobody looks', async () => {
    const server = await servePage();
    const { page } = await openPage(browser);
    await page.clock.install();
    await page.goto(server.url);
    await page.locator('main[aria-busy=false]').waitFor();
    const later = samplePageReport({ generatedAt: '2026-11-20T12:01:01.000Z' });
    server.answer = later;

    await page.clock.runFor(31_000);
    await expect.poll(() => page.locator('#updated-text').textContent()).toBe('Updated 12:01:01 UTC');
    expect(server.asked).toEqual([
      { path: '/api/report.json?minutes=60', key: 'a-key' },
      { path: '/api/report.json?minutes=60', key: 'a-key' },
    ]);
    await setHidden(page, true);
    await page.clock.runFor(600_000);
    expect(server.asked).toHaveLength(2);
    await setHidden(page, false);
    await expect.poll(() => server.asked.length).toBe(3);
  });

  test('what fails is said, what was shown stays, and it is tried again', async () => {
    const server = await servePage();
    const { page } = await openPage(browser);
    await page.clock.install();
    await page.goto(server.url);
    await page.locator('main[aria-busy=false]').waitFor();

    server.answer = 500;
    await page.clock.runFor(31_000);
    await expect.poll(() => page.getByRole('alert').textContent()).toMatch(/cannot be read just now \(500\)/);
    expect(await headline(page)).toMatch(/^All 388,800 records/);
    server.answer = 401;
    await page.clock.runFor(61_000);
    await expect.poll(() => page.getByRole('alert').textContent()).toMatch(/The key in the address is not/);
    server.answer = samplePageReport();
    await page.clock.runFor(121_000);
    await expect.poll(() => page.getByRole('alert').count()).toBe(0);
  });
});

/** Whether there is more than one colour in it. */
async function isDrawn(page: Page, id: string): Promise<boolean> {
  return page.evaluate((name) => {
    const canvas = document.getElementById(name);
    if (!(canvas instanceof HTMLCanvasElement)) return false;
    const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
    return new Set(new Uint32Array(Uint8ClampedArray.from(data).buffer)).size > 10;
  }, id);
}

/** In the page: what has the focus, with a mark before it where that cannot be seen. Undefined at the end. */
function focusedElement(): string | undefined {
  const element = document.activeElement;
  if (!element || element === document.body) return undefined;
  const name =
    element.id ||
    element.getAttribute('name') ||
    element.getAttribute('aria-labelledby') ||
    element.getAttribute('aria-label') ||
    element.textContent;
  // A radio button is drawn by the text beside it.
  const drawn = element instanceof HTMLInputElement ? element.nextElementSibling : element;
  const seen = drawn !== null && getComputedStyle(drawn).outlineStyle === 'solid';
  return seen ? (name ?? '') : `!${name}`;
}

async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}

import { readFileSync } from 'node:fs';
import { GENERATED } from '../generated.ts';

/** The report page as the build has made it of `page/`: one document that asks for nothing but its data. */
export interface Page {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

let page: Page | undefined;

/** Read when it is first asked for: a cold start that takes in a batch does not wait for it. */
export function readPage(): Page {
  page ??= JSON.parse(readFileSync(new URL('report-page.json', GENERATED), 'utf8')) as Page;
  return page;
}

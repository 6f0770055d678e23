import { isCategoryPattern } from '../category-functions/category-pattern.ts';
import {
  expected,
  readBoolean,
  readList,
  readSecret,
  readSecretUrl,
  SETTINGS,
  textOf,
} from '../settings/settings.ts';
import type { Environment, Problems } from '../settings/settings.ts';
import { SOURCES } from '../judge/verdict.ts';

export interface SplunkConfig {
  readonly url: string;
  /** A secret. */
  readonly token: string;
  /** Undefined: that of the token. */
  readonly index: string | undefined;
  /** Each `entra/SignInLogs` or `entra/*`. */
  readonly categories: readonly string[];
  readonly acknowledge: boolean;
  readonly checkCertificate: boolean;
}

/** Undefined where no address is set. */
export function readSplunk(env: Environment, problems: Problems): SplunkConfig | undefined {
  const url = readSecretUrl(env, 'splunkUrl', problems);
  if (url === undefined) return undefined;
  const token = readSecret(env, 'splunkToken', problems);
  if (token === undefined)
    problems.push(`${SETTINGS.splunkToken.name} is missing: ${SETTINGS.splunkUrl.name} goes with it.`);
  return {
    url,
    token: token ?? '',
    index: textOf(env, 'splunkIndex') || undefined,
    categories: readCategories(env, problems),
    acknowledge: readBoolean(env, 'splunkAcknowledge', problems),
    checkCertificate: readBoolean(env, 'splunkCheckCertificate', problems),
  };
}

function readCategories(env: Environment, problems: Problems): string[] {
  const all = SOURCES.map((source) => `${source}/*`);
  const categories = readList(env, 'splunkCategories').flatMap((pattern) =>
    pattern === '*' ? all : pattern,
  );
  if (!categories.every(isCategoryPattern))
    problems.push(
      expected(env, 'splunkCategories', '*, or categories such as "entra/SignInLogs, defender/*"'),
    );
  return categories;
}

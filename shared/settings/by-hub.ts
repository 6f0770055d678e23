import { expected, readList } from './settings.ts';
import type { Environment, Problems, SettingKey } from './settings.ts';

/** A number for all hubs, and others for some of them. */
export interface ByHub {
  readonly value: number;
  /** By `hub` or `namespace/hub`, in lower case. */
  readonly exceptions: Readonly<Record<string, number>>;
}

/** Reads `24` or `24, logs=168, contoso/records=72`. */
export function readByHub(
  env: Environment,
  key: SettingKey,
  { least, most }: { least: number; most: number },
  problems: Problems,
): ByHub {
  const [first, ...rest] = readList(env, key);
  const value = numberIn(first);
  const exceptions = rest.map((part) => {
    const [, hub = '', text] = /^([^=\s]+)\s*=\s*(\d+)$/.exec(part) ?? [];
    return [hub.toLowerCase(), numberIn(text)] as const;
  });
  const isRight = (n: number): boolean => n >= least && n <= most;
  if (![value, ...exceptions.map(([, n]) => n)].every(isRight))
    problems.push(
      expected(env, key, `a number from ${least} to ${most}, then exceptions such as logs=${least}`),
    );
  return { value, exceptions: Object.fromEntries(exceptions) };
}

function numberIn(text: string | undefined): number {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
}

export function valueFor({ value, exceptions }: ByHub, namespace: string, hub: string): number {
  return exceptions[`${namespace}/${hub}`] ?? exceptions[hub] ?? value;
}

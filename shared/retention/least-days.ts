import { allAnnotations } from './annotations-in-path.ts';
import type { Container } from '../blocks/draft.ts';
import { PASS_ON_DAYS } from '../retention.ts';
import type { Retention } from '../retention.ts';
import type { RuleSetting } from '../rules.ts';

/**
 * The shortest retention that anything in the container has under the settings; undefined where all of it is kept for ever. What was
 * begun under a shorter one is passed over until this one has passed.
 */
export function leastDaysIn(
  container: Container,
  policy: {
    readonly retention: Retention;
    readonly deadLetterRetentionDays: number;
    readonly rules: readonly RuleSetting[];
  },
): number | undefined {
  const { retention, rules } = policy;
  const ofArchive = [retention, ...retention.exceptions].map(({ days }) => days);
  const others = [...allAnnotations(), ...rules].map(({ retentionDays = 0 }) => retentionDays);
  const days = {
    archive: [...ofArchive, ...others],
    'pass-on': [PASS_ON_DAYS],
    'dead-letter': [policy.deadLetterRetentionDays],
    salvaged: [policy.deadLetterRetentionDays],
  };
  const limited = days[container].filter((one) => one > 0);
  return limited.length === 0 ? undefined : Math.min(...limited);
}

import { expected, readList } from '../settings/settings.ts';
import type { Environment, Problems } from '../settings/settings.ts';
import { TIER_NAMES, TIERS } from './limits.ts';
import type { Plan } from './report.ts';

/** What is paid for: by namespace, or `*` for all others. */
export type Plans = Readonly<Record<string, Plan>>;

/** Reads `standard:4` or `contoso=standard:4, fabrikam=premium:1`. */
export function readPlans(env: Environment, problems: Problems): Plans {
  const parts = readList(env, 'provisioned');
  const plans = parts.map((part) => {
    const [, namespace = '*', name, digits] = /^(?:([\w.-]+)\s*=\s*)?(\w+):(\d+)$/.exec(part) ?? [];
    const tier = TIER_NAMES.find((known) => known === name?.toLowerCase());
    const units = Number(digits);
    return tier && units >= 1 && units <= TIERS[tier].maxUnits
      ? ([namespace.toLowerCase(), { tier, units }] as const)
      : undefined;
  });
  const found = plans.filter((plan) => plan !== undefined);
  if (found.length < parts.length) {
    const form = 'a tier and its units, such as standard:4, or contoso=standard:4, fabrikam=premium:1';
    const most = TIER_NAMES.map((tier) => `${TIERS[tier].maxUnits} of ${tier}`).join(', ');
    problems.push(expected(env, 'provisioned', `${form}; at most ${most}`));
  }
  return Object.fromEntries(found);
}

export function planFor(plans: Plans, namespace: string): Plan | undefined {
  return plans[namespace] ?? plans['*'];
}

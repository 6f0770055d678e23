import { categoryOf } from '../../shared/judge/catalogue.ts';
import type { Config } from '../../shared/settings/config.ts';
import { identify } from '../../shared/judge/identify.ts';
import { hubFor } from '../../shared/pass-on/routing.ts';
import { createChooseRule } from '../../shared/rules.ts';
import type { Category } from '../../shared/judge/verdict.ts';

/** A record that no product sends, and what becomes of it. */
export interface ProbeRecord {
  /** Stands in the record. */
  readonly id: string;
  readonly body: Buffer;
  readonly category: Category;
  /** Where its line is to be found; undefined where a rule leaves it out altogether. */
  readonly container: 'archive' | 'pass-on' | undefined;
  /** The records hub that it goes to, if it is passed on. */
  readonly hub: string | undefined;
  /** The rule that keeps it from the archive or from the records hub. */
  readonly rule: string | undefined;
}

/** No product has it, so that it is archived as `unknown/sluice-probe` and fits every schema there is. */
const CATEGORY = 'sluice-probe';

export function probeRecord(
  id: string,
  time: number,
  { rules, recordsHub }: Pick<Config, 'rules' | 'recordsHub'>,
): ProbeRecord {
  const value = { time: new Date(time).toISOString(), category: CATEGORY, probe: id };
  const { source, name } = identify(value);
  const category = categoryOf(source, name);
  const line = Buffer.from(JSON.stringify(value));
  const rule = createChooseRule(rules)?.(category, line);
  const { archive = true, forward = true } = rule ?? {};
  const isPassedOn = forward && recordsHub !== undefined;
  return {
    id,
    body: Buffer.from(JSON.stringify({ records: [value] })),
    category,
    container: archive ? 'archive' : isPassedOn ? 'pass-on' : undefined,
    hub: isPassedOn ? hubFor(source, name, recordsHub.routes) : undefined,
    rule: archive && forward ? undefined : rule?.name,
  };
}

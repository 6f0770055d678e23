import { fingerprint } from '../../shared/category-record.ts';
import { onCategory } from '../../shared/on-category.ts';

const CATEGORIES = ['defender/AlertInfo', 'defender/AlertEvidence'];

/** Days that what is known of an alert is kept: evidence may be added to it for so long. */
const DAYS = 30;

/** So many of its records are named. */
const MOST_RECORDS = 50;

/** What is known of an alert of Defender's: a row of AlertInfo says how severe it is, and those of AlertEvidence may come before it. */
interface Known {
  readonly isSevere: boolean;
  readonly title: string;
  readonly records: readonly { readonly key: string; readonly id: string }[];
}

/** One alert for every alert of high severity that Defender raises, with all of its evidence. */
export default onCategory(CATEGORIES, async function severeDefenderAlerts(records, { alert, state }) {
  for (const record of records) {
    const alertId = record.text('/properties/AlertId');
    const cause = alertId ? `${record.text('/tenantId')} ${alertId}` : fingerprint(record);
    const title = record.text('/properties/Title')?.slice(0, 256) ?? '';
    const isSevere = record.text('/properties/Severity')?.toLowerCase() === 'high';
    const seen = { key: fingerprint(record), id: record.id };

    const known = await state.update<Known>(cause, DAYS, (before) => {
      const others = before?.records ?? [];
      const isCopy = others.some(({ key }) => key === seen.key);
      return {
        isSevere: isSevere || (before?.isSevere ?? false),
        title: before?.title || title,
        records: isCopy ? others : [...others, seen].slice(0, MOST_RECORDS),
      };
    });

    if (!known.isSevere) continue;
    await alert(record, {
      cause,
      title: known.title || 'Defender alert of high severity',
      severity: 'high',
      subject: record.text('/properties/AccountUpn') ?? record.text('/properties/DeviceName'),
      details: { alertId, service: record.text('/properties/ServiceSource') },
      records: known.records.map(({ id }) => id),
    });
  }
});

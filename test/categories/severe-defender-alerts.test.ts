import { describe, expect, test } from 'vitest';
import severeDefenderAlerts from '../../functions/categories/severe-defender-alerts.ts';
import { memoryTable } from '../../local/memory-sinks.ts';
import { fingerprint } from '../../shared/category-record.ts';
import { LONGEST_VALUE } from '../../shared/category-functions/state.ts';
import { deliveries, deliverTo, judged, ordinaryStream } from '../support/detection-bench.ts';

let made = 0;

function row(table: string, properties: object) {
  const record = {
    time: '2026-11-20T10:17:20.1133507Z',
    tenantId: 'contoso',
    category: `AdvancedHunting-${table}`,
    properties: { Timestamp: '2026-11-20T10:16:50Z', ...properties },
  };
  return judged(record, `contoso/logs/0/t/${++made}/0`);
}

function info(AlertId: string, Severity: string) {
  return row('AlertInfo', { AlertId, Severity, Title: 'Ransomware', ServiceSource: 'Defender for Endpoint' });
}

function evidence(AlertId: string, facts: object = {}) {
  return row('AlertEvidence', { AlertId, EntityType: 'User', AccountUpn: 'mia@example.com', ...facts });
}

describe('an alert of high severity is one, with all of its evidence, delivered', () => {
  const scenario = [info('a1', 'High'), evidence('a1'), evidence('a1', { EntityType: 'Machine' })];
  const mild = [info('a2', 'Low'), evidence('a2')];

  test.each(Object.entries(deliveries([...scenario, ...mild].map((one) => [one]))))(
    '%s',
    async (_, instances) => {
      const alerts = await deliverTo(severeDefenderAlerts, instances);

      expect([...alerts.keys()]).toEqual(['contoso a1']);
      const { records = [], ...alert } = alerts.get('contoso a1') ?? {};
      expect(records.toSorted()).toEqual(scenario.map(({ id }) => id).toSorted());
      expect(alert).toMatchObject({ title: 'Ransomware', severity: 'high', details: { alertId: 'a1' } });
    },
  );
});

test('evidence that says so itself is enough', async () => {
  const alerts = await deliverTo(severeDefenderAlerts, [
    [[evidence('a1', { Severity: 'High', Title: 'Malware' })]],
  ]);

  expect([...alerts.values()]).toMatchObject([{ title: 'Malware', subject: 'mia@example.com' }]);
});

test('evidence without end grows no row', async () => {
  const table = memoryTable();
  const rows = Array.from({ length: 500 }, () =>
    evidence('a1', { Severity: 'High', Title: 'é'.repeat(50_000) }),
  );

  await deliverTo(severeDefenderAlerts, [[rows]], table);

  const [[kept] = []] = table.rows.values();
  expect(String(kept?.values['value']).length).toBeLessThan(LONGEST_VALUE);
});

test('of the ordinary stream, what Defender takes for severe is an alert each, and nothing else', async () => {
  const stream = ordinaryStream();
  const severe = stream
    .flat()
    .filter(({ category }) => category === 'defender/AlertEvidence' || category === 'defender/AlertInfo')
    .filter((record) => record.text('/properties/Severity') === 'High')
    .map((record) => {
      const alertId = record.text('/properties/AlertId');
      return alertId ? `${record.text('/tenantId')} ${alertId}` : fingerprint(record);
    });

  const alerts = await deliverTo(severeDefenderAlerts, [[...stream, ...stream]]);

  expect(severe.length).toBeGreaterThan(0);
  expect(new Set(alerts.keys())).toEqual(new Set(severe));
});

import { readDefenderTables } from '../scripts/generate-schemas.ts';
import type { Fixtures } from './category-fixtures.ts';

const DATA = readDefenderTables();

const ENVELOPE = {
  time: '2026-11-20T10:17:20.1133507Z',
  tenantId: '8d1f0c3a-5b7e-4a62-9c44-0e6b7f2d9a10',
  operationName: 'Publish',
  _TimeReceivedBySvc: '2026-11-20T10:16:58.0Z',
  Tenant: 'DefaultTenant',
};

/** What columns of a Kusto type hold on the wire, as records of real tables do, and what no column of it holds. */
const COLUMNS: Readonly<Record<string, { readonly right: readonly unknown[]; readonly wrong: unknown }>> = {
  datetime: { right: ['2026-11-20T10:16:50.2230000Z', '', null], wrong: 1795169810223 },
  guid: { right: ['6be0e2c4-12ab-47cd-b0d2-7f0b5d4a4e21', null], wrong: {} },
  string: { right: ['demo', '["Execution"]', ['Execution'], null, ''], wrong: 17 },
  dynamic: { right: [{ Count: 1 }, '{"Count":1}', ['demo'], null], wrong: true },
  bool: { right: [true, false, 'true', null], wrong: 1 },
  int: { right: [443, 0, '443', null], wrong: true },
  long: { right: [452608, 639199803770463700, '639199803770463703', null], wrong: 0.5 },
  real: { right: [0.75, 1, '0.75', null], wrong: [] },
  'string|long': { right: [17, '17', 'demo', null], wrong: false },
};

/** Records of a table with all of its columns, each with every kind in turn, and such with a wrong kind of each Kusto type. */
export function tableFixtures(table: string): Fixtures {
  const columns = DATA.tables[table];
  if (!columns) throw new Error(`Defender has no table ${table} in scripts/schema-data/defender.json`);
  const common = { Timestamp: '2026-11-20T10:16:50Z', ReportId: 12, MachineGroup: 'workstations' };
  const category = `AdvancedHunting-${table}`;

  function record(round: number) {
    const values = Object.entries(columns ?? {}).flatMap(([type, names]) => {
      const { right } = column(type);
      return names.map((name, place) => [name, right[(place + round) % right.length]] as const);
    });
    return { ...ENVELOPE, category, properties: { ...common, ...Object.fromEntries(values) } };
  }

  const { properties, ...bare } = record(0);
  const wrong = Object.entries(columns).flatMap(([type, [first]]) =>
    first === undefined ? [] : [[first, column(type).wrong] as const],
  );
  return {
    valid: [
      ...[0, 1, 2, 3, 4].map(record),
      { ...ENVELOPE, category: category.toLowerCase(), properties: {} },
    ],
    invalid: [
      { record: bare, pointers: ['/properties'] },
      { record: { ...bare, properties: null, tenantId: 7 }, pointers: ['/properties', '/tenantId'] },
      {
        record: { ...bare, properties: { ...properties, ...Object.fromEntries(wrong) } },
        pointers: wrong.map(([name]) => `/properties/${name}`),
      },
    ],
  };
}

function column(type: string) {
  const found = COLUMNS[type];
  if (!found) throw new Error(`No values for columns of the type ${type}`);
  return found;
}
